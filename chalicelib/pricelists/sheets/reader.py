"""Turns the sheets of a workbook into entries, whatever its format: one for each good."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain, islice
from typing import BinaryIO

from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.faults import Fault, Limits, PriceListRejected, fault, reject
from chalicelib.pricelists.reading.raw import Entry, Node, RawMapping, SheetRow, tidy
from chalicelib.pricelists.reading.text import forbidden_in, without_forbidden
from chalicelib.pricelists.sheets.archives import seekable
from chalicelib.pricelists.sheets.headings import Headings
from chalicelib.pricelists.sheets.layout import SEARCHED, Column, Layout, find_layout
from chalicelib.pricelists.sheets.rows import Row, Sheet, Workbook
from chalicelib.pricelists.sheets.values import StockWord, price_text, stock_text
from chalicelib.pricelists.sheets.words import COUNT, CURRENCY, IGNORED, PARAMETER, STATUS, VARIANT

_NO_CATEGORY = "Без категории"
_NO_NAME = re.compile(
    r"(?:лист|sheet|таблица|table|worksheet|tdsheet|прайс|price|page|страница)[ _]?\d*", re.IGNORECASE
)
_MERGES = re.compile("# *mode *: *merge", re.IGNORECASE)
_TOTALS = ("итого", "всего", "total")
_NOT_SOLD = frozenset({"исключена", "исключен", "исключено", "снят", "снята", "снято", "архив", "архивный"})
_ADDRESS = re.compile("https?://", re.IGNORECASE)
# What a row has that is a good and not a heading.
_WORTH = ("price", "price_rrc", "quantity", "unit", "gtin", "vat_rate")
_MAX_ID = BY_COLUMN["id"].limit


class SheetReader:
    """A reader of price lists, as ``chalicelib.pricelists.reading.reader.Reader``.

    All visible sheets that have goods are read, in their order. Hidden ones are never goods.
    """

    def __init__(self, source: ByteSource, limits: Limits, open_workbook: Callable[[BinaryIO], Workbook]) -> None:
        self.keys: dict[str, int] = {}
        self.layouts: dict[str, Layout] = {}
        self._source = source
        self._limits = limits
        self._open = open_workbook
        self._words: Counter[tuple[StockWord, str, str]] = Counter()  # with an example, and what it was taken for
        self._examples: dict[StockWord, tuple[str, str]] = {}
        self._left_out: Counter[str] = Counter()
        self._named = 0
        self._merging = False

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Yield the goods of all sheets. Raises PriceListRejected if the workbook is damaged or has none."""
        if "goods" in skip:  # a workbook has nothing else
            return
        with closing(seekable(self._source)) as file, closing(self._open(file)) as workbook:
            tables = [(sheet, rows, *self._layout(sheet, rows)) for sheet, rows in _begun(workbook)]
            found = [(sheet, rows, layout) for sheet, rows, layout, _ in tables if layout and not layout.missing]
            if not found:
                self._none([(sheet, layout) for sheet, _, layout, _ in tables])
            if any(merges for *_, merges in tables):
                self.keys["mode"] = 1
                self._merging = True
                yield Entry("mode", 1, "merge")
            count = 0
            for sheet, rows, layout in found:
                self.keys.setdefault("goods", layout.first_header)
                self.layouts[sheet.name] = layout
                for entry in self._goods(sheet, rows, layout):
                    count += 1
                    if count > self._limits.max_goods:
                        reject("too_many_goods", entry.line, limit=self._limits.max_goods)
                    yield entry
            if faults := tuple(self._summary()):
                yield Entry("_table", 1, None, faults=faults)

    def _layout(self, sheet: Sheet, rows: "_Rows") -> tuple[Layout | None, bool]:
        head = rows.head
        merges = any(_MERGES.match(cell.strip()) for row in head[:SEARCHED] for cell in row.cells[:1])
        layout = find_layout(head)
        if layout is not None and len(layout.columns) > self._limits.max_columns:
            reject("too_many_columns", layout.first_header, limit=self._limits.max_columns, sheet=sheet.name)
        if layout is not None and layout.prices:
            labels = ", ".join(f"{each.letter} «{each.label}»" for each in layout.prices)
            reject("prices_unclear", layout.first_header, field="price", value=labels, sheet=sheet.name)
        return layout, merges

    def _none(self, tables: list[tuple[Sheet, Layout | None]]) -> None:
        """Reject a workbook in which no sheet has goods."""
        for sheet, layout in tables:
            if layout is not None:
                faults = [
                    fault("column_missing", layout.first_header, field=role, sheet=sheet.name)
                    for role in layout.missing
                ]
                raise PriceListRejected(*faults)
        reject("header_missing" if tables else "file_empty", None)

    def _goods(self, sheet: Sheet, rows: "_Rows", layout: Layout) -> Iterator[Entry]:
        headings = Headings()
        labels = [each.label for each in layout.columns]
        outside = _NO_CATEGORY if _NO_NAME.fullmatch(sheet.name.strip()) else sheet.name.strip()[:200] or _NO_CATEGORY
        for row in rows:
            if row.number <= layout.last_header:
                continue
            if row.hidden:
                self._left_out["hidden"] += 1
                continue
            cells = [cell.strip() for cell in row.cells]
            said = {role: cells[at.place] for role, at in layout.roles.items() if at.place < len(cells)}
            first = next(filter(None, cells), "")
            if not first or [" ".join(cell.split()) for cell in cells if cell] == [each for each in labels if each]:
                continue
            if first.casefold().startswith(_TOTALS) and not said.get("id"):
                self._left_out["total"] += 1
            elif (place := _heading(said, cells, layout)) is not None:
                headings.add(place, row.level, cells[place])
            elif said.get(STATUS, "").casefold() in _NOT_SOLD:
                self._left_out["not_sold"] += 1
            else:
                yield self._good(row, said, sheet, layout, headings.path() or outside)

    def _good(self, row: Row, said: dict[str, str], sheet: Sheet, layout: Layout, category: str) -> Entry:
        line = row.number
        values: dict[str, Node] = {}
        faults: list[Fault] = []
        for role, cell in said.items():
            if cell and role not in (VARIANT, STATUS, COUNT):
                values[role] = self._clean(role, cell, line, faults)
        parameters = {
            each.label: tidy(row.cells[each.place])
            for each in layout.columns
            if each.role == PARAMETER and each.place < len(row.cells) and row.cells[each.place].strip()
        }
        if said.get(VARIANT):
            parameters[layout.roles[VARIANT].label] = said[VARIANT]
        if parameters:
            values["parameters"] = RawMapping(line, dict(parameters), {})
        if price := said.get("price"):
            values["price"] = price_text(price)
        if rrc := said.get("price_rrc"):
            values["price_rrc"] = price_text(rrc)
        if layout.currency is not None:
            values[CURRENCY] = layout.currency
        if not (self._merging and "quantity" not in layout.roles):
            values["quantity"] = self._stock(said.get("quantity", ""))
        if images := said.get("images"):
            values.pop("images")
            if _ADDRESS.match(images):
                values["images"] = images
        if not (self._merging and "category" not in layout.roles):
            values.setdefault("category", category)
        if "id" not in layout.roles and "model" not in layout.roles:
            values["id"] = _key(said.get("name", ""), said.get(VARIANT, ""))
            self._named += 1
        raw = SheetRow(row.cells, sheet.name, layout.labels, layout.places, category)
        return Entry("goods", line, RawMapping(line, values, {}), raw, tuple(faults))

    def _clean(self, role: str, cell: str, line: int, faults: list[Fault]) -> str:
        found = forbidden_in(cell)
        if found is None:
            return cell
        faults.append(fault("control_in_text", line, field=role, value=found))
        return without_forbidden(cell)

    def _stock(self, cell: str) -> str:
        stock = stock_text(cell)
        if stock.word is not None:
            example, taken = self._examples.setdefault(stock.word, (cell, stock.text))
            self._words[stock.word, example, taken] += 1
        return stock.text

    def _summary(self) -> Iterator[Fault]:
        """Yield what was understood without being written, with how often."""
        if self._named:
            yield fault("keyed_by_name", None, count=self._named)
        for (word, example, taken), count in self._words.items():
            yield fault("stock_word", None, field="quantity", value=example or word, count=count, taken=taken)
        for what, count in self._left_out.items():
            yield fault("rows_skipped", None, value=what, count=count)


