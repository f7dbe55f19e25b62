"""Sends mails of the outbox: claimed, rendered, passed to SES and recorded as sent, once.

A mail can go out twice only if a worker dies after SES accepted it and before it is recorded: SES has no idempotency
key. Nobody retries until the dead worker's claim ends, and SES's delivery notification, which names the mail, usually
arrives before that and records it (feedback.py).
"""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.update import Action

from chalicelib import aws, clock, jobs, outbox
from chalicelib.documents import kept
from chalicelib.documents.views import OrderView
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import NotFound
from chalicelib.ids import LIMIT
from chalicelib.logs import log
from chalicelib.models.mails import Mail
from chalicelib.notifications import recipients
from chalicelib.notifications.addresses import sender
from chalicelib.notifications.kinds import kind_of
from chalicelib.notifications.message import MAX_RECIPIENTS, Attachment, build_message
from chalicelib.notifications.quiet import quiet_among
from chalicelib.notifications.render import render
from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_ses.type_defs import SendRawEmailRequestTypeDef

_LEASE_SECONDS = 120
# Seconds until the next attempt after the first, the second, ...
_BACKOFF = (30, 120, 480, 1920)
# How much longer the sweeper waits than the queue: it only handles lost messages.
_SWEEPER_MARGIN = 300
_SPREAD_AT_ONCE = 50
_MAX_ERROR = 500
# SES's errors for an exhausted rate or daily quota: the mail itself is fine.
_FULL = {"Throttling", "ThrottlingException", "TooManyRequestsException", "LimitExceededException"}
# SES may have sent the mail: the next attempt waits for its delivery notice as after the death of a worker.
_UNKNOWN = (ReadTimeoutError, ConnectionClosedError)
# About a day, at the delays of _BACKOFF.
_MAX_PUT_OFF = 48


class SendingFailed(Exception):
    """An attempt failed; SQS delivers the message again after ``seconds``."""

    def __init__(self, mail_id: int, seconds: int) -> None:
        super().__init__(mail_id)
        self.seconds = seconds


def send(mail_id: int) -> None:
    """Send one mail of the outbox; for an order's entry, make its documents or the mails of all its recipients.

    Does nothing if the mail was sent, is being sent, or has failed permanently. Raises SendingFailed.
    """
    mail = Mail.at(mail_id)
    if not jobs.claim(mail, _LEASE_SECONDS):
        return
    if jobs.exhausted(mail):
        # Attempts that crash close nothing: without this the mail would be retried forever.
        _close(mail, _Done("failed", error=f"gave up after {mail.MAX_ATTEMPTS} attempts"))
        return
    try:
        done = _work(mail)
    except Exception as failure:
        if isinstance(failure, NotFound) and mail.attempts > 1:
            # Records expire (docs/data.md). At the first attempt an index or a read may only lag behind.
            _close(mail, _Done("skipped", error="what it reports no longer exists"))
            return
        if _is_full(failure) and mail.put_off < _MAX_PUT_OFF:
            _put_off(mail, _told(failure))
            return
        raise _failed(mail, failure) from failure
    # Outside the try: a mail that SES accepted but that could not be recorded must not be released at once.
    _close(mail, done)


@dataclass(frozen=True, slots=True)
class _Done:
    """How a mail ended: the SES message id and the addresses it went to."""

    status: str
    error: str | None = None
    message_id: str | None = None
    sent_to: list[str] | None = None


def _work(mail: Mail) -> _Done:
    """Do the work for one mail. Anything raised is a failed attempt; all of it may be repeated."""
    if mail.recipient in outbox.SPREAD:
        return _spread(mail)
    if mail.recipient == outbox.DOCUMENTS:
        kept.make_documents(int(mail.about["order_id"]))
        # A finished entry is in no list.
        return _Done("stored")
    addressed = recipients.address(mail)
    if len(addressed.recipients) > MAX_RECIPIENTS:
        return _spread(mail)
    if not addressed.recipients:
        return _Done("skipped", error="no recipient")
    kind = kind_of(mail.kind)
    if kind.is_due is not None and not kind.is_due(mail, addressed.user):
        return _Done("skipped", error="no longer due")
    silent = quiet_among(addressed.recipients)
    addresses = [address for address in addressed.recipients if address not in silent]
    if not addresses:
        return _Done("quiet", error="the address bounced or complained before")
    return _Done("sent", message_id=_pass_on(_message(mail, addressed, addresses), addresses), sent_to=addresses)


def _pass_on(body: bytes, addresses: list[str]) -> str:
    """Send the message through SES, with the stage's configuration set if it has one; return SES's id of it."""
    request: SendRawEmailRequestTypeDef = {
        # The identity alone: SES takes no name here that is not ASCII. The header has the name.
        "Source": sender(settings().mail_from).addr_spec,
        "Destinations": addresses,
        "RawMessage": {"Data": body},
    }
    if settings().mail_configuration_set:
        request["ConfigurationSetName"] = settings().mail_configuration_set
    return aws.client("ses").send_raw_email(**request)["MessageId"]


