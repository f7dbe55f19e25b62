"""Mails written, sent by a service that may refuse, and what became of them."""

from typing import Any

import pytest

from chalicelib import aws, outbox
from chalicelib.models.mails import Mail


def write(kind: str, recipient: str, **about: Any) -> Mail:
    mail = outbox.compose(kind, recipient, about)
    mail.save()
    return mail


def stored(mail: Mail) -> Mail:
    return Mail.get(mail.pk, mail.sk, consistent_read=True)


def outcome(mail: Mail) -> tuple[str, str | None, str | None]:
    found = stored(mail)
    return found.status, found.error, found.due_key


def use(monkeypatch: pytest.MonkeyPatch, service: str, client: Any) -> None:
    real = aws.client
    monkeypatch.setattr(aws, "client", lambda asked: client if asked == service else real(asked))


def use_ses(monkeypatch: pytest.MonkeyPatch, ses: Any) -> None:
    use(monkeypatch, "ses", ses)
