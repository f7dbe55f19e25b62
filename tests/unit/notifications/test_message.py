"""Tests of the raw message: it parses back to what went in, and headers cannot be forged."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

import pytest

from chalicelib import clock
from chalicelib.notifications.message import MAX_RECIPIENTS, Attachment, build_message
from chalicelib.notifications.render import RenderedMail, render
from tests.unit.notifications.builders import CONTEXTS

SENDER = "Заказы <orders@service.example>"
MAIL = render("order_placed", "ru", CONTEXTS["order_placed"])
PDF = Attachment("Накладная № 1001-1 от 23.11.2026.pdf", bytes(range(256)) * 40, "application/pdf")
YAML = Attachment("bad rows.yaml", "цена: 1\r\nцена: 2\n".encode(), "text/yaml")


def raw(
    sender: str = SENDER,
    recipients: tuple[str, ...] = ("boris@buyer.example",),
    mail: RenderedMail = MAIL,
    attachments: tuple[Attachment, ...] = (),
    key: str = "mail-77",
) -> bytes:
    return build_message(sender, list(recipients), mail, attachments, key, "ru")


def parsed(body: bytes) -> EmailMessage:
    message = message_from_bytes(body, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_message_carries_the_mail_whole() -> None:
    message = parsed(raw())
    assert message["Subject"] == MAIL.subject
    assert message["From"] == SENDER
    assert message["To"] == "boris@buyer.example"
    assert body_of(message, "plain") == MAIL.text
    assert body_of(message, "html").rstrip() == MAIL.html


def test_a_message_says_that_a_machine_wrote_it_in_which_language_and_which_it_is() -> None:
    message = parsed(raw())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "ru"
    assert message["X-Message-Key"] == "mail-77"
    assert abs((parsedate_to_datetime(message["Date"]) - clock.now()).total_seconds()) < 60


def test_attachments_come_out_as_they_went_in() -> None:
    message = parsed(raw(attachments=(PDF, YAML)))
    assert message.get_content_type() == "multipart/mixed"
    assert next(message.iter_parts()).get_content_type() == "multipart/alternative"
    found = [
        Attachment(part.get_filename() or "", part.get_payload(decode=True), part.get_content_type())  # type: ignore[arg-type]
        for part in message.iter_attachments()
    ]
    assert found == [PDF, YAML]


def test_a_message_is_ascii_in_short_lines() -> None:
    body = raw(attachments=(PDF,))
    assert body.isascii()
    assert max(len(line) for line in body.split(b"\r\n")) <= 998
    assert b"\n" not in body.replace(b"\r\n", b"")


def test_a_cyrillic_file_name_is_written_by_rfc_2231() -> None:
    assert b"filename*0*=utf-8''%D0%9D" in raw(attachments=(PDF,)) or b"filename*=utf-8''%D0%9D" in raw(
        attachments=(PDF,)
    )


def test_several_recipients_are_all_named() -> None:
    recipients = tuple(f"admin{number}@service.example" for number in range(MAX_RECIPIENTS))
    assert parsed(raw(recipients=recipients))["To"] == ", ".join(recipients)


def test_a_subject_cannot_add_a_header() -> None:
    message = parsed(raw(mail=RenderedMail("Hello\r\nBcc: thief@crook.example", "text", "<p>text</p>")))
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Bcc: thief@crook.example"


def test_a_file_name_cannot_add_a_header_or_a_path() -> None:
    message = parsed(raw(attachments=(Attachment('../a"\r\nX-Evil: 1\\b.pdf', b"1", "application/pdf"),)))
    (part,) = message.iter_attachments()
    assert part["X-Evil"] is None
    assert part.get_filename() == '.._a" X-Evil: 1_b.pdf'


@pytest.mark.parametrize("sender", ["orders@service.example", '"Orders, Inc" <orders@service.example>'])
def test_a_sender_is_an_address_with_or_without_a_name(sender: str) -> None:
    assert parsed(raw(sender=sender))["From"] == sender


@pytest.mark.parametrize(
    "address",
    [
        *("", "boris", "boris@", "@buyer.example", "a@b@c.example", "boris@buyer.example,thief@crook.example"),
        *("boris@buyer.example\r\nBcc: thief@crook.example", "boris@buyer.example\n", " boris@buyer.example"),
        *("Борис <boris@buyer.example>", "борис@buyer.example", "boris@почта.example", "a..b@buyer.example"),
        *('"a b"@buyer.example', "a@[127.0.0.1]", "a@-x.example", "a@b..example", f"{'a' * 65}@buyer.example"),
        f"a@{'b' * 260}.example",
    ],
)
def test_refuses_an_invalid_address(address: str) -> None:
    with pytest.raises(ValueError, match="not an e-mail address"):
        raw(recipients=(address,))
    with pytest.raises(ValueError, match="not an e-mail address"):
        raw(sender=f"Orders <{address}>")


@pytest.mark.parametrize("count", [0, MAX_RECIPIENTS + 1])
def test_a_mail_goes_to_somebody_but_not_to_a_crowd(count: int) -> None:
    with pytest.raises(ValueError, match="recipients"):
        raw(recipients=("a@b.example",) * count)


@pytest.mark.parametrize("key", ["", "a b", "a\r\nBcc: x", "ключ", "x" * 201])
def test_a_key_that_could_break_a_header_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="message key"):
        raw(key=key)


@pytest.mark.parametrize("mime", ["", "pdf", "application/pdf; name=x", "text/plain\r\nX: 1", "a/b/c"])
def test_a_media_type_that_is_not_one_is_refused(mime: str) -> None:
    with pytest.raises(ValueError, match="media type"):
        raw(attachments=(Attachment("a.pdf", b"", mime),))
