"""A price list as a stream: bytes → the entries of its format → goods and faults.

Only the ids already seen (see ``rows``) grow with the file: one good is held in memory at a time.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from importlib import import_module
from typing import BinaryIO, NamedTuple, NoReturn, Protocol, runtime_checkable

from chalicelib.goods import Good, GoodPatch
from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.detect import WORKBOOKS, Format, open_source
from chalicelib.pricelists.reading.faults import (
    DEFAULT_LIMITS,
    HEADING,
    MAX_SHOWN,
    Fault,
    Limits,
    PriceListRejected,
    reject,
)
from chalicelib.pricelists.reading.own_faults import spared, with_own
from chalicelib.pricelists.reading.raw import LISTS, Entry, HeadedRow, PartRow, SheetRow, column_letter
from chalicelib.pricelists.reading.rows import RowRules
from chalicelib.pricelists.reading.suggestions import similar_field, similar_mode, similar_section
from chalicelib.pricelists.reading.table_settings import UNSETTLED, TableLayout, TableSettings

__all__ = ["Format", "LateMode", "Limits", "PriceList", "PriceListRejected", "ReadRow", "ReadingProgress"]


class LateMode(Exception):
    """The file says only after its goods that it merges: what was read of them is void. Read it as a merging one."""


# Sections that need no warning: the list's own address, what our files of refused rows say, and what readers report.
_SILENT = frozenset({"url", "_error", "_left_out", "_above", "_table"})


# Of these, nothing that follows the goods matters to them.
_GOODS_ALONE = WORKBOOKS | {"csv", "cml"}


class Reader(Protocol):
    """Turns a file of one format into entries, in file order, refusing what a price list does not need.

    ``keys`` are the sections met so far, with their lines.
    """

    keys: dict[str, int]

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Yield every entry except those of the sections in ``skip``. Raises PriceListRejected if the file is unusable.

        What ``source.read`` raises passes through, but for a ValueError.
        """


@runtime_checkable
class TableReader(Protocol):
    """A reader that what a shop has settled about its tables applies to; ``layouts`` are what it found, by sheet."""

    settings: TableSettings

    @property
    def layouts(self) -> Mapping[str, TableLayout]: ...


class ReadRow(NamedTuple):
    """An entry of the file and the result of checking it."""

    entry: Entry
    good: Good | GoodPatch | None
    faults: list[Fault]


@dataclass(slots=True)
class ReadingProgress:
    """How far reading has got; ``errors`` and ``warnings`` count faults, not goods."""

    bytes_read: int = 0
    goods_read: int = 0
    goods_ok: int = 0
    errors: int = 0
    warnings: int = 0


