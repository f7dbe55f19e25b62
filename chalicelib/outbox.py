"""The outbox: a mail is written in the transaction of the event it reports, and sent by a queue job later."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.expressions.update import Action

from chalicelib import aws, clock, jobs
from chalicelib.ids import new_id
from chalicelib.logs import log
from chalicelib.models.mails import MAIL_STATUSES, About, Mail
from chalicelib.retention import MAILS

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

_BATCH = 10
# Recipients that stand for several: such an entry becomes one mail for each.
SPREAD = frozenset({"everyone", "shops"})
# What a recipient begins with whom an e-mail address stands for, whether or not an account has it.
ADDRESS = "address:"
# What a recipient begins with who gets the mail although the account is blocked.
ACCOUNT = "account:"
# Kind and recipient of an entry that produces an order's documents instead of a mail.
DOCUMENTS = "documents"


def compose(kind: str, recipient: str, about: About, *, mail_id: int | None = None) -> Mail:
    """Return a mail to be stored in the transaction of its event.

    ``recipient`` is ``user:<id>``, ``account:<id>`` (even if it is blocked), ``address:<e-mail>`` (the account that has
    it when the mail is sent, if any), ``shop:<id>``, ``administrators`` (``administrators:<n>``: the n-th batch of them
    that fits into one message) or, for an order, one of SPREAD: ``everyone`` (its buyer, its shops, the administrators)
    or ``shops`` (those named in ``about``). ``about`` holds ids and details of the event, never secrets; addresses are
    looked up when the mail is sent, except one that is not the account's (``to``).
    """
    identity = mail_id or new_id()
    mail = Mail.at(identity)
    mail.mail_id, mail.kind, mail.recipient, mail.about = identity, kind, recipient, about
    mail.status, mail.created_at = "pending", clock.stamp(clock.now())
    mail.status_key, mail.created_key = Mail.status_partition("pending"), f"{mail.created_at}#{mail.mail_id}"
    mail.owner_key = _owner_key(about)
    mail.expires_at = clock.now() + MAILS
    jobs.schedule(mail, mail.FIRST_LOOK)
    return mail


def compose_of_order(kind: str, recipient: str, about: About) -> Mail:
    """Return a mail about an order, as ``compose`` does, but not on the list of pending mails.

    Its order's list has it at once; that of pending mails from its first failure on, or once the sweeper has found it
    waiting: a list that a mail leaves within a second costs a write or two for nothing.
    """
    mail = compose(kind, recipient, about)
    mail.status_key = None
    return mail


def list_waiting(mail: Mail) -> None:
    """Put a mail that has been waiting on the lists that it was stored without."""
    if actions := listing(mail):
        mail.update_where((Mail.status == "pending") & Mail.due_key.exists(), actions)


def reopen(mail: Mail) -> bool:
    """Make a failed mail pending again, under the same id; return False if it is no longer failed.

    Either way ``mail`` is then as stored.
    """
    actions: list[Action] = [
        Mail.status.set("pending"),
        Mail.status_key.set(Mail.status_partition("pending")),
        Mail.attempts.set(0),
        Mail.put_off.set(0),
        # Otherwise an old mail could expire while it waits for its next attempt.
        Mail.expires_at.set(clock.now() + MAILS),
        *jobs.due(Mail, clock.stamp(clock.after(Mail.FIRST_LOOK))),
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
        *jobs.closing(Mail),
    ]


def unlist(mail: Mail) -> None:
    """Take a mail that is not stored yet off every list; ``listing`` puts it on those of its order and status."""
    mail.status_key = mail.owner_key = mail.due_key = mail.due_at = None


def listing(mail: Mail) -> list[Action]:
    """The changes that put a mail which was stored without them on the lists of its order and of pending mails."""
    if mail.status_key:
        return []
    return [Mail.status_key.set(Mail.status_partition("pending")), *of_order(mail)]


def of_order(mail: Mail) -> list[Action]:
    """The change that puts a mail which was stored without it on the list of its order."""
    owner_key = None if mail.owner_key else _owner_key(mail.about)
    return [Mail.owner_key.set(owner_key)] if owner_key else []


def _owner_key(about: About) -> str | None:
    return Mail.order_key(int(about["order_id"])) if "order_id" in about else None


def dispatch(mails: list[Mail]) -> None:
    """Ask the mail job to send stored mails. Never raises: the sweeper queues what is lost here."""
    for start in range(0, len(mails), _BATCH):
        chunk = mails[start : start + _BATCH]
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(i), "MessageBody": mail.message()} for i, mail in enumerate(chunk)
        ]
        try:
            aws.client("sqs").send_message_batch(QueueUrl=aws.queue_url(Mail.QUEUE), Entries=entries)
        except (BotoCoreError, ClientError):
            log.warning("mail not queued, the sweeper will", exc_info=True)
