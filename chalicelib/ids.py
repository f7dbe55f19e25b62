"""Ids that clients may hold in a double: positive integers below 2**53, not guessable in sequence."""

import re
import secrets
from decimal import Decimal

LIMIT = 2**53
_DIGITS = re.compile(r"[0-9]{1,16}")


def new_id() -> int:
    """Return a random id. Unique only together with the conditional write that creates its item."""
    return secrets.randbelow(LIMIT - 1) + 1


def ids_in(listed: str) -> list[int]:
    """Return the ids in a text with commas; what is not an id is left out."""
    return [found for one in listed.split(",") if (found := as_id(one)) is not None]


def as_id(value: object) -> int | None:
    """Return the id in a number or a text of digits (surrounding spaces allowed), or None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)  # 5.0 is 5: JSON has one kind of number
    if isinstance(value, int):
        return value if 0 < value < LIMIT else None
    if isinstance(value, str) and _DIGITS.fullmatch(value.strip()):
        return as_id(int(value.strip()))
    return None
