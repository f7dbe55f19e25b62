"""The stock of an offer: in total, or of each warehouse, in the ways of all versions. Pure."""

import re
from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

from chalicelib.pricelists.formats.cml.parser import Element

# 1C writes a point, or what its own form of a number has: spaces between thousands and a comma. Never other signs.
_NUMBER = re.compile("[-\u2212]?(?:[0-9]+|[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+)(?:[.,][0-9]+)?")
_SPACES = re.compile("[ \u00a0\u2009\u202f]")
_MAX_DIGITS = 40
_KOPECK = Decimal("0.01")


class Taken(NamedTuple):
    """A number of pieces as a text; ``changed`` says that the file has another number, which cannot be a stock."""

    text: str
    changed: bool = False


def number_of(text: str) -> Decimal | None:
    """Return the number, or None if the text is none."""
    said = text.strip()
    if len(said) > _MAX_DIGITS or not _NUMBER.fullmatch(said):
        return None
    try:
        return Decimal(_SPACES.sub("", said).replace("\u2212", "-").replace(",", "."))
    except InvalidOperation:
        return None


def stock_of(offer: Element) -> Element | None:
    """Return the stock of an offer as an element whose text it is; None if it has none."""
    total = offer.first("Количество")
    if total is not None:
        return total
    amounts = [*_amounts(offer)]
    if not amounts:
        return None
    numbers = [number_of(each.text) for each in amounts]
    unread = next((each for each, number in zip(amounts, numbers, strict=True) if number is None), None)
    if unread is not None:
        return unread
    whole = sum((number for number in numbers if number is not None), Decimal(0))
    return Element("Количество", {}, amounts[0].line, format(whole, "f"))


def _amounts(offer: Element) -> Iterator[Element]:
    """Yield what there is in each warehouse."""
    for each in offer.children:
        if each.tag == "Склад" and "КоличествоНаСкладе" in each.attributes:
            yield Element("Количество", {}, each.line, each.attributes["КоличествоНаСкладе"])
        elif each.tag == "Склад":
            yield from each.all("Количество", "КоличествоНаСкладе")
        elif each.tag == "Остатки":
            totals = [total for rest in each.children for total in rest.children if total.tag == "Количество"]
            yield from totals or each.all("Количество")
        elif each.tag in {"КоличествоНаСкладах", "Склады"}:
            yield from each.all("Количество")


def whole_pieces(text: str) -> Taken:
    """Return the stock in whole pieces: a part of one is not sold, and less than nothing is nothing."""
    number = number_of(text)
    if number is None:
        return Taken(text)
    pieces = max(number, Decimal(0)).to_integral_value(ROUND_DOWN)
    return Taken(format(pieces, "f"), pieces != number)


def price_per_unit(text: str, units: str) -> str:
    """Return the price of one base unit; ``units`` is how many the price is for. Words stay as they are."""
    price, count = number_of(text), number_of(units) or Decimal(1)
    if price is None:
        return text
    if count != 1 and count > 0:
        price = (price / count).quantize(_KOPECK, ROUND_HALF_UP) if price / count < Decimal(10) ** 20 else price
    said = format(price, "f")
    whole, point, fraction = said.partition(".")
    # Four decimals are usual in 1C.
    return f"{whole}{point}{fraction[:2]}" if point and not fraction[2:].strip("0") else said
