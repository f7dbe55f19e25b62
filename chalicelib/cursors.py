"""Opaque page cursors: where the next page begins, bound to the list it belongs to.

A cursor carries a position inside a list and a checksum over both. The partition that is read is always derived from
the request and never taken from a cursor, so that a forged one could reach nothing that its caller may not see anyway;
the checksum exists to refuse an altered or misplaced one with a 400.
"""

import base64
import binascii
import hashlib

from chalicelib.errors import field_error

_CHECK_BYTES = 8
MAX_LENGTH = 2_000


def seal(scope: str, position: str) -> str:
    """Return the cursor of a position in the list ``scope``: the call, its owner, every filter and the order."""
    raw = position.encode()
    return base64.urlsafe_b64encode(_checksum(scope, raw) + raw).decode().rstrip("=")


def unseal(scope: str, cursor: str) -> str:
    """Return the position passed to ``seal``. Raises FieldErrors if this is not a cursor of this list."""
    try:
        sealed = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        position = sealed[_CHECK_BYTES:].decode()
    except (binascii.Error, ValueError):
        raise field_error("cursor", "cursor") from None
    if len(cursor) > MAX_LENGTH or seal(scope, position) != cursor:
        raise field_error("cursor", "cursor")
    return position


def _checksum(scope: str, position: bytes) -> bytes:
    return hashlib.blake2b(scope.encode() + b"\0" + position, digest_size=_CHECK_BYTES, person=b"cursor").digest()