def _message(mail: Mail, addressed: recipients.Addressed, addresses: list[str]) -> bytes:
    kind = kind_of(mail.kind)
    props = kind.build(mail, addressed.user, addressed.language)
    rendered = render(mail.kind, addressed.language, props, _api())
    attached = _attachments(kind.documents(props)) if kind.documents else []
    return build_message(settings().mail_from, addresses, rendered, attached, str(mail.mail_id), addressed.language)


def _attachments(order: OrderView) -> list[Attachment]:
    return [Attachment(one.name, kept.content_of(one, order), one.mime) for one in kept.documents_of(order)]


def _told(failure: Exception) -> str:
    """Return the failure as administrators see it: AWS's message, or only the name of any other exception.

    The text of our own errors may contain rendered data, such as a token; the log has the traceback.
    """
    if isinstance(failure, BotoCoreError | ClientError | PynamoDBException):
        return str(failure)[:_MAX_ERROR]
    return type(failure).__name__


def _api() -> str:
    url = settings().public_url.rstrip("/")
    return f"{url}/" if url else ""


def _spread(mail: Mail) -> _Done:
    """Write one mail for each recipient, then close the entry.

    Ids are derived from entry and recipient, so a repetition after a crash adds no second mail.
    """
    mails = [
        outbox.compose(kind, recipient, about, mail_id=_derived_id(mail.mail_id, recipient))
        for kind, recipient, about in recipients.recipients_of(mail)
    ]
    for start in range(0, len(mails), _SPREAD_AT_ONCE):
        _write_missing(mails[start : start + _SPREAD_AT_ONCE])
    outbox.dispatch(mails)
    return _Done("spread")


def _write_missing(mails: list[Mail]) -> None:
    missing = {str(mail.mail_id): mail for mail in mails}
    while missing:
        transaction = Transaction()
        for label, mail in missing.items():
            transaction.create(label, mail)
        try:
            transaction.commit()
        except Lost as lost:
            # Already written by another worker or an earlier attempt.
            missing = {label: mail for label, mail in missing.items() if label not in lost.losers}
        else:
            return


def _derived_id(mail_id: int, recipient: str) -> int:
    digest = hashlib.blake2b(f"{mail_id}#{recipient}".encode(), digest_size=8, person=b"mail").digest()
    return int.from_bytes(digest, "big") % (LIMIT - 1) + 1


def _close(mail: Mail, done: _Done) -> None:
    actions = outbox.closing(done.status)
    actions.append(Mail.error.set(done.error) if done.error else Mail.error.remove())
    how: list[Action] = []
    if done.message_id:
        how = [
            Mail.message_id.set(done.message_id),
            Mail.sent_at.set(clock.stamp(clock.now())),
            Mail.sent_to.set(done.sent_to),
        ]
    # If SES's notification of a bounce or delivery came first, its status stays.
    if not mail.update_where(Mail.status == "pending", actions + how) and how:
        mail.update(actions=how)
    log.info("mail", extra={"mail_id": mail.mail_id, "kind": mail.kind, "status": done.status, "error": done.error})


def _is_full(failure: Exception) -> bool:
    if not isinstance(failure, ClientError) or failure.operation_name != "SendRawEmail":
        return False
    return failure.response["Error"]["Code"] in _FULL


def _put_off(mail: Mail, error: str) -> None:
    """Leave the mail to the sweeper for its next attempt, without counting this one.

    The queue would move the message to its dead letters after five of these.
    """
    seconds = _BACKOFF[min(mail.put_off, len(_BACKOFF) - 1)]
    actions: list[Action] = [
        Mail.attempts.set(mail.attempts - 1),
        Mail.put_off.set(mail.put_off + 1),
        Mail.error.set(error),
    ]
    # Not if a notification of SES closed it, or another worker claimed it, in the meantime.
    jobs.release(mail, seconds, actions)
    log.warning("SES has no room for a mail", extra={"mail_id": mail.mail_id, "put_off": mail.put_off, "error": error})


def _failed(mail: Mail, failure: Exception) -> SendingFailed:
    """Release the mail for the next attempt, or fail it after the last; an administrator may send it again."""
    error = _told(failure)
    if mail.attempts >= mail.MAX_ATTEMPTS:
        _close(mail, _Done("failed", error=error))
        return SendingFailed(mail.mail_id, 0)
    seconds = _BACKOFF[mail.attempts - 1]
    if isinstance(failure, _UNKNOWN):
        seconds = max(seconds, _LEASE_SECONDS)
    jobs.release(mail, seconds + _SWEEPER_MARGIN, [Mail.error.set(error)])
    return SendingFailed(mail.mail_id, seconds)
