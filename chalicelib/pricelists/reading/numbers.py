"""Numbers as suppliers write them. Each reader returns the exact value or a fault code; floats are never involved."""

import re

from chalicelib.vat import all_rates

_MAX_DIGITS = 15
_NUMBER = re.compile("([-\u2212]?)([0-9]+|[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+)(?:[.,]([0-9]+))?")
# Thousands separated by commas or points, as other countries write them. With a fraction behind another sign, or with
# two separators, there is one reading; a single separator with three digits behind it might as well begin a fraction.
_FOREIGN = (
    re.compile("([-\u2212]?)([1-9][0-9]{0,2}(?:,[0-9]{3})+)[.]([0-9]+)"),
    re.compile("([-\u2212]?)([1-9][0-9]{0,2}(?:[.][0-9]{3})+),([0-9]+)"),
    re.compile("([-\u2212]?)([1-9][0-9]{0,2}(?:,[0-9]{3}){2,}|[1-9][0-9]{0,2}(?:[.][0-9]{3}){2,})()"),
)
_AMBIGUOUS = re.compile("[-\u2212]?([1-9][0-9]{0,2})[.,]([0-9]{3})")
_GROUPING = re.compile("[ \u00a0\u2009\u202f.,]")
_CURRENCY = re.compile("[$€₽£¥₴₸]|rub|rur|usd|eur|byn|kzt|uah|cny|руб|грн|тг|у[.]? ?е[.]?$|р[.]?$", re.IGNORECASE)

_VAT = re.compile("(?:vat_|ндс)?([0-9]{1,2})(?:[.,]0+)?%?")
_NO_VAT = frozenset({"none", "no", "no_vat", "novat", "безндс", "нет", "ндснеоблагается", "необлагается"})


def _number(text: str) -> tuple[bool, str, str] | None:
    """Split a number into (is negative, whole digits, fraction digits); return None if it is not a number."""
    if text.isascii() and text.isdigit():  # what nearly every number looks like
        return False, text.lstrip("0") or "0", ""
    match = _NUMBER.fullmatch(text) or next(filter(None, (form.fullmatch(text) for form in _FOREIGN)), None)
    if match is None:
        return None
    return bool(match[1]), _GROUPING.sub("", match[2]).lstrip("0") or "0", match[3] or ""


def read_price(text: str, limit: int) -> int | str:
    """Return the price in kopecks, 1 to ``limit``, or a fault code."""
    number = _number(text)
    if number is None:
        counted = _CURRENCY.search(text) and any("0" <= char <= "9" for char in text)
        return "price_currency" if counted else "price_not_number"
    negative, whole, fraction = number
    if len(fraction) > 2:
        return "price_too_precise"
    if len(whole) > _MAX_DIGITS:
        return "price_not_positive" if negative else "price_too_large"
    kopecks = int(whole) * 100 + int(fraction.ljust(2, "0"))
    if negative or not kopecks:
        return "price_not_positive"
    return kopecks if kopecks <= limit else "price_too_large"


def read_quantity(text: str, limit: int) -> int | str:
    """Return a whole number, 0 to ``limit``, or a fault code."""
    number = _number(text)
    if number is None:
        return "quantity_not_number"
    if _AMBIGUOUS.fullmatch(text):
        return "quantity_ambiguous"
    negative, whole, fraction = number
    if negative and (whole + fraction).strip("0"):
        return "quantity_negative"
    if fraction.strip("0"):
        return "quantity_fractional"
    if len(whole) > _MAX_DIGITS or int(whole) > limit:
        return "quantity_too_large"
    return int(whole)


def two_readings(text: str) -> tuple[str, str] | None:
    """Return how an ambiguous quantity reads with a decimal comma and with separated thousands; None for any other.

    ``1,000`` is one to 1C and a thousand to a spreadsheet with English number settings.
    """
    match = _AMBIGUOUS.fullmatch(text)
    if match is None:
        return None
    fraction = match[2].rstrip("0")
    return f"{match[1]},{fraction}" if fraction else match[1], match[1] + match[2]


def read_vat(text: str) -> int | str | None:
    """Return the VAT rate in percent, None for goods without VAT, or a fault code."""
    word = text.casefold().replace("ё", "е").replace(" ", "").replace("\u00a0", "")
    if word in _NO_VAT:
        return None
    match = _VAT.fullmatch(word)
    rate = int(match[1]) if match else -1
    return rate if rate in all_rates() else "vat_unknown"