class PriceList:
    """The goods and faults of one file, in file order.

    ``open_stream`` returns the same bytes at each call: iterating calls it once, and once more if goods come before
    the categories they name. The streams are closed. Iterating again starts over. ``merging`` says that the file is
    known to merge, as LateMode says of it; ``table`` is what the shop has settled about its tables.
    """

    def __init__(
        self,
        open_stream: Callable[[], BinaryIO],
        limits: Limits = DEFAULT_LIMITS,
        *,
        merging: bool = False,
        table: TableSettings = UNSETTLED,
    ) -> None:
        self.shop: str | None = None  # as the file says, once that line is read
        self.mode = "replace"  # or "merge", once the file has been read to its end
        self.format: Format | None = None  # once the first bytes are read
        self.progress = ReadingProgress()
        self.tables: Mapping[str, TableLayout] = {}  # by sheet, once its header is read; also if the file is refused
        self._open_stream = open_stream
        self._limits = limits
        self._merging = merging
        self._table = table
        self._reader: Reader | None = None

    def __iter__(self) -> Iterator[Good | GoodPatch | Fault]:
        """Yield goods and faults. A row with errors yields only its faults; a good follows its own warnings.

        A file that merges yields patches. Raises PriceListRejected if the file is unusable, at the start or after any
        number of goods, and LateMode.
        """
        for row in self.rows():
            yield from row.faults
            if row.good is not None:
                yield row.good

    def rows(self) -> Iterator[ReadRow]:
        """Yield every entry as the file has it, with its good and faults, including entries without faults."""
        self.shop, self.mode, self.format, self.progress = None, "replace", None, ReadingProgress()
        progress = self.progress
        with closing(self._open_stream()) as stream:
            source, self.format = open_source(stream, self._limits, self._open_stream)
            try:
                for row in self._reported(source, self._rows(self._opened(source, self.format))):
                    progress.bytes_read = source.bytes_read
                    if row.good is not None:
                        progress.goods_ok += 1
                    for each in row.faults:
                        if each.severity == "error":
                            progress.errors += 1
                        else:
                            progress.warnings += 1
                    yield row
            except PriceListRejected as rejected:
                rejected.fault = suggested(rejected.fault)
                raise
            finally:
                progress.bytes_read = source.bytes_read
                source.close()
                if isinstance(self._reader, TableReader):
                    self.tables = self._reader.layouts
                encoding = source.recoded_from or source.encoding or self.format.encoding
                self.format = self.format._replace(encoding=encoding)

    def _opened(self, source: ByteSource, format_: Format) -> Reader:
        self._reader = _reader(source, format_, self._limits, self._table)
        return self._reader

    def _reported(self, source: ByteSource, rows: Iterator[ReadRow]) -> Iterator[ReadRow]:
        """Yield the rows, and before each what was found out about the file as a whole."""
        for row in rows:
            if source.warnings:
                yield self._about_file(source)
            yield row
        if source.warnings:
            yield self._about_file(source)

    def _about_file(self, source: ByteSource) -> ReadRow:
        faults, source.warnings = source.warnings, []
        return ReadRow(Entry("_file", faults[0].line or 1, None), None, faults)

    def _rows(self, reader: Reader) -> Iterator[ReadRow]:
        rules = RowRules(self._limits)
        rules.merging = self._merging
        for entry in reader.entries():
            section, line, node, *_ = entry
            own = entry.faults
            if own:
                node, own = spared(entry)
            faults: list[Fault] = []
            good = None
            if section == "goods":
                if not self.progress.goods_read and "categories" not in reader.keys:
                    self._look_ahead(rules)
                self.progress.goods_read += 1
                if isinstance(entry.raw, SheetRow) and rules.sheets[-1:] != [entry.raw.sheet]:
                    rules.sheets.append(entry.raw.sheet)
                good = rules.good(line, node, faults, partial=entry.partial)
                if isinstance(good, GoodPatch):
                    good = _beside(good, entry)
            elif section == "categories":
                rules.declare(line, node, faults)
            elif section == "shop":
                self.shop = rules.shop(line, node, faults)
            elif section == "mode":
                self.mode = rules.mode(line, node)
                self._merge(rules)
            elif section not in _SILENT:
                rules.unknown_key(section, line, faults)
            if own:
                faults = with_own(entry, own, good, faults)
                good = good if all(each.severity != "error" for each in own) else None
            yield ReadRow(entry, good, [explained(each, entry) for each in faults] if faults else faults)
        if not self.progress.goods_read:
            self._no_goods(reader.keys)

    def _no_goods(self, keys: dict[str, int]) -> NoReturn:
        meant = next((key for key in keys if key != "goods" and similar_section(key) == "goods"), None)
        if meant is None or "goods" in keys:
            reject("goods_missing", keys.get("goods"), field="goods")
        reject("goods_missing", keys[meant], field="goods", instead=meant[:100])

    def _merge(self, rules: RowRules) -> None:
        if self.mode == "merge" and not rules.merging:
            if self.progress.goods_read:
                raise LateMode
            rules.merging = True

    def _look_ahead(self, rules: RowRules) -> None:
        """Read what the file says after its goods that matters to them; the faults of it are reported later."""
        if self.format is not None and self.format.kind in _GOODS_ALONE:
            return
        later = RowRules(self._limits)
        # What ends the reading must not hide the goods before it: it is met again behind them.
        with closing(self._open_stream()) as stream, suppress(PriceListRejected):
            source, format_ = open_source(stream, self._limits, self._open_stream)
            with closing(source):
                reader = _reader(source, format_, self._limits, UNSETTLED)
                for section, line, node, *_ in reader.entries(skip=frozenset({"goods"})):
                    if section == "categories":
                        later.declare(line, node, [])
                    elif section == "mode" and later.mode(line, node) == "merge":
                        rules.merging = True
        rules.categories = later.categories


def _beside(patch: GoodPatch, entry: Entry) -> GoodPatch:
    """Return the patch with what its list says beside the row."""
    if entry.new_stock is not None:
        patch = replace(patch, new_stock=entry.new_stock)
    if entry.if_new or entry.if_known:
        patch = replace(patch, if_new=entry.if_new or {}, if_known=entry.if_known)
    return patch


def explained(fault: Fault, entry: Entry) -> Fault:
    """Return the fault with what was probably meant, and with its part, or its sheet, column and heading.

    The hint ``sheet`` is "" in a text table, which has neither sheets nor columns with letters.
    """
    found = suggested(fault, entry.section)
    if isinstance(entry.raw, PartRow) and (file := entry.raw.file(found.field or "")):
        return replace(found, hint={**found.hint, "file": file})
    row = entry.raw.row if isinstance(entry.raw, HeadedRow) else entry.raw
    if not isinstance(row, SheetRow):
        return found
    place = row.place(found.field or "")
    where = {"sheet": row.sheet}
    if row is entry.raw:
        where["column"] = "" if place is None else column_letter(place)
    if place is not None and row.labels[place]:
        where[HEADING] = row.labels[place][:MAX_SHOWN]
    return replace(found, hint={**found.hint, **where})


def suggested(fault: Fault, section: str = "") -> Fault:
    """Return the fault with what was probably meant, if it is about a word that we do not know."""
    meant = None
    if fault.code == "unknown_key" and fault.field:
        meant = similar_field(fault.field) if section in LISTS else similar_section(fault.field)
    elif fault.code == "mode_invalid" and fault.value:
        meant = similar_mode(fault.value)
    return fault if meant is None else replace(fault, hint={**fault.hint, "similar": meant})


def _reader(source: ByteSource, format_: Format, limits: Limits, table: TableSettings) -> Reader:
    # A list is of one format: the parsers of the others need not be loaded.
    module = import_module(f"chalicelib.pricelists.formats.{format_.kind}.reader")
    reader: Reader = module.Reader(source, limits)
    if isinstance(reader, TableReader):
        reader.settings = table
    return reader
