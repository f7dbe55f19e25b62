"""Workbooks as different programs write them."""

import csv
import io
from collections.abc import Callable

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
