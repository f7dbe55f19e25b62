"""Reading sent mails from their raw messages."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from infra.errors import InfraError
from infra.mails import Attachment, Mail, parse_mail, sent_mails
from infra.settings import aws_stack, embedded_stack


def raw_mail(subject: str = "Накладная № 1") -> bytes:
    message = EmailMessage()
    message["From"] = "orders@shop.test"
    message["To"] = "Анна <anna@buyer.test>, ivan@buyer.test"
    message["Subject"] = subject
    message.set_content("Здравствуйте\n")
    message.add_alternative("<p>Здравствуйте</p>\n", subtype="html")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="накладная.pdf")
    return message.as_bytes()


def test_mail_is_shown_as_its_reader_sees_it() -> None:
    assert parse_mail(raw_mail()) == Mail(
        sender="orders@shop.test",
        to=["anna@buyer.test", "ivan@buyer.test"],
        subject="Накладная № 1",
        text="Здравствуйте\n",
        html="<p>Здравствуйте</p>\n",
        attachments=[Attachment("накладная.pdf", 5)],
    )


def test_json_has_the_published_keys() -> None:
    shown = parse_mail(raw_mail()).as_json()
    assert list(shown) == ["from", "to", "subject", "text", "html", "attachments"]
    assert shown["attachments"] == [{"name": "накладная.pdf", "size": 5}]


def test_missing_parts_are_empty() -> None:
    mail = parse_mail(b"From: a@b.test\n\nhello\n")
    assert (mail.to, mail.subject, mail.html, mail.attachments) == ([], "", "", [])


def test_mails_come_oldest_first(tmp_path: Path) -> None:
    (tmp_path / "mails").mkdir()
    (tmp_path / "mails" / "002-b.eml").write_bytes(raw_mail("second"))
    (tmp_path / "mails" / "001-c.eml").write_bytes(raw_mail("first"))
    (tmp_path / "mails" / ".003-d.tmp").write_bytes(b"half a mail")
    assert [mail.subject for mail in sent_mails(embedded_stack(tmp_path, 1))] == ["first", "second"]


def test_mails_sent_by_aws_cannot_be_read() -> None:
    with pytest.raises(InfraError, match="only be read from a local stack"):
        sent_mails(aws_stack("prod", {"AWS_REGION": "eu-central-1"}))
