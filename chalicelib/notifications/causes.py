"""Why a mail did not arrive, as far as its status and the stored error show: for words and advice on pages. Pure."""

from collections.abc import Sequence
from enum import StrEnum

from chalicelib.models.mails import Mail


class Cause(StrEnum):
    """Why a mail did not arrive; the texts ``mail.why.<cause>`` of the console say what to do."""

    SENDER = "sender"
    QUOTA = "quota"
    PAUSED = "paused"
    DENIED = "denied"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    CRASHED = "crashed"
    FAULT = "fault"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    SILENT = "silent"
    NOBODY = "nobody"
    PAST = "past"


# The status alone says it.
_BY_STATUS = {"bounced": Cause.BOUNCED, "complained": Cause.COMPLAINED, "quiet": Cause.SILENT}
# What the errors of ``attempts`` and ``sending``, of SES and of botocore contain; the first that fits counts.
_SIGNS: Sequence[tuple[str, Cause]] = (
    ("no recipient", Cause.NOBODY),
    ("no longer", Cause.PAST),
    ("gave up after", Cause.CRASHED),
    ("not verified", Cause.SENDER),
    ("MailFromDomainNotVerified", Cause.SENDER),
    ("SendingPaused", Cause.PAUSED),
    ("Throttling", Cause.QUOTA),
    ("LimitExceeded", Cause.QUOTA),
    ("TooManyRequests", Cause.QUOTA),
    ("AccessDenied", Cause.DENIED),
    ("SendRawEmail operation", Cause.REFUSED),
    ("endpoint URL", Cause.UNREACHABLE),
    ("timeout", Cause.UNREACHABLE),
    ("timed out", Cause.UNREACHABLE),
    ("Connection was closed", Cause.UNREACHABLE),
)


def cause_of(mail: Mail) -> Cause | None:
    """Return why the mail did not arrive, or has not yet; None if nothing is wrong with it."""
    if mail.status in _BY_STATUS:
        return _BY_STATUS[mail.status]
    if not mail.error or mail.status == "sent":
        return None
    return next((cause for sign, cause in _SIGNS if sign in mail.error), Cause.FAULT)
