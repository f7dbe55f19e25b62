"""How the tables of a list were understood, for people to confirm. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from typing_extensions import TypedDict

from chalicelib.files.formats import roubles
from chalicelib.goods import FIELDS, Good, GoodPatch
from chalicelib.pricelists.reading.faults import Fault, StoredFault, stored_fault
from chalicelib.pricelists.reading.raw import HeadedRow, SheetRow, column_letter
from chalicelib.pricelists.reading.reader import ReadRow
from chalicelib.pricelists.reading.table_settings import TableColumn, TableLayout

ROWS = 10
_EXAMPLES = 3
# How many sheets, columns of each, and characters of a cell are shown.
_SHEETS, _COLUMNS, _CELL = 20, 200, 200


class UnderstoodColumn(TypedDict):
    """A column, with what it was taken for (``role``); ``understood`` is false where that is a guess."""

    letter: str
    label: str
    role: str
    understood: bool
    examples: list[str]


class UnderstoodTable(TypedDict):
    """A sheet, "" in CSV; ``header_row`` is the last of its header, ``prices`` the columns to choose among.

    ``labels`` are those of all columns, as they stand in the header.
    """

    sheet: str
    header_row: int
    labels: list[str]
    columns: list[UnderstoodColumn]
    prices: list[str]


class UnderstoodField(TypedDict):
    """A value as it was understood, and the cell that it came from, if it is from one."""

    field: str
    value: str
    column: str | None
    label: str | None
    cell: str | None


class UnderstoodRow(TypedDict):
    """A row; ``fields`` are empty if it is refused, ``cells`` what it has in all columns that say something."""

    sheet: str
    line: int
    id: str | None
    refused: bool
    fields: list[UnderstoodField]
    faults: list[StoredFault]


class Understood(TypedDict):
    """The tables of a list, and the first rows of them."""

    tables: list[UnderstoodTable]
    rows: list[UnderstoodRow]


class FirstRows:
    """Keeps the first rows of each sheet as they are planned."""

    def __init__(self) -> None:
        self._kept: dict[str, list[tuple[ReadRow, Good | GoodPatch | None, list[Fault]]]] = {}

    def add(self, row: ReadRow, found: Good | GoodPatch | None, faults: list[Fault]) -> None:
        """Take a row of the list, with what is planned of it, if it is among the first."""
        raw = row.entry.raw
        sheet = raw.sheet if isinstance(raw, SheetRow) else ""
        kept = self._kept.get(sheet)
        if kept is None:
            if not isinstance(raw, SheetRow | HeadedRow) or len(self._kept) == ROWS:
                return
            kept = self._kept[sheet] = []
        if len(kept) < ROWS:
            kept.append((row, found, faults))

    def understood(self, tables: Mapping[str, TableLayout]) -> Understood | None:
        """Return what was understood; None if the list has no table that had to be."""
        if not tables:
            return None
        rows = [
            _row(sheet, tables[sheet], *each)
            for sheet, number in self._shares(tables)
            for each in self._first(sheet, number)
        ]
        shown = list(tables.items())[:_SHEETS]
        return {"tables": [_table(sheet, layout, self._cells(sheet, layout)) for sheet, layout in shown], "rows": rows}

    def _shares(self, tables: Mapping[str, TableLayout]) -> Iterator[tuple[str, int]]:
        """Yield how many rows of each sheet are shown, so that none is left out for the rows of another."""
        there = {sheet: len(kept) for sheet, kept in self._kept.items() if sheet in tables}
        left = ROWS
        for place, (sheet, count) in enumerate(there.items()):
            later = sum(list(there.values())[place + 1 :])
            others = len(there) - place - 1
            number = min(count, max(left - later, -(-left // (others + 1))))
            left -= number
            yield sheet, number

    def _first(self, sheet: str, number: int) -> Sequence[tuple[ReadRow, Good | GoodPatch | None, list[Fault]]]:
        return self._kept[sheet][:number]

    def _cells(self, sheet: str, layout: TableLayout) -> list[Sequence[str]]:
        """Return the cells of the first rows, of a table that was refused those that were looked at."""
        kept = self._kept.get(sheet)
        return [_cells(row, layout) for row, *_ in kept] if kept else list(layout.samples)


def _table(sheet: str, layout: TableLayout, rows: list[Sequence[str]]) -> UnderstoodTable:
    return {
        "sheet": sheet,
        "header_row": layout.last_header,
        "labels": [each.label for each in layout.columns],
        "columns": [_column(each, rows) for each in layout.columns[:_COLUMNS] if each.label or _examples(each, rows)],
        "prices": [each.letter for each in layout.prices],
    }


def _column(column: TableColumn, rows: list[Sequence[str]]) -> UnderstoodColumn:
    return {
        "letter": column.letter,
        "label": column.label[:_CELL],
        "role": column.role,
        "understood": column.known,
        "examples": _examples(column, rows),
    }


def _examples(column: TableColumn, rows: list[Sequence[str]]) -> list[str]:
    said = [" ".join(row[column.place].split())[:_CELL] for row in rows if column.place < len(row)]
    return list(dict.fromkeys(filter(None, said)))[:_EXAMPLES]


def _cells(row: ReadRow, layout: TableLayout) -> Sequence[str]:
    """Return the cells of a row in the columns of the layout: in CSV, that of a heading may stand before them."""
    raw = row.entry.raw
    if isinstance(raw, HeadedRow):
        return raw[max(0, len(raw.header) - len(layout.columns)) :]
    return raw if isinstance(raw, SheetRow) else ()


def _row(
    sheet: str, layout: TableLayout, row: ReadRow, found: Good | GoodPatch | None, faults: list[Fault]
) -> UnderstoodRow:
    cells = _cells(row, layout)
    fields = [] if found is None else [_field(name, value, layout, cells) for name, value in _values(found)]
    ext_id = found.ext_id if found is not None else next((each.ext_id for each in faults if each.ext_id), None)
    return {
        "sheet": sheet,
        "line": row.entry.line,
        "id": ext_id,
        "refused": found is None,
        "fields": fields
        if found is not None
        else [_as_is(each, cells) for each in layout.columns if _said(each, cells)],
        "faults": [stored_fault(each) for each in faults],
    }


def _as_is(column: TableColumn, cells: Sequence[str]) -> UnderstoodField:
    """Return a cell of a row that is refused: nothing was understood of it."""
    return {
        "field": column.role,
        "value": "",
        "column": column.letter,
        "label": column.label,
        "cell": _said(column, cells),
    }


def _said(column: TableColumn, cells: Sequence[str]) -> str:
    return cells[column.place][:_CELL] if column.place < len(cells) else ""


def _values(found: Good | GoodPatch) -> Iterator[tuple[str, str]]:
    """Yield what the row says of the good, as texts: what is empty or the default is left out."""
    given = (
        found.given if isinstance(found, GoodPatch) else {field.name: getattr(found, field.name) for field in FIELDS}
    )
    if found.ext_id != given.get("model"):
        yield "id", found.ext_id
    for field in FIELDS:
        value = given.get(field.name)
        if field.column == "id" or field.name not in given or (value in ("", (), None) or value == field.default):
            continue
        if field.kind == "pairs":
            yield from ((f"parameters.{name}", text) for name, text in value)
        else:
            yield field.column, _text(field.kind, value)


def _text(kind: str, value: Any) -> str:
    if kind == "price":
        return roubles(value)
    return (" ".join(value) if isinstance(value, tuple) else str(value))[:_CELL]


def _field(name: str, value: str, layout: TableLayout, cells: Sequence[str]) -> UnderstoodField:
    place = layout.places.get(name)
    if place is None and name == "id":
        place = layout.places.get("model")
    if place is None or place >= len(cells):
        return {"field": name, "value": value, "column": None, "label": None, "cell": None}
    label = next((each.label for each in layout.columns if each.place == place), "")
    return {"field": name, "value": value, "column": column_letter(place), "label": label, "cell": cells[place][:_CELL]}
