"""A rendered mail as the raw MIME message that SES sends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP

from chalicelib import clock
from chalicelib.documents.views import one_line
from chalicelib.notifications import addresses
from chalicelib.notifications.headers import address_header, attachment_header, text_header
from chalicelib.notifications.render import RenderedMail
from chalicelib.texts import Language

# SES takes no more in one call.
MAX_RECIPIENTS = 50
# SES quotes the headers in its notices; this one identifies the mail.
KEY_HEADER = "X-Message-Key"

# 7bit lets Python pick quoted-printable or base64, whichever is shorter: not every relay passes 8-bit text on.
_POLICY = SMTP.clone(cte_type="7bit")
_KEY = re.compile(r"[!-~]{1,200}")
_MIME = re.compile(r"([a-z0-9.+-]+)/([a-z0-9.+-]+)")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail; ``name`` may be Cyrillic, ``mime`` is ``type/subtype``."""

    name: str
    content: bytes
    mime: str


def build_message(
    sender: str,
    recipients: list[str],
    mail: RenderedMail,
    attachments: Sequence[Attachment],
    message_key: str,
    language: Language,
) -> bytes:
    """Return the message: plain text and HTML as alternatives, then the attachments.

    ``sender`` is an address or ``Name <address>``, ``recipients`` are bare addresses, ``message_key`` identifies the
    mail in our records. Raises ValueError for an invalid address, key or media type, and for
    no or more than MAX_RECIPIENTS recipients.
    """
    if not 0 < len(recipients) <= MAX_RECIPIENTS:
        raise ValueError(f"from 1 to {MAX_RECIPIENTS} recipients, not {len(recipients)}")
    if not _KEY.fullmatch(message_key):
        raise ValueError("a message key is printable ASCII without spaces")
    message = EmailMessage(policy=_POLICY)
    named = addresses.sender(sender)
    message["From"] = address_header("From", one_line(named.display_name), named.addr_spec)
    message["To"] = [addresses.bare(address) for address in recipients]
    message["Subject"] = text_header("Subject", one_line(mail.subject))
    message["Date"] = clock.now()
    # RFC 3834: out-of-office replies must not answer this.
    message["Auto-Submitted"] = "auto-generated"
    message[KEY_HEADER] = message_key
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    for attachment in attachments:
        _attach(message, attachment)
    # Last: a message that becomes multipart hands its Content- headers down to its first part.
    message["Content-Language"] = language
    return message.as_bytes()


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    mime = _MIME.fullmatch(attachment.mime)
    if mime is None:
        raise ValueError("not a media type")
    name = one_line(attachment.name).replace("/", "_").replace("\\", "_")
    disposition = attachment_header(name)
    message.add_attachment(attachment.content, maintype=mime[1], subtype=mime[2], headers=[disposition])
