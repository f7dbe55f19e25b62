"""Session and one-time tokens: 256 random bits, of which only the SHA-256 is ever stored.

The owner's id travels in front of the secret, so that the one item that proves a token is found by its key.
"""

import base64
import binascii
import hashlib
import secrets
from datetime import timedelta

# What a one-time token is for; part of its stored key.
CONFIRM = "confirm"
RESET = "reset"
EMAIL = "email"
# How long a new address may wait for its token.
EMAIL_LIFETIME = timedelta(hours=24)
_ID_BYTES = 7
_SECRET_BYTES = 32


def new_token(user_id: int) -> str:
    """Return a new URL-safe token for the user."""
    raw = user_id.to_bytes(_ID_BYTES, "big") + secrets.token_bytes(_SECRET_BYTES)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def token_owner(token: str) -> int | None:
    """Return the user id that the token claims, or None if it is not a token. Proves nothing by itself."""
    try:
        raw = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except (binascii.Error, ValueError, UnicodeEncodeError):
        return None
    return int.from_bytes(raw[:_ID_BYTES], "big") if len(raw) == _ID_BYTES + _SECRET_BYTES else None


def token_hash(token: str) -> str:
    """Return the hash of a token, as stored."""
    return hashlib.sha256(token.encode()).hexdigest()
