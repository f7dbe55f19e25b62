"""Mails that SES was given."""

from email import message_from_bytes, policy
from typing import Any

from moto.ses.models import ses_backends


class Mails:
    """Reads the mails that left the service."""

    def mails(self, since: int = 0) -> list[dict[str, Any]]:
        """Everything SES was given but the first ``since`` mails, oldest first."""
        return [_read(message.raw_data, message.destinations) for message in self._sent()[since:]]

    def mails_sent(self) -> int:
        """How many mails SES was given."""
        return len(self._sent())

    def token_mailed_to(self, email: str) -> str:
        """The token in the newest mail to the address."""
        mail = next(m for m in reversed(self.mails()) if email in m["to"])
        return next(line.strip() for line in mail["text"].splitlines() if len(line.strip()) == 52)

    def _sent(self) -> list[Any]:
        return list(ses_backends["123456789012"]["us-east-1"].sent_messages)


def _read(raw: str, destinations: list[str]) -> dict[str, Any]:
    message = message_from_bytes(raw.encode(), policy=policy.default)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    return {
        "to": list(destinations),
        "subject": message["Subject"],
        "text": text.get_content() if text else "",
        "html": html.get_content() if html else "",
        "attachments": [part.get_filename() for part in message.iter_attachments()],
    }
