"""Categories whose cell is merged over several rows."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from chalicelib.pricelists.sheets.layout import Layout
from chalicelib.pricelists.sheets.rows import Row

# The last row of the merged cell that begins in this row and column; the row itself if it is not merged.
MergedUntil: TypeAlias = Callable[[int, int], int]


class MergedCategories:
    """The column of categories, whose cells may be merged over the rows of several goods."""

    def __init__(self, layout: Layout, merged_until: MergedUntil | None) -> None:
        column = layout.roles.get("category")
        self._place = column.place if column and merged_until else None
        self._until = merged_until
        self._number, self._text = 0, ""

    def of(self, row: Row) -> str:
        """Return the category that the row shares with one above; "" if there is none, or it has its own."""
        if self._place is None or self._until is None:
            return ""
        if self._place < len(row.cells) and (text := row.cells[self._place].strip()):
            self._number, self._text = row.number, text
            return ""
        # Whether cells are merged is asked only where one is empty: that may take long.
        return self._text if self._text and row.number <= self._until(self._number, self._place) else ""

    def filled(self, row: Row, text: str) -> Row:
        """Return the row with the category in its cell."""
        place = self._place or 0
        cells = row.cells + [""] * (place + 1 - len(row.cells))
        cells[place] = text
        return replace(row, cells=cells)
