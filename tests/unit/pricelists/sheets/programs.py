"""Workbooks as different programs write them."""

import csv
import io
from collections.abc import Callable, Sequence

import openpyxl
import xlsxwriter
import xlwt

from tests.unit.pricelists.sheets.layouts import Rows


def excel(rows: Rows, sheet: str) -> bytes:
    """As Excel writes it: shared strings, the address of each cell."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        made = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            made.write_row(at, 0, row)
    return file.getvalue()


def google(rows: Rows, sheet: str) -> bytes:
    """As exports of web applications are: strings in the cells, no memory of the sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"constant_memory": True}) as book:
        made = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            made.write_row(at, 0, row)
        made.set_column(0, 20, 30)
    return file.getvalue()


def python(rows: Rows, sheet: str) -> bytes:
    """As scripts write it, through openpyxl."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    made = book.active
    made.title = sheet
    for row in rows:
        made.append(row)
    book.save(file)
    return file.getvalue()


def old_excel(rows: Rows, sheet: str) -> bytes:
    """The format of Excel 97, as 1C writes it."""
    book, file = xlwt.Workbook(), io.BytesIO()
    made = book.add_sheet(sheet)
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            if cell is not None:
                made.write(at, place, cell)
    book.save(file)
    return file.getvalue()


def text_of(rows: Rows, delimiter: str = ";") -> str:
    """The rows as CSV, with the decimal comma of Russian programs where the delimiter allows it."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    for row in rows:
        writer.writerow([str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row])
    return file.getvalue()


PROGRAMS: dict[str, Callable[[Rows, str], bytes]] = {
    "excel": excel, "google": google, "python": python, "old excel": old_excel,
}  # fmt: skip


# The first and the last row, from 1, and the column, from 0, of cells that are merged downwards.
Merged = Sequence[tuple[int, int, int]]


def merged_excel(rows: Rows, sheet: str, merged: Merged) -> bytes:
    """A workbook of Excel with merged cells, the others of which hold nothing."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        made = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            made.write_row(at, 0, row)
        for first, last, place in merged:
            made.merge_range(first - 1, place, last - 1, place, rows[first - 1][place])
    return file.getvalue()


def merged_python(rows: Rows, sheet: str, merged: Merged) -> bytes:
    """The same through openpyxl."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    made = book.active
    made.title = sheet
    for row in rows:
        made.append(row)
    for first, last, place in merged:
        made.merge_cells(start_row=first, end_row=last, start_column=place + 1, end_column=place + 1)
    book.save(file)
    return file.getvalue()


def merged_old_excel(rows: Rows, sheet: str, merged: Merged) -> bytes:
    """The same in the format of Excel 97."""
    book, file = xlwt.Workbook(), io.BytesIO()
    made = book.add_sheet(sheet)
    tops = {(first - 1, place): last - 1 for first, last, place in merged}
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            if (at, place) in tops:
                made.write_merge(at, tops[at, place], place, place, cell)
            elif cell is not None:
                made.write(at, place, cell)
    book.save(file)
    return file.getvalue()
