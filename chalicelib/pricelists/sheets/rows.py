"""Spreadsheets as rows of texts, as a person sees them, whichever program wrote the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import BinaryIO, Protocol

from chalicelib.pricelists.reading.header_words import currency_sign

# Rows that a sheet may have, and columns, of any spreadsheet program.
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384

# A double has no more decimal digits that are exact.
_DIGITS = 15
# Formats whose currency is that of who opens the file, whatever their text says.
LOCAL_CURRENCY = frozenset({5, 6, 7, 8, 42, 44})
# Of a number format: what is quoted, escaped, in brackets, or space for alignment; none of it is a digit.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_ZEROS = re.compile("0{2,30}")
# The currency of a format, as [$€-407]; [$-419] names a language only.
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-[^\]]*)?\]|\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet, numbered from 1 as programs show it; cells are texts, "" if empty.

    ``level`` is the depth in the outline; ``hidden`` rows are not seen by who opens the file.
    """

    number: int
    cells: list[str]
    hidden: bool = False
    level: int = 0


class Sheet(Protocol):
    """One sheet of a workbook; charts are not sheets. ``hidden`` is also what only a macro can show."""

    name: str
    hidden: bool

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything, in their order. Raises PriceListRejected if the sheet is damaged."""

    def merged_until(self, number: int, place: int) -> int:
        """Return the last row of the merged cell whose first is in this row, from 1, and this column, from 0.

        That is the row itself if the cell is not merged downwards. The row must have been yielded by the last call of
        ``rows``. Raises PriceListRejected if the sheet is damaged.
        """


class Workbook(Protocol):
    """An open workbook. ``close`` frees its file."""

    sheets: list[Sheet]

    def close(self) -> None: ...


class OpenWorkbook(Protocol):
    """Opens the workbook in a seekable file. Raises PriceListRejected."""

    def __call__(self, file: BinaryIO) -> Workbook: ...


def cell_text(value: object, number_format: str = "General") -> str:
    """Return what a person sees in a cell, without the separators and words that its format adds to a number.

    Leading zeros that only the format shows are kept, since articles and barcodes are stored so; percent are shown as
    such, dates as ``2026-11-29``. So is another currency than the rouble, or ``15 $`` would be a price in roubles.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        whole_day = value.time() == time()
        return value.date().isoformat() if whole_day else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number_text(value, number_format)
    return str(value) if isinstance(value, timedelta) else ""


def _number_text(value: float, number_format: str) -> str:
    shape, currency = _shape(number_format)
    if currency:
        return f"{_plain(value)} {currency}"
    if shape.endswith("%"):
        return _plain(value * 100) + "%"
    text = _plain(value)
    if _ZEROS.fullmatch(shape) and text.isdigit():
        return text.zfill(len(shape))
    return text


@lru_cache(maxsize=512)
def _shape(number_format: str) -> tuple[str, str | None]:
    """Return the digits of a format, and the currency that it shows if that is not the rouble."""
    first = number_format.partition(";")[0]
    words = _CURRENCY.sub(r"\1", first).replace('"', "").replace("\\", "")
    return _LITERAL.sub("", first).strip(), currency_sign(words)


def _plain(value: float) -> str:
    """Return all exact digits of a number, without an exponent: 4601234567893.0 is 4601234567893."""
    if isinstance(value, int):
        return str(value)
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if value.is_integer() and abs(value) < 10**_DIGITS:
        return str(int(value))
    text = f"{value:.{_DIGITS}g}"
    if "e" in text:
        text = f"{value:.{_DIGITS}f}" if abs(value) < 1 else f"{value:.0f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
