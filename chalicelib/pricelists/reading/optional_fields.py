"""Reading the optional fields of a good, as ``chalicelib.goods`` declares them.

A fault costs the field, not the row: the field then counts as absent. Absent and empty differ only in a list
that merges: what is absent stays as it is stored.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from chalicelib.catalogue.identity import gtin_is_valid
from chalicelib.goods import OPTIONAL, Field, FieldValues, Kind
from chalicelib.pricelists.reading.html_text import plain
from chalicelib.pricelists.reading.numbers import read_price, read_quantity, read_vat
from chalicelib.pricelists.reading.raw import Node, RawMapping, RowReader, shown, shown_lines, tidy

# What ``read_field`` returns if the row does not have the field, or has nothing valid there.
ABSENT: Final = object()
_SHORT_TEXT = 100
_IMAGE = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?", re.IGNORECASE)
# Addresses may hold commas and semicolons, and those of suppliers spaces: these separate only where another follows.
_BETWEEN_URLS = re.compile(r"[\r\n\t]+|[,;|]\s+|[,;|\s](?=https?://)", re.IGNORECASE)
_NOTHING = frozenset({"-", "\u2013", "\u2014", "нет"})
_ZERO = re.compile("0(?:[.,]0+)?")
# What a value begins with that may say nothing.
_DOUBTFUL = frozenset("0-\u2013\u2014нН")
# Of these, zero is a value.
_ZERO_COUNTS = frozenset[Kind]({"vat", "stock"})


def read_optional(row: RowReader) -> FieldValues:
    """Return the fields with a default that the row has, by name; ``row`` notes their faults as warnings."""
    found, given = FieldValues(), row.raw.values
    for field in _IN_ORDER:
        if field.column in given and (value := read_field(row, field)) is not ABSENT:
            found[field.name] = value
    return found


def read_field(row: RowReader, field: Field) -> Any:
    """Return the value of one field; its ``empty``, or None for an amount, if the row says that there is none.

    Returns ABSENT if the row does not have the field, or nothing in it is valid.
    """
    if field.column not in row.raw.values:
        return ABSENT
    node = row.raw.values[field.column]
    empty = None if field.kind == "amount" else field.empty
    if says_nothing(node, field.kind):
        return empty
    row.ok = True
    value = _READERS[field.kind](row, field)
    if row.ok:
        return empty if value is None else value
    return value or ABSENT


def says_nothing(node: Node, kind: Kind = "text") -> bool:
    """Whether nothing is there, or what suppliers write for that: a dash, ``нет``, or a zero where none is possible."""
    if not isinstance(node, str):
        return not (node.values if isinstance(node, RawMapping) else node)
    word = node.strip()
    if word and word[0] not in _DOUBTFUL:  # so is nearly every value, and every value of a list passes here
        return False
    word = word.casefold()
    return not word or word in _NOTHING or (kind not in _ZERO_COUNTS and _ZERO.fullmatch(word) is not None)


def _text(row: RowReader, field: Field) -> str | None:
    return row.text(field.column, field.limit, tidied=shown)


def _lines(row: RowReader, field: Field) -> str | None:
    return row.text(field.column, field.limit, tidied=shown_lines)


def _gtin(row: RowReader, field: Field) -> str | None:
    text = row.text(field.column, _SHORT_TEXT)
    if not text or gtin_is_valid(text):
        return text
    row.wrong("gtin_invalid", field.column, text)
    return None


def _vat(row: RowReader, field: Field) -> int | None:
    text = row.text(field.column, _SHORT_TEXT)
    rate = read_vat(text) if text else None
    if isinstance(rate, str):
        row.wrong(rate, field.column, text)
        return None
    return rate


def _price(row: RowReader, field: Field) -> int | None:
    return row.number(field.column, read_price, field.limit, required=False)


def _count(row: RowReader, field: Field) -> int | None:
    return row.number(field.column, read_quantity, field.limit, required=False)


def _urls(row: RowReader, field: Field) -> tuple[str, ...]:
    """Read addresses from a list, or from one text with spaces or commas between them."""
    given = row.raw.values.get(field.column)
    nodes: list[Node] = given if isinstance(given, list) else [given]
    urls: list[Node] = []
    for node in nodes:
        urls += separated(node) if isinstance(node, str) else [] if node is None else [node]
    if len(urls) > field.limit:  # before a row of a megabyte becomes a hundred thousand faults
        row.wrong("too_many_images", field.column, str(len(urls)), limit=field.limit)
    found: dict[str, None] = {}
    for url in urls[: field.limit]:
        if not isinstance(url, str):
            row.wrong("field_not_text", field.column)
        elif len(url) > field.element_limit:
            row.wrong("field_too_long", field.column, url, limit=field.element_limit)
        elif _IMAGE.fullmatch(url):
            found[url] = None
        else:
            row.wrong("image_invalid", field.column, url)
    return tuple(found)


def separated(text: str) -> list[str]:
    """Return the addresses of a text that has spaces or commas between them."""
    parts = (tidy(plain(part)).rstrip(",;| ") for part in _BETWEEN_URLS.split(text))
    return [part for part in parts if part]


# In the order in which faults of one row are reported: by kind, and the step before what depends on it.
_READERS: dict[Kind, Callable[[RowReader, Field], Any]] = {
    "text": _text,
    "lines": _lines,
    "gtin": _gtin,
    "vat": _vat,
    "urls": _urls,
    "price": _price,
    "stock": _count,
    "amount": _count,
}
_IN_ORDER = sorted(OPTIONAL, key=lambda field: (list(_READERS).index(field.kind), field.name != "step_quantity"))
