"""All goods that a list changes, as a workbook for people: a sheet for each kind of change. Pure."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.files.formats import Output
from chalicelib.files.formats.xlsx import MAX_SHEET_ROWS, make_printable, open_book, row_height
from chalicelib.texts import Language, text

_KINDS = ("prices", "vanishing", "names", "categories")
_COLUMNS = {
    "prices": (("id", 16), ("name", 50), ("was", 14), ("now", 14), ("percent", 12)),
    "vanishing": (("id", 16), ("name", 50), ("price", 14), ("sold", 18)),
    "names": (("id", 16), ("name_was", 50), ("name_now", 50)),
    "categories": (("category", 50), ("goods", 12)),
}
_MONEY = {"was", "now", "price"}
_NUMBERS = _MONEY | {"percent", "sold", "goods"}


@contextmanager
def changes_workbook(out: Output, language: Language) -> "Iterator[ChangesWorkbook]":
    """Yield what takes changes one by one; the file is complete when the block ends."""
    with open_book(out) as book:
        changes = ChangesWorkbook(book, language)
        yield changes
        changes.finish()


class ChangesWorkbook:
    """Takes changes one by one, each kind on a sheet of its own."""

    def __init__(self, book: Any, language: Language) -> None:
        self._money = book.add_format({"num_format": "#,##0.00", "valign": "top"})
        self._number = book.add_format({"num_format": "#,##0", "valign": "top"})
        self._text = book.add_format({"text_wrap": True, "valign": "top", "align": "left", "indent": 1})
        head = {"bold": True, "bg_color": "#E7ECF2", "bottom": 1}
        left, right = book.add_format({**head, "indent": 1}), book.add_format({**head, "align": "right"})
        self._sheets: dict[str, Any] = {}
        self._rows = dict.fromkeys(_KINDS, 0)
        for kind in _KINDS:
            sheet = self._sheets[kind] = book.add_worksheet(text("imports", f"review.changes.{kind}", language))
            sheet.freeze_panes(1, 0)
            make_printable(sheet, [width for _, width in _COLUMNS[kind]])
            for place, (column, width) in enumerate(_COLUMNS[kind]):
                look = right if column in _NUMBERS else left
                sheet.set_column(place, place, width)
                sheet.write_string(0, place, text("imports", f"review.changes.column.{column}", language), look)

    def finish(self) -> None:
        """Let people filter what is there."""
        for name, sheet in self._sheets.items():
            sheet.autofilter(0, 0, max(self._rows[name], 1), len(_COLUMNS[name]) - 1)

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
        sheet, row, columns = self._sheets[kind], self._rows[kind], _COLUMNS[kind]
        texts = [(value, width) for (_, width), value in zip(columns, values, strict=True) if isinstance(value, str)]
        sheet.set_row(row, row_height(texts))
        for place, ((column, _), value) in enumerate(zip(columns, values, strict=True)):
            if isinstance(value, str):
                sheet.write_string(row, place, value, self._text)
            elif column in _MONEY:
                sheet.write_number(row, place, value / 100, self._money)
            else:
                sheet.write_number(row, place, value, self._number)
