"""The outbox: a mail is an item written in the transaction of what it tells about, and sent by a queue job later."""

import json
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.expressions.update import Action

from chalicelib import aws, clock
from chalicelib.ids import new_id
from chalicelib.logs import log
from chalicelib.models.mails import DUE_MAIL, MAIL_STATUSES, Mail
from chalicelib.settings import settings

# How long the queue has before the sweeper puts a mail that nobody has sent into it again.
FIRST_LOOK = 60
_BATCH = 10
# The recipients that stand for several: such an entry becomes a mail for each.
SPREAD = frozenset({"everyone", "shops"})
# The kind and the recipient of an entry that makes an order's documents instead of sending a mail.
DOCUMENTS = "documents"


def compose(kind: str, recipient: str, about: dict[str, Any], *, mail_id: int | None = None) -> Mail:
    """A mail to be stored in the transaction of its event.

    ``recipient`` is ``user:<id>``, ``shop:<id>``, ``administrators`` (``administrators:<n>``: the n-th so many of them
    as a message may have) or, for an order, one of SPREAD: ``everyone`` (its buyer, its shops, the administrators) or
    ``shops`` (those that ``about`` names). ``about`` holds ids, and what was said of the event, and no secrets;
    addresses are looked up when it is sent, except one that is not the account's (``to``).
    """
    mail = Mail.at(mail_id or new_id())
    mail.mail_id, mail.kind, mail.recipient, mail.about = int(mail.pk.removeprefix("MAIL#")), kind, recipient, about
    mail.status, mail.created_at = "pending", clock.stamp(clock.now())
    mail.status_key, mail.created_key = Mail.status_partition("pending"), f"{mail.created_at}#{mail.mail_id}"
    mail.owner_key = Mail.order_key(int(about["order_id"])) if "order_id" in about else None
    mail.due_key, mail.due_at = DUE_MAIL, clock.stamp(clock.after(FIRST_LOOK))
    return mail


def reopen(mail: Mail) -> bool:
    """Have a mail that failed begin anew, under the same id; False where somebody else did that, or it was sent.

    ``mail`` is what is stored afterwards, either way.
    """
    actions: list[Action] = [
        Mail.status.set("pending"),
        Mail.status_key.set(Mail.status_partition("pending")),
        Mail.attempts.set(0),
        Mail.put_off.set(0),
        Mail.due_key.set(DUE_MAIL),
        Mail.due_at.set(clock.stamp(clock.after(FIRST_LOOK))),
        *(Mail.error.remove(), Mail.claimed_until.remove()),
    ]
    if mail.update_where(Mail.status == "failed", actions):
        return True
    mail.refresh(consistent_read=True)
    return False


def closing(status: str) -> list[Action]:
    """The changes that end the work on a mail: its last status, and leaving the lists of work to do."""
    listed = status in MAIL_STATUSES
    return [
        Mail.status.set(status),
        Mail.status_key.set(Mail.status_partition(status)) if listed else Mail.status_key.remove(),
        *(Mail.due_key.remove(), Mail.due_at.remove(), Mail.claimed_until.remove()),
    ]


def dispatch(mails: list[Mail]) -> None:
    """Ask the mail job to send what has been stored. Never raises: what is lost here the sweeper finds."""
    for start in range(0, len(mails), _BATCH):
        chunk = mails[start : start + _BATCH]
        entries = [{"Id": str(i), "MessageBody": message(mail.mail_id)} for i, mail in enumerate(chunk)]
        try:
            aws.client("sqs").send_message_batch(QueueUrl=aws.queue_url(settings().mail_queue), Entries=entries)
        except (BotoCoreError, ClientError):
            log.warning("mail not queued, the sweeper will", exc_info=True)


def message(mail_id: int) -> str:
    """The body of the queue message that asks for a mail."""
    return json.dumps({"mail_id": mail_id})
