"""Money: integer minor units (kopecks) inside, exact numbers outside."""

from decimal import Decimal

CURRENCY = "RUB"


def as_number(minor: int) -> int | Decimal:
    """Return the JSON number of an amount: whole roubles as an integer, others with exactly two decimals."""
    return minor // 100 if minor % 100 == 0 else Decimal(minor).scaleb(-2)
