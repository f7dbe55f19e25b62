"""CSV: a header with our field names, then a good in each row."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice, zip_longest
from typing import NamedTuple, NoReturn

from chalicelib.pricelists.formats.csv.lines import Lines
from chalicelib.pricelists.formats.csv.quotes import mended
from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.detect import (
    KNOWN_COLUMNS,
    MAX_ABOVE,
    MAX_LINES,
    NEEDED,
    PADDING,
    Header,
    csv_header,
    says_nothing,
)
from chalicelib.pricelists.reading.faults import Fault, Limits, PriceListRejected, fault, reject
from chalicelib.pricelists.reading.header_words import PARAMETER_COLUMN
from chalicelib.pricelists.reading.raw import ROW_TOO_LONG, Entry, HeadedRow, Node, RawMapping, SheetRow
from chalicelib.pricelists.reading.suggestions import similar_field
from chalicelib.pricelists.reading.table_settings import UNSETTLED
from chalicelib.pricelists.reading.text import Text, forbidden_in, without_forbidden
from chalicelib.pricelists.sheets.layout import Layout
from chalicelib.pricelists.sheets.rows import Row
from chalicelib.pricelists.sheets.table import Table

# An empty one of these cannot empty anything: it stands beside another that is filled.
_EMPTY_IS_ABSENT = frozenset({"id", "available", "_error"})


class Cells(HeadedRow):
    """A row as the file has it, with the header and the delimiter that belong to it."""

    __slots__ = ("delimiter",)

    def __init__(self, cells: list[str], header: list[str], delimiter: str, row: SheetRow | None = None) -> None:
        super().__init__(cells, header, row)
        self.delimiter = delimiter


class _Row(NamedTuple):
    """A row below the header; ``unclear`` as in Entry."""

    line: int
    cells: list[str]
    faults: tuple[Fault, ...]
    unclear: bool


class Reader:
    """Turns a CSV file into entries, as ``chalicelib.pricelists.reading.reader.Reader``."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.keys: dict[str, int] = {}
        self._source = source
        self._limits = limits
        self._text = Text(source, "any")
        self.settings = UNSETTLED
        self.layouts: dict[str, Layout] = {}  # of a table with other columns than ours
        self._lines = Lines(self._text)
        self._header: list[str] = []
        self._delimiter = ""
        self._merging = False
        self._titles: list[str] = []
        self._names: list[tuple[str, str]] = []  # for each column its field, or "parameters" and the parameter

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Yield what the file says before its header, then every row. Raises PriceListRejected."""
        above, header = self._above()
        self._delimiter = header.delimiter
        for line in above:
            text = line.strip(PADDING)
            if text.startswith("#"):
                key, colon, value = text[1:].partition(":")
                if colon and key.strip().lower() == "mode":
                    yield self._mode(value)
            elif not says_nothing(line):
                self._titles.append(text)
            self._lines.number += 1
        if titles := self._titles:
            warning = fault("lines_skipped", self._lines.number, value=titles[0], count=len(titles))
            yield Entry("_above", self._lines.number, None, faults=(warning,))
        if self.settings.merges and "mode" not in self.keys:
            yield self._mode("merge")
        yield from self._understood() if header.understood else self._table(skip)

    def _above(self) -> tuple[list[str], Header]:
        """Return the lines above the header, and the header. The header and what follows is left to be parsed."""
        first: list[str] = []
        found: Header | None = None
        spoken = 0
        for line in self._lines.fresh:
            first.append(line)
            if not says_nothing(line):
                spoken += 1
                found = csv_header("".join(first))
            if spoken == MAX_ABOVE or (found is not None and (found.known or found.understood)):
                break
        if found is not None and found.unsettled:
            first += self._lines.ahead(MAX_LINES)
            found = csv_header("".join(first))
        elif self._lines.failure is not None:
            raise self._lines.failure
        if not spoken:
            reject("file_empty", None)
        silent = next(place for place, line in enumerate(first) if not says_nothing(line))
        header = found or Header(silent, ",", known=False)
        self._lines.put_back(first[header.above :])
        return first[: header.above], header

    def _mode(self, value: str) -> Entry:
        line = self._lines.number + 1
        if "mode" in self.keys:
            reject("duplicate_key", line, field="mode", first_line=self.keys["mode"])
        self.keys["mode"] = line
        self._merging = value.strip().casefold() == "merge"
        return Entry("mode", line, value.strip())

    def _table(self, skip: frozenset[str]) -> Iterator[Entry]:
        self._columns(self._parsed_header())
        for count, (start, cells, faults, unclear) in enumerate(self._rows(), 1):
            if count > self._limits.max_goods:
                reject("too_many_goods", start, limit=self._limits.max_goods)
            if "goods" not in skip:
                raw = Cells(cells, self._header, self._delimiter)
                yield Entry("goods", start, self._good(cells, start), raw, faults, unclear)

    def _understood(self) -> Iterator[Entry]:
        """Yield the goods of a table with other names of columns than ours."""
        table = Table(self._limits, self.settings)
        table.merging, table.of_text, table.titles = self._merging, True, self._titles
        self.layouts = table.layouts
        head = [Row(self._lines.number + 1, self._parsed_header())]
        below = list(self._lines.whole(MAX_LINES))
        with suppress(csv.Error):
            rows = csv.reader(below, delimiter=self._delimiter)
            head += [Row(head[0].number + 1, cells) for cells in islice(rows, 1)]
        layout = table.layout(head, "")
        if layout is None or layout.missing:
            missing, line = ["price"] if layout is None else layout.missing, head[0].number
            raise PriceListRejected(*(fault("column_missing", line, field=role, sheet="") for role in missing))
        if layout.last_header == head[0].number:
            self._lines.give_again(below)
        self.keys["goods"] = layout.first_header
        self._header = layout.marked
        self._names = [(label, "") for label in layout.labels]
        about: list[_Row] = []
        for count, entry in enumerate(table.goods("", self._noted(about), layout), 1):
            if count > self._limits.max_goods:
                reject("too_many_goods", entry.line, limit=self._limits.max_goods)
            _, cells, faults, unclear = about[-1]
            row = entry.raw if isinstance(entry.raw, SheetRow) else None
            category = [row.category] if row is not None and not row.has_category else []
            raw = Cells([*category, *cells], ["category" for _ in category] + self._header, self._delimiter, row)
            yield entry._replace(raw=raw, faults=(*entry.faults, *faults), unclear=unclear)
        if found := tuple(table.summary()):
            yield Entry("_table", 1, None, faults=found)

    def _noted(self, about: "list[_Row]") -> Iterator[Row]:
        """Yield the rows for the table; the one that it looks at is the last of ``about``."""
        for row in self._rows():
            about[:] = [row]
            yield Row(row.line, row.cells)

    def _rows(self) -> "Iterator[_Row]":
        """Yield the rows below the header that say something. Raises PriceListRejected."""
        rows = self._parser()
        start, empty = self._lines.number + 1, 0
        while True:
            faults: tuple[Fault, ...] = ()
            self._lines.row.clear()
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error:
                cells, faults = self._mended(start)
                rows = self._parser()
            except PriceListRejected as rejected:
                self._rejected(rejected, start)
            if faults or (any(cells) and self._says_something(cells)):
                # A text that is wrongly quoted may hold delimiters: then each cell behind it is another's.
                unclear = bool(faults) and len(cells) != len(self._header)
                if self._text.marked:
                    cells, faults = self._without_forbidden(cells, faults, start)
                yield _Row(start, cells, faults, unclear)
            else:
                empty += 1
                if empty > self._limits.max_empty_rows:
                    reject("too_many_empty_rows", start, limit=self._limits.max_empty_rows)
            start = self._lines.number + 1
            self._source.mark()

    def _parser(self) -> Iterator[list[str]]:
        return csv.reader(self._lines.given(), delimiter=self._delimiter, strict=True)

    def _parsed_header(self) -> list[str]:
        line = self._lines.number + 1
        try:
            header = next(self._parser())
        except csv.Error as exc:
            raise PriceListRejected(fault("syntax_csv", line, why="header", value=self._lines.row[0].strip())) from exc
        if found := forbidden_in("".join(header)):
            reject("control_character", line, value=found)
        return header

    def _columns(self, header: list[str]) -> None:
        line = self.keys["goods"] = self._lines.number
        self._header = header
        if len(header) > self._limits.max_columns:
            reject("too_many_columns", line, limit=self._limits.max_columns)
        seen: set[tuple[str, str]] = set()
        for cell in header:
            cell = cell.strip()
            parameter = PARAMETER_COLUMN.fullmatch(cell)
            name = ("parameters", parameter[1]) if parameter else (cell.lower(), "")
            if name in seen and name[0]:
                reject("duplicate_key", line, field=cell, first_line=line)
            seen.add(name)
            # Reports show the name of an unknown column as it is written.
            self._names.append(name if parameter or name[0] in KNOWN_COLUMNS else (cell, ""))
        fields = {field for field, _ in seen}
        needed = NEEDED[:1] if self._merging else NEEDED
        missing = [group for group in needed if fields.isdisjoint(group)]
        if missing:
            # Of each missing column, the first of the others that probably stands for it.
            others = {similar_field(cell): cell.strip()[:100] for cell in reversed(header)}
            meant = [next((others[field] for field in group if field in others), None) for group in missing]
            found = zip(missing, ({"instead": cell} if cell else {} for cell in meant), strict=True)
            raise PriceListRejected(*(fault("column_missing", line, field=group[0], **hint) for group, hint in found))

    def _mended(self, start: int) -> tuple[list[str], tuple[Fault, ...]]:
        """Return the cells of a row with wrong quotes, and its faults. Only its first line counts if that is a row."""
        lines = self._lines.row
        first = mended(lines[0], self._delimiter)
        unclosed = first.wrong and first.wrong[-1].code == "quote_unclosed"
        if unclosed and len(lines) > 1:
            whole = mended("".join(lines), self._delimiter)
            never_closed = whole.wrong and whole.wrong[-1].code == "quote_unclosed"
            if not whole.wrong or (not never_closed and len(first.cells) < len(self._header)):
                first = whole
            else:
                self._lines.give_again(lines[1:])
        wrong = [
            fault(each.code, start + each.line, field=self._field(each.column), value=each.text) for each in first.wrong
        ]
        if not wrong:  # a cell that is longer than the parser takes
            longest = max(range(len(first.cells)), key=lambda place: len(first.cells[place]))
            limit, value = self._limits.max_scalar, first.cells[longest]
            wrong = [fault("field_too_long", start, field=self._field(longest), value=value, limit=limit)]
        return first.cells, tuple(wrong)

    def _rejected(self, rejected: PriceListRejected, start: int) -> NoReturn:
        """Raise what ended the reading: a row without end has a quote that was not closed."""
        wrong = mended("".join(self._lines.row), self._delimiter).wrong if self._lines.row else []
        if rejected.fault.code == "good_too_large" and wrong and wrong[-1].code == "quote_unclosed":
            line, shown = start + wrong[-1].line, wrong[-1].text.splitlines()[0]
            raise PriceListRejected(fault("syntax_csv", line, why="quote_open", value=shown)) from rejected
        raise rejected

    def _without_forbidden(
        self, cells: list[str], faults: tuple[Fault, ...], line: int
    ) -> tuple[list[str], tuple[Fault, ...]]:
        """Return the cells without characters that no text may hold, and the faults with those of such cells."""
        wrong = [(place, found) for place, cell in enumerate(cells) if (found := forbidden_in(cell))]
        own = (fault("control_in_text", line, field=self._field(place), value=value) for place, value in wrong)
        return [without_forbidden(cell) for cell in cells], (*faults, *own)

    def _field(self, column: int) -> str:
        """Return what reports call a column, as the rules of rows do."""
        field, parameter = self._names[column] if column < len(self._names) else ("row", "")
        return f"{field}.{parameter}" if parameter else field or "row"

    def _says_something(self, cells: list[str]) -> bool:
        names = (name for name, _ in self._names)
        return any(cell.strip() for cell, name in zip_longest(cells, names, fillvalue="") if name != "_error")

    def _good(self, cells: list[str], line: int) -> Node:
        """The row's good, of which an empty cell says nothing, except in a list that merges: there it empties."""
        values: dict[str, Node] = {}
        parameters: dict[str, Node] = {}
        for (field, parameter), cell in zip(self._names, cells, strict=False):
            if not cell and (not self._merging or field in _EMPTY_IS_ABSENT):
                continue
            if parameter:
                parameters[parameter] = cell
            elif field:
                values[field] = cell
        if parameters:
            values["parameters"] = RawMapping(line, parameters, dict.fromkeys(parameters, line))
        if any(cells[len(self._names) :]):
            # Where a delimiter stands in a text that is not quoted, every cell after it belongs to another column.
            values[ROW_TOO_LONG] = str(len(cells))
        return RawMapping(line, values, dict.fromkeys(values, line))
