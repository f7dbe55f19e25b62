"""All goods that a list changes, as a workbook for people: a sheet for each kind of change. Pure."""

import tempfile
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import xlsxwriter

from chalicelib.files.formats import Output
from chalicelib.files.formats.xlsx import MAX_SHEET_ROWS
from chalicelib.texts import Language, text

_KINDS = ("prices", "vanishing", "names", "categories")
_COLUMNS = {
    "prices": (("id", 16), ("name", 50), ("was", 14), ("now", 14), ("percent", 12)),
    "vanishing": (("id", 16), ("name", 50), ("price", 14), ("sold", 18)),
    "names": (("id", 16), ("name_was", 50), ("name_now", 50)),
    "categories": (("category", 50), ("goods", 12)),
}
_MONEY = {"was", "now", "price"}


class ChangesWorkbook:
    """Takes changes one by one; the file is complete when the context ends. Rows wait on disk, not in memory."""

    def __init__(self, out: Output, language: Language) -> None:
        self._directory = tempfile.TemporaryDirectory()
        self._book = xlsxwriter.Workbook(
            cast(BinaryIO, out), {"constant_memory": True, "tmpdir": self._directory.name, "strings_to_formulas": False}
        )
        self._money = self._book.add_format({"num_format": "#,##0.00"})
        head = self._book.add_format({"bold": True, "bg_color": "#E7ECF2", "bottom": 1})
        self._sheets: dict[str, Any] = {}
        self._rows = dict.fromkeys(_KINDS, 0)
        for kind in _KINDS:
            sheet = self._sheets[kind] = self._book.add_worksheet(text("imports", f"review.changes.{kind}", language))
            sheet.freeze_panes(1, 0)
            for place, (column, width) in enumerate(_COLUMNS[kind]):
                sheet.set_column(place, place, width)
                sheet.write_string(0, place, text("imports", f"review.changes.column.{column}", language), head)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if failure is None:
                for name, sheet in self._sheets.items():
                    sheet.autofilter(0, 0, max(self._rows[name], 1), len(_COLUMNS[name]) - 1)
                self._book.close()
        finally:
            # Where an error ended the rows the book was not closed, nor the files that they wait in.
            for sheet in self._sheets.values():
                sheet.row_data_fh.close()
            self._directory.cleanup()

    def price(self, ext_id: str, name: str, was: int, now: int, percent: int) -> None:
        """Add a good whose price moves, in kopecks."""
        self._add("prices", ext_id, name, was, now, percent)

    def vanishing(self, ext_id: str, name: str, price: int, sold: int) -> None:
        """Add a good that goes off sale."""
        self._add("vanishing", ext_id, name, price, sold)

    def name(self, ext_id: str, was: str, now: str) -> None:
        """Add a good that gets another name."""
        self._add("names", ext_id, was, now)

    def category(self, name: str, goods: int) -> None:
        """Add a category that is new."""
        self._add("categories", name, goods)

    def _add(self, kind: str, *values: str | int) -> None:
        if self._rows[kind] == MAX_SHEET_ROWS:
            return
        self._rows[kind] += 1
        sheet, row = self._sheets[kind], self._rows[kind]
        for place, ((column, _), value) in enumerate(zip(_COLUMNS[kind], values, strict=True)):
            if isinstance(value, str):
                sheet.write_string(row, place, value)
            elif column in _MONEY:
                sheet.write_number(row, place, value / 100, self._money)
            else:
                sheet.write_number(row, place, value)
