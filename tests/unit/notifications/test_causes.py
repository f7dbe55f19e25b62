"""Why a mail did not arrive is recognized by what ``attempts``, SES and botocore say."""

import pytest

from chalicelib.models.mails import Mail
from chalicelib.notifications.causes import Cause, cause_of
from chalicelib.texts import LANGUAGES, has_text, text

_SES = "An error occurred ({}) when calling the SendRawEmail operation: {}"


def mail(status: str, error: str | None = None) -> Mail:
    made = Mail.at(1)
    made.status, made.error = status, error
    return made


@pytest.mark.parametrize(
    ("status", "error", "cause"),
    [
        ("sent", None, None),
        ("pending", None, None),
        # The last attempt succeeded; what an earlier one said is of no interest.
        ("sent", "KeyError", None),
        ("pending", _SES.format("ThrottlingException", "Rate exceeded"), Cause.QUOTA),
        ("failed", _SES.format("MessageRejected", "Email address is not verified."), Cause.SENDER),
        ("failed", _SES.format("MailFromDomainNotVerifiedException", "…"), Cause.SENDER),
        ("failed", _SES.format("AccountSendingPausedException", "…"), Cause.PAUSED),
        ("failed", _SES.format("AccessDenied", "not authorized"), Cause.DENIED),
        ("failed", _SES.format("MessageRejected", "Illegal address"), Cause.REFUSED),
        ("failed", 'Could not connect to the endpoint URL: "https://email.eu.example/"', Cause.UNREACHABLE),
        ("failed", 'Read timeout on endpoint URL: "https://email.eu.example/"', Cause.UNREACHABLE),
        ("failed", "gave up after 5 attempts", Cause.CRASHED),
        ("failed", "KeyError", Cause.FAULT),
        ("skipped", "no recipient", Cause.NOBODY),
        ("skipped", "no longer due", Cause.PAST),
        ("skipped", "what it reports no longer exists", Cause.PAST),
        ("quiet", "the address bounced or complained before", Cause.SILENT),
        ("bounced", None, Cause.BOUNCED),
        ("complained", None, Cause.COMPLAINED),
    ],
)
def test_a_cause_is_recognized(status: str, error: str | None, cause: Cause | None) -> None:
    assert cause_of(mail(status, error)) is cause


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_says_what_to_do_in_every_language(cause: Cause) -> None:
    assert has_text("console", f"mail.why.{cause}")
    assert len({text("console", f"mail.why.{cause}", language) for language in LANGUAGES}) == len(LANGUAGES)
