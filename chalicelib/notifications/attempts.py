"""How an attempt at a mail ends: closed as sent or given up, put off, or released for the next attempt."""

from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError
from pynamodb.exceptions import PynamoDBException
from pynamodb.expressions.update import Action

from chalicelib import clock, jobs, outbox
from chalicelib.logs import log
from chalicelib.models.mails import Mail

# How long a worker has a mail to itself; longer than the function may run.
LEASE_SECONDS = 120
# Seconds until the next attempt after the first, the second, ...
_BACKOFF = (30, 120, 480, 1920)
# How much longer the sweeper waits than the queue: it only handles lost messages.
_SWEEPER_MARGIN = 300
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


@dataclass(frozen=True, slots=True)
class Done:
    """How a mail ended: the SES message id and the addresses it went to."""

    status: str
    error: str | None = None
    message_id: str | None = None
    sent_to: list[str] | None = None


def close(mail: Mail, done: Done) -> None:
    """Record how the mail ended; it needs no further attempt."""
    actions = [*outbox.closing(done.status), *outbox.of_order(mail)]
    actions.append(Mail.error.set(done.error) if done.error else Mail.error.remove())
    if not mail.attempts:
        # The one that began when the mail was written.
        actions.append(Mail.attempts.set(1))
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


def give_up(mail: Mail) -> None:
    """Fail a mail whose attempts all crashed: they close nothing, and it would be retried forever."""
    close(mail, Done("failed", error=f"gave up after {mail.MAX_ATTEMPTS} attempts"))


def failed(mail: Mail, failure: Exception) -> SendingFailed | None:
    """Release the mail for the next attempt, or fail it after the last; an administrator may send it again.

    Returns what to raise, so that the queue delivers the message again; None if SES had no room, which the queue must
    not count: the sweeper requeues the mail then.
    """
    error = _told(failure)
    if _is_full(failure) and mail.put_off < _MAX_PUT_OFF:
        _put_off(mail, error)
        return None
    if mail.attempts >= mail.MAX_ATTEMPTS:
        close(mail, Done("failed", error=error))
        return SendingFailed(mail.mail_id, 0)
    seconds = _BACKOFF[max(mail.attempts, 1) - 1]
    if isinstance(failure, _UNKNOWN):
        seconds = max(seconds, LEASE_SECONDS)
    jobs.release(mail, seconds + _SWEEPER_MARGIN, [Mail.error.set(error), *outbox.listing(mail)])
    return SendingFailed(mail.mail_id, seconds)


def _told(failure: Exception) -> str:
    """Return the failure as administrators see it: AWS's message, or only the name of any other exception.

    The text of our own errors may contain rendered data, such as a token; the log has the traceback.
    """
    if isinstance(failure, BotoCoreError | ClientError | PynamoDBException):
        return str(failure)[:_MAX_ERROR]
    return type(failure).__name__


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
        Mail.attempts.set(max(mail.attempts - 1, 0)),
        Mail.put_off.set(mail.put_off + 1),
        Mail.error.set(error),
        *outbox.listing(mail),
    ]
    # Not if a notification of SES closed it, or another worker claimed it, in the meantime.
    jobs.release(mail, seconds, actions)
    log.warning("SES has no room for a mail", extra={"mail_id": mail.mail_id, "put_off": mail.put_off, "error": error})
