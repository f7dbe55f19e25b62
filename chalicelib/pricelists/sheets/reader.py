"""Turns the sheets of a workbook into entries, whatever its format: one for each good."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain, islice
from typing import BinaryIO, NoReturn

from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.faults import Limits, PriceListRejected, fault, reject
from chalicelib.pricelists.reading.raw import Entry
from chalicelib.pricelists.reading.table_settings import UNSETTLED
from chalicelib.pricelists.sheets.archives import seekable
from chalicelib.pricelists.sheets.layout import SEARCHED, Layout, is_export
from chalicelib.pricelists.sheets.rows import Row, Sheet, Workbook
from chalicelib.pricelists.sheets.table import Table

_MERGES = re.compile("# *mode *: *merge", re.IGNORECASE)


class SheetReader:
    """A reader of price lists, as ``chalicelib.pricelists.reading.reader.Reader``.

    All visible sheets that have goods are read, in their order. Hidden ones are never goods.
    """

    def __init__(self, source: ByteSource, limits: Limits, open_workbook: Callable[[BinaryIO], Workbook]) -> None:
        self.keys: dict[str, int] = {}
        self.settings = UNSETTLED
        self.layouts: dict[str, Layout] = {}
        self._source = source
        self._limits = limits
        self._open = open_workbook

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Yield the goods of all sheets. Raises PriceListRejected if the workbook is damaged or has none."""
        if "goods" in skip:  # a workbook has nothing else
            return
        table = Table(self._limits, self.settings)
        self.layouts = table.layouts
        with closing(seekable(self._source)) as file, closing(self._open(file)) as workbook:
            tables = [(sheet, rows, table.layout(rows.head, sheet.name)) for sheet, rows in self._begun(workbook)]
            found = [(sheet, rows, layout) for sheet, rows, layout in tables if layout and not layout.missing]
            if not found:
                _none([(sheet, layout) for sheet, _, layout in tables])
            for sheet, _, layout in tables:
                if layout and layout.missing:
                    del self.layouts[sheet.name]
            if self.settings.merges or any(rows.merges for _, rows, _ in found):
                self.keys["mode"] = 1
                table.merging = True
                yield Entry("mode", 1, "merge")
            count = 0
            for sheet, rows, layout in found:
                self.keys.setdefault("goods", layout.first_header)
                for entry in table.goods(sheet.name, rows, layout, sheet.merged_until):
                    count += 1
                    if count > self._limits.max_goods:
                        reject("too_many_goods", entry.line, limit=self._limits.max_goods)
                    yield entry
            if faults := tuple(table.summary()):
                yield Entry("_table", 1, None, faults=faults)

    def _begun(self, workbook: Workbook) -> Iterator[tuple[Sheet, "_Rows"]]:
        """Yield the sheets that may have goods: all, the one that was chosen, or that of an export of ours.

        Raises PriceListRejected if neither of these two is there.
        """
        chosen = self.settings.sheet
        missing = chosen is not None and chosen not in [sheet.name for sheet in workbook.sheets]
        for sheet in workbook.sheets:
            if sheet.name == chosen or (not sheet.hidden and (chosen is None or missing)):
                rows = _Rows(sheet)
                exported = any(is_export(row.cells) for row in rows.head[:1])
                if rows.head and (exported or not missing):
                    missing = False
                    yield sheet, rows
        if missing:
            there = ", ".join(sheet.name for sheet in workbook.sheets)[:200]
            reject("sheet_missing", None, value=chosen or "", there=there)


def _none(tables: list[tuple[Sheet, Layout | None]]) -> NoReturn:
    """Reject a workbook in which no sheet has goods."""
    for sheet, layout in tables:
        if layout is not None:
            missing, line = layout.missing, layout.first_header
            raise PriceListRejected(*(fault("column_missing", line, field=role, sheet=sheet.name) for role in missing))
    reject("header_missing" if tables else "file_empty", None)


class _Rows:
    """The rows of a sheet; the first of them can be looked at before."""

    def __init__(self, sheet: Sheet) -> None:
        rows = sheet.rows()
        self.head = list(islice(rows, SEARCHED))
        self._rest = rows

    @property
    def merges(self) -> bool:
        """Whether a first cell says so, as in our own files of refused rows."""
        return any(_MERGES.match(cell.strip()) for row in self.head for cell in row.cells[:1])

    def __iter__(self) -> Iterator[Row]:
        return chain(self.head, self._rest)
