"""Tables as XLSX, row by row. Pure."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import xlsxwriter

from chalicelib.files.formats import Output, TooManyRows, roubles
from chalicelib.files.tables import Column

# What a sheet holds below its header, and a cell.
MAX_SHEET_ROWS = 1_048_575
MAX_CELL = 32_767
# Beyond this a spreadsheet, which counts in doubles, would round.
_EXACT = 10**15
_WIDEST_TITLE = 40


@contextmanager
def open_book(out: Output) -> Iterator[Any]:
    """Yield an xlsxwriter workbook that is complete when the block ends, and abandoned if it raises.

    Rows of a sheet are written in their order: they wait in temporary files, not in memory. Texts are never formulas.
    """
    with tempfile.TemporaryDirectory() as directory:
        options = {"constant_memory": True, "tmpdir": directory, "strings_to_formulas": False}
        book = xlsxwriter.Workbook(out, options)
        try:
            yield book
            book.close()
        finally:
            # Where the rows ended in an error the book was not closed, nor the files that they wait in.
            for sheet in book.worksheets():
                sheet.row_data_fh.close()


def write_table(out: Output, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write the table as one sheet: the header stays in sight and filters, numbers are numbers, texts never formulas.

    Raises TooManyRows for more than a sheet holds. Rows wait in a temporary file, not in memory.
    """
    with open_book(out) as book:
        _fill(book, book.add_worksheet(title), columns, rows)


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
