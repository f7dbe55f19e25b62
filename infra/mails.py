"""Mails sent by a local stack, parsed from the raw messages, including attachments."""

import json
import urllib.request
from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from infra.errors import InfraError
from infra.settings import Kind, Stack


@dataclass(frozen=True)
class Attachment:
    """A file in a mail; `size` is its decoded size in bytes."""

    name: str
    size: int


@dataclass(frozen=True)
class Mail:
    """A mail as its reader sees it; missing parts are empty."""

    sender: str
    to: list[str]
    subject: str
    text: str
    html: str
    attachments: list[Attachment]

    def as_json(self) -> dict[str, object]:
        """Return the mail as `make mails` prints it."""
        shown = asdict(self)
        return {"from": shown.pop("sender"), **shown}


def sent_mails(stack: Stack) -> list[Mail]:
    """Return all mails sent by a local stack, oldest first. Raises InfraError on AWS, which does not keep them."""
    if stack.kind is Kind.EMBEDDED:
        return [_parsed(path, path.stat().st_mtime_ns, path.stat().st_size) for path in _files(stack)]
    return [parse_mail(raw) for raw in raw_mails(stack)]


def raw_mails(stack: Stack) -> list[bytes]:
    """Return the raw messages, oldest first. Raises InfraError on AWS."""
    if stack.kind is Kind.EMBEDDED:
        return [path.read_bytes() for path in _files(stack)]
    if stack.kind is Kind.LOCALSTACK:
        with urllib.request.urlopen(f"{stack.endpoint_url}/_aws/ses", timeout=10) as response:
            messages = json.load(response)["messages"]
        return [message["RawData"].encode() for message in sorted(messages, key=lambda item: item["Timestamp"])]
    raise InfraError("sent mails can only be read from a local stack")


def _files(stack: Stack) -> list[Path]:
    return sorted((stack.state_dir / "mails").glob("*.eml"))


@cache
def _parsed(path: Path, _written: int, _size: int) -> Mail:
    # Cached: waiting for a mail reads all of them repeatedly, and attachments are slow to decode.
    return parse_mail(path.read_bytes())


def parse_mail(raw: bytes) -> Mail:
    """Parse a raw message."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return Mail(
        sender=str(message["From"] or ""),
        to=[address.addr_spec for address in message["To"].addresses] if message["To"] else [],
        subject=str(message["Subject"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=[_attachment(part) for part in message.iter_attachments()],
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _attachment(part: EmailMessage) -> Attachment:
    payload = part.get_payload(decode=True)
    return Attachment(part.get_filename() or "", len(payload) if isinstance(payload, bytes) else 0)
