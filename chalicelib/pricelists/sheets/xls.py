"""Workbooks of Excel 97 to 2003, read by xlrd.

Other readers take the number formats of 1C for dates, and so its prices.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any, BinaryIO

import xlrd
from xlrd.xldate import xldate_as_datetime

from chalicelib.pricelists.reading.faults import reject
from chalicelib.pricelists.sheets.rows import LOCAL_CURRENCY, Row, Sheet, cell_text

# xlrd holds the whole workbook; 65,536 rows of ten columns take some 15 MB.
_MAX_BYTES = 60 * 1024 * 1024
# Old programs do not name their code page: in files that reach us it is this one.
_NO_CODE_PAGE = "cp1251"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Workbook:
    """An open workbook of the old format, or a report of what stands in its place."""

    def __init__(self, file: BinaryIO) -> None:
        data = file.read(_MAX_BYTES + 1)
        if len(data) > _MAX_BYTES:
            reject("workbook_too_large", None, limit=_MAX_BYTES // (1024 * 1024))
        if _ENCRYPTED in data:
            reject("workbook_password", None)
        book = _opened(data)
        self.sheets: list[Sheet] = [
            _Sheet(book.sheet_by_index(at).name, bool(book.sheet_by_index(at).visibility), book, at)
            for at in range(book.nsheets)
        ]

    def close(self) -> None:
        self.sheets.clear()


def _opened(data: bytes) -> Any:
    try:
        book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=StringIO())
        if not book.codepage and book.biff_version < 80:
            override = {"encoding_override": _NO_CODE_PAGE}
            book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=StringIO(), **override)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - xlrd checks no records: damaged ones raise what they lead to
        code = "workbook_password" if "encrypt" in str(error).lower() else "workbook_damaged"
        reject(code, None, value=type(error).__name__)
    return book


@dataclass
class _Sheet:
    name: str
    hidden: bool
    _book: Any
    _place: int
    _merged: dict[tuple[int, int], int] | None = None

    def rows(self) -> Iterator[Row]:
        sheet = self._book.sheet_by_index(self._place)
        about = sheet.rowinfo_map
        for at in range(sheet.nrows):
            texts = [self._text(cell) for cell in sheet.row(at)]
            info = about.get(at)
            if any(texts):
                yield Row(at + 1, texts, bool(info and info.hidden), info.outline_level if info else 0)

    def merged_until(self, number: int, place: int) -> int:
        if self._merged is None:
            ranges = self._book.sheet_by_index(self._place).merged_cells
            self._merged = {(first, left): last for first, last, left, _ in ranges if last - first > 1}
        return self._merged.get((number - 1, place), number)

    def _text(self, cell: Any) -> str:
        kind, value = cell.ctype, cell.value
        if kind == xlrd.XL_CELL_TEXT:
            return str(value)
        if kind == xlrd.XL_CELL_NUMBER:
            return cell_text(value, self._format(cell))
        if kind == xlrd.XL_CELL_DATE:
            try:
                return cell_text(xldate_as_datetime(value, self._book.datemode), "General")
            except (ValueError, OverflowError):
                return cell_text(value)
        if kind == xlrd.XL_CELL_BOOLEAN:
            return cell_text(bool(value))
        return str(xlrd.error_text_from_code.get(value, "#ERROR")) if kind == xlrd.XL_CELL_ERROR else ""

    def _format(self, cell: Any) -> str:
        book = self._book
        try:
            key = book.xf_list[cell.xf_index].format_key
            return "General" if key in LOCAL_CURRENCY else str(book.format_map[key].format_str)
        except (LookupError, TypeError):
            return "General"
