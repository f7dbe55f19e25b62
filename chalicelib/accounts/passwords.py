"""Passwords: which are accepted, and argon2id for storing them."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_LENGTH = 8
MAX_LENGTH = 128
# The handful that guessing starts with; a long list would be a database of its own.
_COMMON = frozenset(
    {
        *("password", "password1", "passw0rd", "qwerty123", "qwertyui", "qwertyuiop", "1q2w3e4r", "1qaz2wsx"),
        *("iloveyou", "admin123", "letmein1", "welcome1", "abc12345", "abcd1234", "football", "baseball"),
        *("superman", "sunshine", "princess", "йцукенгш", "пароль123"),
    }
)


def password_faults(password: str, email: str = "") -> list[tuple[str, dict[str, object]]]:
    """Return every rule that the password breaks, as (text key, parameters); an empty list for a good one."""
    faults: list[tuple[str, dict[str, object]]] = []
    lowered = password.casefold()
    local_part = email.partition("@")[0].casefold()
    if len(password) < MIN_LENGTH:
        faults.append(("password_short", {"limit": MIN_LENGTH}))
    if len(password) > MAX_LENGTH:
        faults.append(("password_long", {"limit": MAX_LENGTH}))
    if password.isdigit():
        faults.append(("password_digits", {}))
    if lowered in _COMMON:
        faults.append(("password_common", {}))
    if len(local_part) > 3 and lowered and (local_part in lowered or lowered in email.casefold()):
        faults.append(("password_email", {}))
    return faults


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher

    # OWASP's argon2id setting for 19 MiB: about 25 ms on one vCPU, small beside the function's memory.
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")


def hash_password(password: str) -> str:
    """Return the hash of a password, as stored."""
    return _hasher().hash(password)


def password_matches(stored: str | None, password: str) -> bool:
    """Whether ``password`` is the one that was stored.

    ``stored`` is None for an account that does not exist: the same work is done, so the time reveals nothing.
    """
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(_nobody() if stored is None else stored, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
