"""The outbox as administrators see it: what was sent to whom, what failed, and resending."""

import heapq
from collections.abc import Sequence
from datetime import timedelta
from itertools import islice

from chalicelib import clock, outbox
from chalicelib.administration.acts import Admin
from chalicelib.dynamo.conditions import is_still
from chalicelib.dynamo.reading import cut, read
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Transaction
from chalicelib.errors import NotResendable
from chalicelib.models.mails import MAIL_STATUSES, Mail

# More mails than any order has.
_OF_ORDER = 200
# As many as a request has time to write.
RESENT_AT_ONCE = 100
_NOT_RESENDABLE = {"pending", "spread"}
# A second request within this time is taken for the same press of the button, or the same request sent again.
_SAME_PRESS = timedelta(minutes=1)


def find_mails(status: str | None, limit: int, before: str) -> tuple[list[Mail], str]:
    """Return mails of one status, or of all, newest first, and the position where the next page begins, "" at the end.

    ``before`` is the position that the page before returned, "" for the first page.
    """
    lists = [_of_status(one, limit + 1, before) for one in ([status] if status else MAIL_STATUSES)]
    merged = heapq.merge(*lists, key=lambda mail: mail.created_key, reverse=True)
    found, position = cut(list(islice(merged, limit + 1)), limit, Mail.created_key)
    return found, position or ""


def _of_status(status: str, limit: int, before: str) -> list[Mail]:
    older = Mail.created_key < before if before else None
    partition = Mail.status_partition(status)
    return list(Mail.by_status.query(partition, older, scan_index_forward=False, limit=limit))


def mails_of_order(order_id: int) -> list[Mail]:
    """Return the mails about an order, oldest first, without the entries that were spread or made documents."""
    stored = Mail.by_order.query(Mail.order_key(order_id), scan_index_forward=False, limit=_OF_ORDER)
    return [mail for mail in stored if mail.status not in {"spread", "stored"}][::-1]


def get_mail(mail_id: int) -> Mail:
    """Return an entry of the outbox. Raises NotFound."""
    return Mail.at(mail_id).require()


def resend(mail_id: int, by: Admin) -> int:
    """Send the mail to its recipient again; return the id of the mail that is now pending.

    A failed mail is reopened, so an entry for several recipients still becomes one mail for each, however often it is
    resent. Any other mail is copied, unless its last copy is pending or less than a minute old and has not failed: that
    one is returned. Raises NotFound; NotResendable for a mail that is pending or was spread; Contended.
    """
    old = get_mail(mail_id)
    if old.status in _NOT_RESENDABLE or (old.status == "failed" and not outbox.reopen(old)):
        raise NotResendable(status=old.status, detail={"status": old.status, "mail_status": old.status})
    new, is_new = (old, True) if old.status == "pending" else retry_lost(lambda _: _copy(mail_id))
    if is_new:
        outbox.dispatch([new])
        by.did("resend", mail_id, mail_id=new.mail_id)
    return int(new.mail_id)


def resend_failed(by: Admin) -> tuple[int, bool]:
    """Reopen the newest RESENT_AT_ONCE failed mails; return how many were reopened and whether there are more."""
    failed = _of_status("failed", RESENT_AT_ONCE + 1, "")
    begun = [mail for mail in failed[:RESENT_AT_ONCE] if outbox.reopen(mail)]
    outbox.dispatch(begun)
    by.did("resend_failed", 0, mails=len(begun))
    return len(begun), len(failed) > RESENT_AT_ONCE


def resend_these(mail_ids: Sequence[int], by: Admin) -> int:
    """Reopen those of these mails that have failed; return how many. Others are left as they are, like unknown ones."""
    found = read(*map(Mail.at, mail_ids)).all(Mail)
    begun = [mail for mail in found if mail.status == "failed" and outbox.reopen(mail)]
    outbox.dispatch(begun)
    by.did("resend_failed", 0, mails=len(begun))
    return len(begun)


def _copy(mail_id: int) -> tuple[Mail, bool]:
    """Return a copy of the mail to be sent, and whether it was made by this call. Raises Lost if others copied it."""
    old = get_mail(mail_id)
    last = Mail.at(old.resent_as).find() if old.resent_as else None
    if last is not None and _is_same_press(last):
        return last, False
    new = outbox.compose(old.kind, old.recipient, old.about)
    new.resend_of = mail_id
    transaction = Transaction()
    transaction.create("mail", new)
    seen = Mail.status.exists() & is_still(Mail.resent_as, old.resent_as)
    transaction.update("old", Mail.at(mail_id), [Mail.resent_as.set(new.mail_id)], seen)
    transaction.commit()
    return new, True


def _is_same_press(copy: Mail) -> bool:
    recent = clock.from_stamp(copy.created_at) > clock.now() - _SAME_PRESS
    return copy.status == "pending" or (recent and copy.status != "failed")
