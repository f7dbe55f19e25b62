"""Tables as XLSX, row by row. Pure."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from math import ceil
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
_A4 = 9
# Characters across a page beyond which nobody reads them.
_READABLE = 320
# Of a first column that is worth its place on every page.
_NARROW = 24
# Points: a line of text, and what a row may have.
_LINE, _HIGHEST = 15, 409
# Of a text with line breaks, in a table.
_LINES_SHOWN = 3


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


def make_printable(sheet: Any, widths: Sequence[int], header: int = 0) -> None:
    """Have the sheet printed on A4 across, its header (the row, from 0) on each page, as few pages wide as is readable.

    ``widths`` are those of the columns, in characters.
    """
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")
    sheet.repeat_rows(header)
    pages = max(1, ceil(sum(widths) / _READABLE))
    if pages > 1 and widths[0] <= _NARROW:
        sheet.repeat_columns(0)  # what the rows of the further pages are about
    sheet.fit_to_pages(pages, 0)


def row_height(cells: Iterable[tuple[str, int]]) -> float:
    """Return the height of a row, in points, for texts that wrap in columns of these widths, in characters.

    Programs other than Excel do not find it by themselves.
    """
    lines = max(
        (sum(max(1, ceil(len(line) * 1.05 / width)) for line in text.splitlines()) for text, width in cells), default=1
    )
    return min(max(lines, 1) * _LINE, _HIGHEST)


def write_table(out: Output, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write the table as one sheet: the header stays in sight and filters, numbers are numbers, texts never formulas.

    Raises TooManyRows for more than a sheet holds. Rows wait in a temporary file, not in memory.
    """
    with open_book(out) as book:
        _fill(book, book.add_worksheet(title), columns, rows)


def _fill(book: Any, sheet: Any, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    head = {"bold": True, "bg_color": "#E7ECF2", "bottom": 1}
    left, right = book.add_format({**head, "indent": 1}), book.add_format({**head, "align": "right"})
    top = {"valign": "top"}
    texts = {"num_format": "@", "align": "left", "indent": 1, **top}
    looks = {
        "money": book.add_format({"num_format": "#,##0.00", **top}),
        "number": book.add_format({"num_format": "0", **top}),
        "moment": book.add_format({"num_format": "dd.mm.yyyy hh:mm", "align": "left", "indent": 1, **top}),
        # Texts follow numbers, which stand at the right: without the indent the two would run together.
        "text": book.add_format(texts),
        "lines": book.add_format({**texts, "text_wrap": True}),
    }
    sheet.freeze_panes(1, 0)
    # The arrow of the filter takes the place of three signs.
    widths = [max(column.width, min(len(column.title) + 4, _WIDEST_TITLE)) for column in columns]
    make_printable(sheet, widths)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, widths[place], looks[column.kind])
        sheet.write_string(0, place, column.title, right if column.kind in {"number", "money"} else left)
    count = 0
    for count, row in enumerate(rows, 1):
        if count > MAX_SHEET_ROWS:
            raise TooManyRows
        broken = [value for value in row if isinstance(value, str) and "\n" in value]
        if broken:
            # Without a height of its own, the lines of a cell would stand over the next row.
            sheet.set_row(count, min(row_height((value, MAX_CELL) for value in broken), _LINES_SHOWN * _LINE))
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            look = looks["lines" if value in broken else column.kind]
            _cell(sheet, count, place, column.kind, value, look)
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
