"""What suppliers write into the cells of prices and stock beside the number. Pure."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.pricelists.reading.table_settings import StockWord

# Nothing is sold that may not be there: a word for "there is some" is one piece, all others are none.
CAUTIOUS: Mapping[StockWord, int] = {"available": 1, "absent": 0, "on_order": 0, "blank": 0}

_PRICE = re.compile(
    r"(?P<number>[-\u2212]?[0-9][0-9 \u00a0\u2009\u202f.,]*?)[ \u00a0.]*(?:р|руб|рублей|рубля|₽|rub|rur)?\.?"
    r"(?: ?/ ?[а-я.]{1,6})?",
    re.IGNORECASE,
)
_MORE = re.compile(r"(?:>|≥|более|больше|свыше|от|more than|over)\s*([0-9][0-9 \u00a0]*)|([0-9][0-9 \u00a0]*)\+")
_PIECES = re.compile(r"([-\u2212]?[0-9][0-9 \u00a0.,]*?)\s*(?:шт|штук|уп|упак|кор|пар|компл|pcs|pc)\.?")
_SAID: dict[StockWord, str] = {
    "available": "есть|в наличии|да|+|много|мало|достаточно|имеется|yes|in stock",
    "absent": "нет|нет в наличии|отсутствует|отсутсвует|закончился|-|\u2013|\u2014|no",
    "on_order": "под заказ|ожидается|в пути|on order|предзаказ|ожидание",
}
_WORDS = {word: meant for meant, words in _SAID.items() for word in words.split("|")}


class Stock(NamedTuple):
    """A number of pieces as a text, and the word it stands for, if the cell has one; None if it is a plain number."""

    text: str
    word: StockWord | None = None


def literal(cell: str) -> str:
    """Return the text that a formula of text alone stands for, as exports protect zeros: ``="0012"`` is 0012."""
    return cell[2:-1] if cell[:2] == '="' and cell.endswith('"') and cell.count('"') == 2 else cell


def price_text(cell: str) -> str:
    """Return the number of a price cell without the words for roubles around it; any other cell as it is."""
    text = cell.strip()
    found = _PRICE.fullmatch(text)
    return found["number"].rstrip(" .,\u00a0") if found else text


def stock_text(cell: str, meaning: Mapping[StockWord, int] = CAUTIOUS) -> Stock:
    """Return how many pieces a stock cell means: ``>50`` is 50, a word is what ``meaning`` or ``CAUTIOUS`` says."""
    meant = {**CAUTIOUS, **meaning}
    text = " ".join(cell.casefold().replace("ё", "е").split())
    word: StockWord | None = _WORDS.get(text.rstrip(".")) if text else "blank"
    if word is not None:
        return Stock(str(meant[word]), word)
    if more := _MORE.fullmatch(text):
        return Stock((more[1] or more[2]).strip(), "more_than")
    pieces = _PIECES.fullmatch(text)
    return Stock(pieces[1].strip() if pieces else cell.strip())
