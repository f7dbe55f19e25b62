"""The goods of a table, whatever format it comes in: rows below a header, with headings between them."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.reading.faults import Fault, Limits, fault, reject
from chalicelib.pricelists.reading.header_words import (
    COUNT,
    CURRENCY,
    IGNORED,
    PARAMETER,
    STATUS,
    VARIANT,
    currency_of_sheet,
    currency_of_title,
    plain,
)
from chalicelib.pricelists.reading.raw import ROW_TOO_LONG, Entry, Node, RawMapping, SheetRow, tidy
from chalicelib.pricelists.reading.table_settings import UNSETTLED, StockWord, TableSettings
from chalicelib.pricelists.reading.text import forbidden_in, without_forbidden
from chalicelib.pricelists.sheets.headings import Headings
from chalicelib.pricelists.sheets.layout import Column, Layout, differs, find_layout, is_export, matrix_in
from chalicelib.pricelists.sheets.merged import MergedCategories, MergedUntil
from chalicelib.pricelists.sheets.rows import Row
from chalicelib.pricelists.sheets.values import literal, price_text, stock_text

_NO_CATEGORY = "Без категории"
_NO_NAME = re.compile(
    r"(?:лист|sheet|таблица|table|worksheet|tdsheet|прайс|price|page|страница)[ _]?\d*", re.IGNORECASE
)
_TOTALS = ("итого", "всего", "total", "общий итог", "промежуточный итог", "grand total", "subtotal")
_NOT_SOLD = frozenset({"исключена", "исключен", "исключено", "снят", "снята", "снято", "архив", "архивный"})
# In a column that asks whether the good is no longer sold.
_ASKS_WHETHER_OVER = re.compile("архив|в архиве|снят")
_YES = frozenset({"да", "yes", "true", "1", "+"})
# What a program for tables has made of an article like 1-5.
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?|\d{1,2}[.-](?:янв|фев|мар|апр|май|июн|июл|авг|сен|окт|ноя|дек)"
    r"|(?:янв|фев|мар|апр|май|июн|июл|авг|сен|окт|ноя|дек)[.-]\d\d",
    re.IGNORECASE,
)
_ADDRESS = re.compile("https?://", re.IGNORECASE)
# What a row has that is a good and not a heading.
_WORTH = ("price", "price_rrc", "quantity", "unit", "gtin", "vat_rate")
# What a good is recognized or found by.
_NAMING = ("id", "model", "name")
_COUNTED = 2
_MAX_ID = BY_COLUMN["id"].limit


class Table:
    """Reads the tables of one file, and remembers what it understood without its being written.

    ``merging`` says that the file merges: what has no column is then absent, not empty. ``of_text`` says that cells are
    told apart by delimiters alone: where a row has too many, one may stand in a text that is not quoted. ``titles`` are
    lines above the first row.
    """

    def __init__(self, limits: Limits, settings: TableSettings = UNSETTLED) -> None:
        self.merging = self.of_text = False
        self.titles: list[str] = []
        self.layouts: dict[str, Layout] = {}  # by sheet, also of those that cannot be read
        self._limits = limits
        self._settings = settings
        self._words: Counter[tuple[StockWord, str, str]] = Counter()  # with an example, and what it was taken for
        self._examples: dict[StockWord, tuple[str, str]] = {}
        self._left_out: Counter[str] = Counter()
        self._named = self._unstocked = 0
        self._dated = False
        self._categories: dict[int, int] = {}  # by the names that identify goods; both as hashes

    def layout(self, head: list[Row], sheet: str) -> Layout | None:
        """Return the layout of a sheet that begins with these rows, or None if none of them is a header.

        Raises PriceListRejected if it has too many columns, or several prices of which none has been chosen.
        """
        if not self._settings.columns and (sizes := matrix_in(head)):
            reject("table_matrix", sizes[0].number, value=", ".join(filter(None, sizes[0].cells)), sheet=sheet)
        layout = find_layout(head, self._settings)
        if layout is not None and layout.beside:
            letters = ", ".join(f"{each.letter} «{each.label}»" for each in layout.beside)
            reject("tables_beside", layout.first_header, value=letters, sheet=sheet)
        if layout is not None:
            self.layouts[sheet] = layout
            if layout.currency is None and CURRENCY not in layout.roles:
                layout.currency = next(filter(None, map(currency_of_title, self.titles)), currency_of_sheet(sheet))
            self._dated = self._dated or is_export(layout.labels)  # where ids are as we have them
        if layout is not None and len(layout.columns) > self._limits.max_columns:
            reject("too_many_columns", layout.first_header, limit=self._limits.max_columns, sheet=sheet)
        if layout is not None and layout.prices:
            labels = ", ".join(f"{each.letter} «{each.label}»" for each in layout.prices)
            reject("prices_unclear", layout.first_header, field="price", value=labels, sheet=sheet)
        return layout

    def goods(
        self, sheet: str, rows: Iterable[Row], layout: Layout, merged_until: MergedUntil | None = None
    ) -> Iterator[Entry]:
        """Yield the goods of a sheet, whose header may be among the rows.

        A category that is merged downwards, which ``merged_until`` says, is that of all goods beside it.
        """
        headings = Headings()
        groups = MergedCategories(layout, merged_until)
        labels = [each for each in layout.labels if each]
        columns = _Columns.of(layout)
        roles, width = columns.roles, columns.width
        outside = _NO_CATEGORY if _NO_NAME.fullmatch(sheet.strip()) else sheet.strip()[:200] or _NO_CATEGORY
        for row in rows:
            if row.number <= layout.last_header:
                continue
            merged = groups.of(row)
            if row.hidden:
                self._left_out["hidden"] += 1
                continue
            if self.of_text and '="' in "".join(row.cells):
                row = replace(row, cells=list(map(literal, row.cells)))
            cells = [cell.strip() for cell in row.cells]
            first = next(filter(None, cells), "")
            if not first or _is_header(cells, labels):
                continue
            if merged and any(cells[:width]):
                row = groups.filled(row, merged)
                cells = [cell.strip() for cell in row.cells]
            said = {role: cells[at.place] for role, at in roles.items() if at.place < len(cells)}
            if not any(cells[:width]):
                self._left_out["aside"] += 1
            elif first.casefold().startswith(_TOTALS) and not said.get("id"):
                self._left_out["total"] += 1
            elif (place := _heading(said, cells, layout)) is not None:
                headings.add(place, row.level, cells[place])
            elif _is_over(said.get(STATUS, ""), layout):
                self._left_out["not_sold"] += 1
            else:
                if _names_columns(said) and differs(cells, layout):
                    reject("tables_below", row.number, value=", ".join(filter(None, cells)), sheet=sheet)
                yield self._good(row, said, sheet, columns, headings.path() or outside)

    def _good(self, row: Row, said: dict[str, str], sheet: str, columns: "_Columns", category: str) -> Entry:
        line, roles = row.number, columns.roles
        values: dict[str, Node] = {}
        faults: list[Fault] = []
        for role, cell in said.items():
            if cell and role not in (VARIANT, STATUS, COUNT):
                values[role] = self._clean(role, cell, line, faults)
        parameters = {
            name: tidy(row.cells[place])
            for name, place in columns.parameters
            if place < len(row.cells) and row.cells[place].strip()
        }
        if said.get(VARIANT):
            parameters[roles[VARIANT].label] = said[VARIANT]
        if self.of_text and any(row.cells[columns.width :]):
            values[ROW_TOO_LONG] = str(len(row.cells))
        if not self._dated and (dated := [each for each in _NAMING if _DATE.fullmatch(said.get(each, ""))]):
            self._dated = True
            faults.append(fault("date_instead", line, field=dated[0], value=said[dated[0]]))
        if parameters:
            values["parameters"] = RawMapping(line, dict(parameters), {})
        if price := said.get("price"):
            values["price"] = price_text(price)
        if rrc := said.get("price_rrc"):
            values["price_rrc"] = price_text(rrc)
        if columns.currency is not None:
            values[CURRENCY] = columns.currency
        stocked = "quantity" in roles
        if stocked:
            values["quantity"] = self._stock(said.get("quantity", ""))
        elif not self.merging:
            self._unstocked += 1
            values["quantity"] = str(self._settings.no_stock)
        if images := said.get("images"):
            values.pop("images")
            if _ADDRESS.match(images):
                values["images"] = images
        # A file of refused rows has a column for it; any other table that merges may name new goods.
        if "category" in roles or not self.merging or self._settings.merges:
            values.setdefault("category", category)
        if "id" not in roles and "model" not in roles:
            values["id"] = self._name_key(said.get("name", ""), said.get(VARIANT, ""), category)
            self._named += 1
        raw = SheetRow(row.cells, sheet, columns.labels, columns.places, category)
        new_stock = self._settings.no_stock if self.merging and not stocked else None
        return Entry("goods", line, RawMapping(line, values, {}), raw, tuple(faults), new_stock=new_stock)

    def _name_key(self, name: str, variant: str, category: str) -> str:
        """Return what identifies a good without an id; the same name below another heading is another good."""
        key = _key(f"{name} {variant}")
        first = self._categories.setdefault(hash(key), hash(category))
        return key if first == hash(category) else _key(f"{name} {variant} / {category.rpartition(' / ')[2]}")

    def _clean(self, role: str, cell: str, line: int, faults: list[Fault]) -> str:
        found = forbidden_in(cell)
        if found is None:
            return cell
        faults.append(fault("control_in_text", line, field=role, value=found))
        return without_forbidden(cell)

    def _stock(self, cell: str) -> str:
        stock = stock_text(cell, self._settings.stock)
        if stock.word is not None:
            example, taken = self._examples.setdefault(stock.word, (cell, stock.text))
            self._words[stock.word, example, taken] += 1
        return stock.text

    def summary(self) -> Iterator[Fault]:
        """Yield what was understood without being written, with how often."""
        if self._unstocked:
            yield fault("stock_unknown", None, field="quantity", count=self._unstocked, taken=self._settings.no_stock)
        if self._named:
            yield fault("keyed_by_name", None, count=self._named)
        for (word, example, taken), count in self._words.items():
            yield fault(
                "stock_word", None, field="quantity", value=example or word, count=count, taken=taken, word=word
            )
        for what, count in self._left_out.items():
            yield fault("rows_skipped", None, value=what, count=count, why=f"rows_{what}")


class _Columns(NamedTuple):
    """What every row asks of its layout, worked out once for all of them. ``parameters`` are names and places."""

    roles: dict[str, Column]
    labels: list[str]
    places: dict[str, int]
    parameters: list[tuple[str, int]]
    width: int
    currency: str | None

    @classmethod
    def of(cls, layout: Layout) -> "_Columns":
        parameters = [(each.parameter, each.place) for each in layout.columns if each.role == PARAMETER]
        of_layout = (layout.roles, layout.marked, layout.places)
        return cls(*of_layout, parameters, len(layout.columns), layout.currency)


def _is_header(cells: list[str], labels: list[str]) -> bool:
    """Whether the row repeats the header, or counts the columns below it, as forms do."""
    there = [cell for cell in cells if cell]
    if there[0] == "1" and len(there) > _COUNTED and there == [str(number) for number in range(1, len(there) + 1)]:
        return True
    return len(there) == len(labels) and [" ".join(cell.split()) for cell in there] == labels


def _names_columns(said: dict[str, str]) -> bool:
    """Whether words stand where numbers should: only then is it worth asking what they mean."""
    return said.get("price", "")[:1].isalpha() or said.get("quantity", "")[:1].isalpha()


def _is_over(status: str, layout: Layout) -> bool:
    """Whether the good is no longer sold, as its status says, or the answer to a column that asks for it."""
    word = status.casefold()
    return word in _NOT_SOLD or (
        word in _YES and _ASKS_WHETHER_OVER.match(plain(layout.roles[STATUS].label)) is not None
    )


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


def _key(name: str) -> str:
    """Return the name, shortened so that different ones stay different."""
    key = tidy(name)
    if len(key) <= _MAX_ID:
        return key
    return f"{key[: _MAX_ID - 17]} {hashlib.blake2b(key.encode(), digest_size=8).hexdigest()}"
