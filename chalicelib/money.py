"""Money: integer minor units (kopecks) inside, exact numbers outside."""

from decimal import Decimal

CURRENCY = "RUB"


def as_number(minor: int) -> int | Decimal:
    """Return the JSON number of an amount: whole roubles as an integer, others with exactly two decimals."""
    return minor // 100 if minor % 100 == 0 else Decimal(minor).scaleb(-2)


def figures(minor: int, language: str) -> str:
    """Return ``110 000,50`` for "ru", else ``110,000.50``: two decimals always, no currency."""
    digits = f"{abs(minor) // 100:,}.{abs(minor) % 100:02}"
    if language == "ru":
        digits = digits.replace(",", " ").replace(".", ",")
    return f"-{digits}" if minor < 0 else digits


def written(minor: int, language: str) -> str:
    """Return ``110 000,50 ₽`` or ``110,000.50 ₽``; whole roubles have no decimals."""
    digits = figures(minor, language)
    return f"{digits[:-3] if minor % 100 == 0 else digits} ₽"
