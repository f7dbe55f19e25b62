"""CSV: a header with our field names, then a good in each row."""

import csv
import re
from collections.abc import Iterator
from itertools import zip_longest

from chalicelib.pricelists.reading.bytes import ByteSource, Text
from chalicelib.pricelists.reading.detect import csv_delimiter
from chalicelib.pricelists.reading.faults import Limits, PriceListRejected, fault, reject
from chalicelib.pricelists.reading.raw import ROW_TOO_LONG, Entry, Node, RawMapping

_PARAMETER = re.compile("(?:parameters?|param)[.:] *(.+)", re.IGNORECASE | re.DOTALL)
_END = re.compile("\r\n?|\n")
# One column of each group is required; if none is there, the fault names the first.
_NEEDED = (("id", "model"), ("category",), ("name",), ("price",), ("quantity", "available"))
# What a spreadsheet adds to a line that was not a row.
_PADDING = ';,\t \r\n"'


class Cells(list[str]):
    """A row as the file has it, with the header and the delimiter that belong to it."""

    def __init__(self, cells: list[str], header: list[str], delimiter: str) -> None:
        super().__init__(cells)
        self.header = header
        self.delimiter = delimiter


class Reader:
    """Turns a CSV file into entries, as ``chalicelib.pricelists.reading.reader.Reader``."""

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.keys: dict[str, int] = {}
        self._source = source
        self._limits = limits
        self._text = Text(source, windows_1251=True)
        self._line = 0  # of the last one that was given to the parser
        self._header: list[str] = []
        self._delimiter = ""
        self._names: list[tuple[str, str]] = []  # for each column its field, or "parameters" and the parameter

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Yield what the file says before its header, then every row. Raises PriceListRejected."""
        lines = self._lines()
        for line in lines:
            text = line.strip(_PADDING)
            if text.startswith("#"):
                key, colon, value = text[1:].partition(":")
                if colon and key.strip().lower() == "mode":
                    yield self._mode(value)
            elif text and not text.lower().startswith("sep="):
                break
        else:
            reject("file_empty", None)
        self._delimiter = csv_delimiter(line) or ","
        rows = csv.reader(self._from(line, lines), delimiter=self._delimiter, strict=True)
        try:
            yield from self._table(rows, skip)
        except csv.Error as exc:
            raise PriceListRejected(fault("syntax_csv", self._line, problem=str(exc))) from exc

    def _mode(self, value: str) -> Entry:
        if "mode" in self.keys:
            reject("duplicate_key", self._line, field="mode", first_line=self.keys["mode"])
        self.keys["mode"] = self._line
        return Entry("mode", self._line, value.strip())

    def _table(self, rows: Iterator[list[str]], skip: frozenset[str]) -> Iterator[Entry]:
        self._columns(next(rows))
        start, count = self._line + 1, 0
        for cells in rows:
            if any(cells) and self._says_something(cells):
                count += 1
                if count > self._limits.max_goods:
                    reject("too_many_goods", start, limit=self._limits.max_goods)
                if "goods" not in skip:
                    raw = Cells(cells, self._header, self._delimiter)
                    yield Entry("goods", start, self._good(cells, start), raw)
            start = self._line + 1
            self._source.mark()

    def _columns(self, header: list[str]) -> None:
        line = self.keys["goods"] = self._line
        self._header = header
        if len(header) > self._limits.max_columns:
            reject("too_many_columns", line, limit=self._limits.max_columns)
        seen: set[tuple[str, str]] = set()
        for cell in header:
            parameter = _PARAMETER.fullmatch(cell.strip())
            name = ("parameters", parameter[1]) if parameter else (cell.strip().lower(), "")
            if name in seen and name[0]:
                reject("duplicate_key", line, field=cell.strip(), first_line=line)
            seen.add(name)
            self._names.append(name)
        fields = {field for field, _ in seen}
        for group in _NEEDED:
            if fields.isdisjoint(group):
                reject("column_missing", line, field=group[0])

    def _says_something(self, cells: list[str]) -> bool:
        names = (name for name, _ in self._names)
        return any(cell.strip() for cell, name in zip_longest(cells, names, fillvalue="") if name != "_error")

    def _good(self, cells: list[str], line: int) -> Node:
        """The row's good, of which an empty cell says nothing; a list where it has cells under no column."""
        values: dict[str, Node] = {}
        parameters: dict[str, Node] = {}
        for (field, parameter), cell in zip(self._names, cells, strict=False):
            if cell and parameter:
                parameters[parameter] = cell
            elif cell and field:
                values[field] = cell
        if parameters:
            values["parameters"] = RawMapping(line, parameters, dict.fromkeys(parameters, line))
        if any(cells[len(self._names) :]):
            # Where a delimiter stands in a text that is not quoted, every cell after it belongs to another column.
            values[ROW_TOO_LONG] = str(len(cells))
        return RawMapping(line, values, dict.fromkeys(values, line))

    def _from(self, line: str, lines: Iterator[str]) -> Iterator[str]:
        yield line
        yield from lines

    def _lines(self) -> Iterator[str]:
        """The lines with their ends, whichever of the three kinds those are."""
        kept = ""
        while (piece := self._text.read()) is not None:
            at = 0
            kept += piece
            for end in _END.finditer(kept):
                if end.end() == len(kept) and kept[-1] == "\r":
                    break  # a line feed may follow
                self._line += 1
                line, at = kept[at : end.end()], end.end()
                yield line
            kept = kept[at:]
        if kept:
            self._line += 1
            yield kept
