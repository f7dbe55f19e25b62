"""Keeps other sites from submitting our forms, and addresses from carrying messages that we did not write.

Nothing is stored: fields and messages are signed with the value of the browser's cookie, and expire with it.
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
# The most characters of a message in an address: room for a name of 200 characters, each six bytes in JSON.
_MOST = 2_000


def csrf_of(secret: str) -> str:
    """Return the value of a form's hidden field for this browser; "" for a browser without a cookie."""
    return _signed(secret, "csrf") if secret else ""


def is_ours(secret: str, field: str) -> bool:
    """Return whether a form's field was made for this browser; compares in constant time."""
    return bool(secret) and hmac.compare_digest(csrf_of(secret).encode(), field.encode())


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Return whether this request comes from another site, according to the browser."""
    site = headers.get("sec-fetch-site", "")
    if site:
        # "none" means that the visitor started the request, for example by reloading the page.
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
    """Return a message signed for this browser, to put into an address."""
    body = json.dumps([notice.key, dict(notice.params)], ensure_ascii=False, separators=(",", ":")).encode()
    written = base64.urlsafe_b64encode(body).decode().rstrip("=")
    return f"{written}.{_signed(secret, written)[:24]}"


def opened(secret: str, text: str) -> Notice | None:
    """Return the message in an address, or None if it was not signed for this browser."""
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
