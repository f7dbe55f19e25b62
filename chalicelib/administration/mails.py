"""The outbox as administrators see it: what went to whom, what did not, and sending it again."""

import heapq
from itertools import islice

from chalicelib import outbox
from chalicelib.administration.acts import Admin
from chalicelib.dynamo.transaction import Transaction
from chalicelib.errors import NotFound, NotResendable
from chalicelib.models.mails import MAIL_STATUSES, Mail

# More mails than an order can have: three when it is placed by one shop, and one for each of its moves.
_OF_ORDER = 200
# So many of them are written within the time of a request.
RESENT_AT_ONCE = 100
_NOT_RESENDABLE = {"pending", "spread"}


def find_mails(status: str | None, limit: int, before: str) -> tuple[list[Mail], str]:
    """Mails of one status, or of all, newest first, and the position after them; "" where there are no more.

    ``before`` is the position that the page before ended at, "" for the first page.
    """
    lists = [_of_status(one, limit + 1, before) for one in ([status] if status else MAIL_STATUSES)]
    merged = heapq.merge(*lists, key=lambda mail: mail.created_key, reverse=True)
    found = list(islice(merged, limit + 1))
    return found[:limit], found[limit - 1].created_key if len(found) > limit else ""


def _of_status(status: str, limit: int, before: str) -> list[Mail]:
    older = Mail.created_key < before if before else None
    partition = Mail.status_partition(status)
    return list(Mail.by_status.query(partition, older, scan_index_forward=False, limit=limit))


def mails_of_order(order_id: int) -> list[Mail]:
    """The mails about an order, oldest first, without the entry that became them and what made documents."""
    stored = Mail.by_order.query(Mail.order_key(order_id), scan_index_forward=False, limit=_OF_ORDER)
    return [mail for mail in stored if mail.status not in {"spread", "stored"}][::-1]


def get_mail(mail_id: int) -> Mail:
    """An entry of the outbox. Raises NotFound."""
    key = Mail.at(mail_id)
    try:
        return Mail.get(key.pk, key.sk, consistent_read=True)
    except Mail.DoesNotExist:
        raise NotFound from None


def resend(mail_id: int, by: Admin) -> int:
    """Send the same recipient the mail about this event again, and give the id of the mail that is on its way now.

    One that failed begins anew itself: an entry for several then still makes one mail for each, however often it is
    asked for. Of any other a new mail is made. Raises NotFound; NotResendable for a mail that is still on its way, and
    for an entry that became mails of their own.
    """
    old = get_mail(mail_id)
    if old.status in _NOT_RESENDABLE or (old.status == "failed" and not outbox.reopen(old)):
        raise NotResendable(status=old.status, detail={"status": old.status})
    new = old if old.status == "pending" else _repeated(old)
    outbox.dispatch([new])
    by.did("resend", mail_id, mail_id=new.mail_id)
    return int(new.mail_id)


def resend_failed(by: Admin) -> tuple[int, bool]:
    """Have the newest RESENT_AT_ONCE mails that failed begin anew; how many did, and whether there are more."""
    failed = _of_status("failed", RESENT_AT_ONCE + 1, "")
    begun = [mail for mail in failed[:RESENT_AT_ONCE] if outbox.reopen(mail)]
    outbox.dispatch(begun)
    by.did("resend_failed", 0, mails=len(begun))
    return len(begun), len(failed) > RESENT_AT_ONCE


def _repeated(old: Mail) -> Mail:
    new = outbox.compose(old.kind, old.recipient, old.about)
    new.resend_of = old.mail_id
    transaction = Transaction()
    transaction.create("mail", new)
    transaction.commit()
    return new
