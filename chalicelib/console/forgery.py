"""Keeps other sites from submitting our forms, and addresses from carrying messages that we did not write.

Nothing is stored: fields and messages are signed with what the browser's cookie holds, and end with it.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from chalicelib.console.visit import Notice
from chalicelib.settings import settings

FIELD = "csrf"
# Characters of a message in an address: room for a name of 200 characters, each of which JSON may write as six bytes.
_MOST = 2_000


def csrf_of(secret: str) -> str:
    """Return the field that a form of this browser carries; "" for a browser that holds nothing."""
    return _signed(secret, "csrf") if secret else ""


def is_ours(secret: str, field: str) -> bool:
    """Return whether a form's field was made for this browser; compares in constant time."""
    return bool(secret) and hmac.compare_digest(csrf_of(secret).encode(), field.encode())


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Return whether the browser says that another site sends this request."""
    site = headers.get("sec-fetch-site", "")
    if site:
        # "none" is the person: a page that was reloaded or restored.
        return site not in {"same-origin", "none"}
    origin = headers.get("origin", "")
    known = {headers.get("host", "").lower(), urlsplit(settings().public_url).netloc.lower()}
    return bool(origin) and _host_of(origin) not in known - {""}


def _host_of(origin: str) -> str:
    """Return the host that an origin names; "" if it is not an address."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def sealed(secret: str, notice: Notice) -> str:
    """Return a message as it travels in an address."""
    body = json.dumps([notice.key, dict(notice.params)], ensure_ascii=False, separators=(",", ":")).encode()
    written = base64.urlsafe_b64encode(body).decode().rstrip("=")
    return f"{written}.{_signed(secret, written)[:24]}"


def opened(secret: str, text: str) -> Notice | None:
    """Return the message in an address, or None if it was not written for this browser."""
    written, _, mark = text.partition(".")
    expected = _signed(secret, written)[:24]
    if not secret or len(text) > _MOST or not hmac.compare_digest(expected.encode(), mark.encode()):
        return None
    try:
        key, params = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    except (binascii.Error, ValueError):
        return None
    return Notice(str(key), params)


def _signed(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), "sha256").hexdigest()
