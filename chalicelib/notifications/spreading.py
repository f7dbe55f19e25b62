"""Writes the mails that an entry of the outbox stands for: one for each recipient, once, however often it is repeated.

Those that the same worker sends at once are written as claimed by it, under the lease of the entry, and are on no list,
which would cost more than sending them: the entry, which stays open until they are sent, stands for them. If the worker
dies, the next attempt puts them on the lists of the sweeper, of their order and of pending mails.
"""

import hashlib
from collections.abc import Iterable, Sequence

from chalicelib import jobs, outbox
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.ids import LIMIT
from chalicelib.models.mails import About, Mail

_AT_ONCE = 50


def mails_of(entry: Mail, whom: Iterable[tuple[str, str, About]]) -> list[Mail]:
    """Return a mail for each (kind, recipient, about); its id follows from the entry's and the recipient."""
    return [
        outbox.compose(kind, recipient, about, mail_id=_derived_id(entry.mail_id, recipient))
        for kind, recipient, about in whom
    ]


def write(entry: Mail, mails: Sequence[Mail], now: int = 0) -> list[Mail]:
    """Write the mails that are not stored yet, and queue them; the first ``now`` are not queued, but the caller's.

    Returns those of the first that were written: the caller sends them under the lease of the entry.
    """
    direct, queued = mails[:now], mails[now:]
    for mail in direct:
        outbox.unlist(mail)
        mail.claimed_until = entry.claimed_until
    written = [mail for mail in direct if _written(mail)]
    for start in range(0, len(queued), _AT_ONCE):
        _write_missing(queued[start : start + _AT_ONCE])
    outbox.dispatch(list(queued))
    return written


def _written(mail: Mail) -> bool:
    """Write the mail and return True, or False if it is stored already.

    One by one: in a transaction it would cost twice, and a repeated attempt finds out which of them are stored.
    """
    if mail.save_where(Mail.pk.does_not_exist()):
        return True
    _adopt(mail.find())
    return False


def _write_missing(mails: Sequence[Mail]) -> None:
    """Write those that are not stored yet."""
    missing = {str(mail.mail_id): mail for mail in mails}
    while missing:
        transaction = Transaction()
        for label, mail in missing.items():
            transaction.create(label, mail)
        try:
            transaction.commit()
        except Lost as lost:
            # Already written by another worker or an earlier attempt.
            for stored in lost.losers.values():
                _adopt(Mail.from_wire(stored) if stored else None)
            missing = {label: mail for label, mail in missing.items() if label not in lost.losers}
        else:
            break


def _adopt(mail: Mail | None) -> None:
    """Leave to the sweeper a mail that a dead worker was about to send, from when its lease ends."""
    if mail is None or mail.status != "pending" or mail.due_key is not None or mail.claimed_until is None:
        return
    unseen = (Mail.status == "pending") & Mail.due_key.does_not_exist()
    mail.update_where(unseen, [*jobs.due(Mail, mail.claimed_until), *outbox.listing(mail)])


def _derived_id(mail_id: int, recipient: str) -> int:
    digest = hashlib.blake2b(f"{mail_id}#{recipient}".encode(), digest_size=8, person=b"mail").digest()
    return int.from_bytes(digest, "big") % (LIMIT - 1) + 1
