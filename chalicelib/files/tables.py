"""Tables as CSV and XLSX, row by row. Pure.

CSV is what a spreadsheet of this country opens by a double click: UTF-8 with a byte-order mark, parted by semicolons.
A text that a spreadsheet would run as a formula gets a space in front of it: it stays a text, and the importer, which
strips texts, reads back what was there (docs/decisions/0015-exports.md).
"""

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chalicelib.files.formats import Output, TooManyRows, roubles

# What a sheet holds below its header, and a cell.
MAX_SHEET_ROWS = 1_048_575
MAX_CELL = 32_767
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Beyond this a spreadsheet, which counts in doubles, would round.
_EXACT = 10**15
_WIDEST_TITLE = 40
_CHUNK = 200


ColumnKind = Literal["text", "number", "money", "moment"]


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` says what the values are: texts, whole numbers, kopecks or moments (aware); None is an empty cell.

    ``width`` is in characters.
    """

    title: str
    kind: ColumnKind = "text"
    width: int = 16


def harmless(text: str) -> str:
    """``text`` as a cell that no spreadsheet takes for a formula."""
    return f" {text}" if text.startswith(_FORMULA) else text


def write_csv(out: Output, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """The table with a header. Amounts are ``19.90`` or ``500``, moments ``2026-11-23 15:48:10`` in UTC."""
    page = io.StringIO()
    page.write("\ufeff")
    writer = csv.writer(page, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(column.title) for column in columns])
    kinds = [column.kind for column in columns]
    for number, row in enumerate(rows):
        writer.writerow([_csv_cell(kind, value) for kind, value in zip(kinds, row, strict=True)])
        if number % _CHUNK == _CHUNK - 1:
            _flush(out, page)
    _flush(out, page)


def _flush(out: Output, page: io.StringIO) -> None:
    out.write(page.getvalue().encode())
    page.seek(0)
    page.truncate()


def _csv_cell(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if kind == "money":
        return roubles(value)
    if kind == "moment":
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return harmless(value) if kind == "text" else str(value)


def write_xlsx(out: Output, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """The table as one sheet: the header stays in sight and filters, numbers are numbers, texts are never formulas.

    Raises TooManyRows for more than a sheet holds. Rows wait in a temporary file, not in memory.
    """
    import xlsxwriter

    with tempfile.TemporaryDirectory() as directory:
        book = xlsxwriter.Workbook(out, {"constant_memory": True, "tmpdir": directory})
        sheet = book.add_worksheet(title)
        try:
            _fill(book, sheet, columns, rows)
            book.close()
        finally:
            # Where the rows ended in an error the book was not closed, nor the file that they wait in.
            sheet.row_data_fh.close()


def _fill(book: Any, sheet: Any, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    head = {"bold": True, "bg_color": "#E7ECF2", "bottom": 1}
    left, right = book.add_format({**head, "indent": 1}), book.add_format({**head, "align": "right"})
    looks = {
        "money": book.add_format({"num_format": "#,##0.00"}),
        "number": book.add_format({"num_format": "0"}),
        "moment": book.add_format({"num_format": "dd.mm.yyyy hh:mm", "align": "left", "indent": 1}),
        # Texts follow numbers, which stand at the right: without the indent the two would run together.
        "text": book.add_format({"num_format": "@", "indent": 1}),
    }
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        # The arrow of the filter takes the place of three signs.
        width = max(column.width, min(len(column.title) + 4, _WIDEST_TITLE))
        sheet.set_column(place, place, width, looks[column.kind])
        sheet.write_string(0, place, column.title, right if column.kind in {"number", "money"} else left)
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MAX_SHEET_ROWS:
            raise TooManyRows
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            _cell(sheet, count, place, column.kind, value, looks[column.kind])
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)


def _cell(sheet: Any, row: int, place: int, kind: str, value: Any, look: Any) -> None:
    if value is None or value == "":
        return
    if kind == "moment":
        moment: datetime = value
        sheet.write_datetime(row, place, moment.replace(tzinfo=None), look)
    elif kind == "text":
        text = value if len(value) <= MAX_CELL else value[: MAX_CELL - 1] + "…"
        sheet.write_string(row, place, text, look)
    elif value >= _EXACT:
        sheet.write_string(row, place, roubles(value) if kind == "money" else str(value))
    else:
        sheet.write_number(row, place, value / 100 if kind == "money" else value, look)
