"""Reading the optional fields of a good, as ``chalicelib.goods`` declares them."""

import re
from collections.abc import Callable
from typing import Any

from chalicelib.catalogue.identity import gtin_is_valid
from chalicelib.goods import OPTIONAL, Field, Kind
from chalicelib.pricelists.reading.numbers import read_price, read_quantity, read_vat
from chalicelib.pricelists.reading.raw import Node, RowReader, tidy, tidy_lines

_SHORT_TEXT = 100
_IMAGE = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?", re.IGNORECASE)


def read_optional(row: RowReader) -> dict[str, Any]:
    """Return the optional fields of a Good that the row has. Faulty values are noted in the row and left out."""
    found: dict[str, Any] = {field.name: _READERS[field.kind](row, field) for field in _IN_ORDER}
    _reconcile_quantities(row, found)
    return {name: value for name, value in found.items() if value is not None}


def _text(row: RowReader, field: Field) -> str | None:
    return row.text(field.column, field.limit)


def _lines(row: RowReader, field: Field) -> str | None:
    return row.text(field.column, field.limit, tidied=tidy_lines)


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


def _stock(row: RowReader, field: Field) -> int | None:
    return row.number(field.column, read_quantity, field.limit, required=False)


def _amount(row: RowReader, field: Field) -> int | None:
    value = _stock(row, field)
    if value == 0:
        row.wrong("quantity_zero", field.column, "0")
        return None
    return value


def _urls(row: RowReader, field: Field) -> tuple[str, ...] | None:
    """Read addresses from a list, or from one text with spaces between them."""
    given = row.raw.values.get(field.column)
    urls: list[Node] = list(given) if isinstance(given, list) else []
    if isinstance(given, str):
        urls = list(given.split())
    elif given is not None and not isinstance(given, list):
        row.wrong("field_not_text", field.column)
        return None
    if len(urls) > field.limit:  # before a row of a megabyte becomes a hundred thousand faults
        row.wrong("too_many_images", field.column, str(len(urls)), limit=field.limit)
        return None
    found: dict[str, None] = {}
    for url in urls:
        text = tidy(url) if isinstance(url, str) else ""
        if len(text) > field.element_limit:
            row.wrong("field_too_long", field.column, text, limit=field.element_limit)
        elif _IMAGE.fullmatch(text):
            found[text] = None
        elif url is not None:
            row.wrong("image_invalid", field.column, text)
    return tuple(found)


# In the order in which faults of one row are reported: by kind, and the step before what depends on it.
_READERS: dict[Kind, Callable[[RowReader, Field], object]] = {
    "text": _text,
    "lines": _lines,
    "gtin": _gtin,
    "vat": _vat,
    "urls": _urls,
    "price": _price,
    "stock": _stock,
    "amount": _amount,
}
_IN_ORDER = sorted(OPTIONAL, key=lambda field: (list(_READERS).index(field.kind), field.name != "step_quantity"))


def _reconcile_quantities(row: RowReader, found: dict[str, Any]) -> None:
    """Check minimum, step and maximum against each other. A step alone is also the minimum."""
    step = found["step_quantity"] = found["step_quantity"] or 1
    least = found["min_quantity"] = found["min_quantity"] or step
    most = found["max_quantity"]
    if least % step:
        row.wrong("min_not_multiple", "min_quantity", str(least), step=step)
    if most is not None and most < least:
        row.wrong("max_below_min", "max_quantity", str(most), least=least)