def _begun(workbook: Workbook) -> Iterator[tuple[Sheet, "_Rows"]]:
    for sheet in workbook.sheets:
        if not sheet.hidden:
            rows = _Rows(sheet)
            if rows.head:
                yield sheet, rows


class _Rows:
    """The rows of a sheet; the first of them can be looked at before."""

    def __init__(self, sheet: Sheet) -> None:
        rows = sheet.rows()
        self.head = list(islice(rows, SEARCHED))
        self._rest = rows

    def __iter__(self) -> Iterator[Row]:
        return chain(self.head, self._rest)


def _heading(said: dict[str, str], cells: list[str], layout: Layout) -> int | None:
    """Return the place of the row's text if it is a heading: it says nothing that goods have but one name."""
    if any(said.get(role) for role in _WORTH):
        return None
    named = [role for role in ("name", "id", "model") if said.get(role)]
    if len(named) > 1 or (named and any(cells[each.place : each.place + 1] != [""] for each in _others(layout, cells))):
        return None
    if named:
        return layout.roles[named[0]].place
    places = [place for place, cell in enumerate(cells) if cell]
    return places[0] if len(places) == 1 and any(map(str.isalpha, cells[places[0]])) else None


def _others(layout: Layout, cells: list[str]) -> Iterator[Column]:
    return (
        each for each in layout.columns if each.role not in (IGNORED, "name", "id", "model") and each.place < len(cells)
    )


def _key(name: str, variant: str) -> str:
    """Return what identifies a good without an id: its name, shortened so that different ones stay different."""
    key = tidy(f"{name} {variant}".strip())
    if len(key) <= _MAX_ID:
        return key
    return f"{key[: _MAX_ID - 17]} {hashlib.blake2b(key.encode(), digest_size=8).hexdigest()}"
