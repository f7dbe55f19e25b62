"""Lines and tables of CSV. Pure.

A table opens in a spreadsheet of this country by a double click: UTF-8 with a byte-order mark, separated by semicolons.
A text that a spreadsheet would run as a formula gets a space in front of it: it stays a text, and the importer, which
strips texts, reads back what was there (docs/decisions/0015-exports.md).
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from chalicelib.files.formats import Output, roubles
from chalicelib.files.tables import Column, ColumnKind

# Spreadsheets take a file without the mark for one in windows-1251.
BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ROWS_AT_ONCE = 200


def harmless(text: str) -> str:
    """Return ``text`` as a cell that no spreadsheet takes for a formula."""
    return f" {text}" if text.startswith(_FORMULA) else text


def line(cells: Iterable[str], delimiter: str) -> str:
    """Return a line of texts with its end."""
    page = io.StringIO()
    csv.writer(page, delimiter=delimiter).writerow(map(harmless, cells))
    return page.getvalue()


def write_table(out: Output, _title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write the table with a header. Amounts are ``19.90`` or ``500``, moments ``2026-11-23 15:48:10``, as they are."""
    page = io.StringIO()
    page.write(BYTE_ORDER_MARK)
    writer = csv.writer(page, delimiter=";", lineterminator="\r\n")
    for number, cells in enumerate(chain([_header(columns)], _lines(columns, rows))):
        writer.writerow(cells)
        if number % _ROWS_AT_ONCE == 0:
            _flush(out, page)
    _flush(out, page)


def _header(columns: Sequence[Column]) -> list[str]:
    return [harmless(column.title) for column in columns]


def _lines(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[list[str]]:
    kinds = [column.kind for column in columns]
    for row in rows:
        yield [_cell(kind, value) for kind, value in zip(kinds, row, strict=True)]


def _flush(out: Output, page: io.StringIO) -> None:
    out.write(page.getvalue().encode())
    page.seek(0)
    page.truncate()


def _cell(kind: ColumnKind, value: Any) -> str:
    if value is None:
        return ""
    if kind == "money":
        return roubles(value)
    if kind == "moment":
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return harmless(value) if kind == "text" else str(value)
