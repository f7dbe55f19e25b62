"""A file of the refused rows of a price list, to be corrected and sent again.

It has the format and the categories of the list, and each row as it was written, with its faults beside it. It says
``mode: merge``, so goods that are not in it stay as they are.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import chain
from typing import BinaryIO, Protocol, get_args

from chalicelib.files.formats import FILE_FORMATS
from chalicelib.lazy import Lazy
from chalicelib.pricelists.reading.detect import WORKBOOKS, Format, Kind
from chalicelib.pricelists.reading.faults import DEFAULT_LIMITS, Fault, Limits, fault_text
from chalicelib.pricelists.reading.raw import LISTS, Entry
from chalicelib.pricelists.reading.reader import PriceList, ReadRow
from chalicelib.pricelists.reading.table_settings import UNSETTLED, TableSettings
from chalicelib.texts import Language, text

# The file is meant to be sent again, so it must not exceed the limit of a list; the rest is for its last lines.
MAX_BYTES = DEFAULT_LIMITS.max_bytes - 64 * 1024
# What the name of such a file ends with.
SUFFIXES = {kind: f".{FILE_FORMATS['xlsx' if kind in WORKBOOKS else kind].extension}" for kind in get_args(Kind)}


# Its library takes longer to load than everything else here, and few lists are workbooks.
_refused_sheet = Lazy("pricelists.written.refused_sheet:refused_sheet")


class Writer(Protocol):
    """Writes a price list piece by piece; what is given as an error or a note goes where the format has room for it.

    ``between`` stands between two elements of a list.
    """

    between: str

    def head(self, note: str) -> str:
        """Return the beginning, which sets the mode."""

    def top(self, key: str, value: str) -> str:
        """Return a top-level key that is not a list."""

    def opened(self, section: str) -> str:
        """Return the beginning of a list."""

    def entry(self, entry: Entry, errors: list[str], repeats: str) -> str:
        """Return an element of the list; ``repeats`` is the id that it repeats, "" for none."""

    def closed(self, section: str) -> str:
        """Return the end of a list."""

    def foot(self, note: str) -> str:
        """Return the end, with a last note; "" for none."""


def refused_rows(
    open_stream: Callable[[], BinaryIO],
    language: Language,
    limits: Limits = DEFAULT_LIMITS,
    *,
    max_bytes: int = MAX_BYTES,
    merging: bool = False,
    faults_of: Callable[[ReadRow], list[Fault]] = lambda row: row.faults,
    table: TableSettings = UNSETTLED,
) -> Iterator[bytes]:
    """Yield the file in UTF-8, piece by piece; a note at its end counts the rows beyond ``max_bytes``.

    ``open_stream`` returns the bytes of the list, as for PriceList, and ``merging`` and ``table`` are as there; one row
    is held at a time. ``faults_of`` returns the faults of a row, for those that only planning finds. A list without
    refused rows produces a file without goods. Raises PriceListRejected if the whole list is refused.
    """
    price_list = PriceList(open_stream, limits, merging=merging, table=table)

    def worded(each: Fault) -> str:
        return _in_one_line(each, language, price_list.format)

    rows = price_list.rows()
    first = next(rows, None)
    kind = price_list.format.kind if price_list.format else "yaml"
    if first is None:
        return
    read = chain([first], rows)
    if kind in WORKBOOKS:
        yield from _refused_sheet(read, language, worded, faults_of)
    else:
        yield from _pieces(read, _writer(kind), language, worded, faults_of, max_bytes)


def _pieces(
    rows: Iterable[ReadRow],
    writer: Writer,
    language: Language,
    worded: Callable[[Fault], str],
    faults_of: Callable[[ReadRow], list[Fault]],
    max_bytes: int,
) -> Iterator[bytes]:
    """Yield the file of a format that is text."""
    head = writer.head(text("refused", "intro", language))
    section, size, left_out = "", 0, 0
    for read in rows:
        entry, faults = read.entry, faults_of(read)
        pieces, head = [head] if head else [], ""
        if entry.section in LISTS and (entry.section == "categories" or _is_refused(faults)):
            row = writer.entry(entry, list(map(worded, faults)), _repeated_id(faults))
            between = writer.between if section == entry.section else ""
            if size + len(row.encode()) > max_bytes:
                left_out += 1
            else:
                pieces += [*_turned(writer, section, entry.section), between, row]
                section = entry.section
        elif entry.section == "shop" and isinstance(entry.node, str):
            pieces += [*_turned(writer, section, ""), writer.top("shop", entry.node)]
            section = ""
        if pieces:
            piece = "".join(pieces).encode()
            size += len(piece)
            yield piece
    note = text("refused", "left_out", language, count=left_out) if left_out else ""
    yield "".join([*_turned(writer, section, ""), writer.foot(note)]).encode()


def _writer(kind: Kind) -> Writer:
    # A list is of one format: the modules of the others need not be loaded.
    writer: Writer = import_module(f"chalicelib.pricelists.formats.{kind}.writer").RefusedRows()
    return writer


def _is_refused(faults: list[Fault]) -> bool:
    return any(each.severity == "error" for each in faults)


def _repeated_id(faults: list[Fault]) -> str:
    """Return the id that the row repeats, or "". Sent back as it is, the row must not replace the first one."""
    return next((each.ext_id or "" for each in faults if each.code == "duplicate_id"), "")


def _in_one_line(each: Fault, language: Language, format_: Format | None) -> str:
    """Return the fault in one line."""
    what = fault_text(each, language, format_.kind if format_ else None)
    return " ".join(text("refused", "error", language, line=each.line or "", code=each.code, text=what).split())


def _turned(writer: Writer, section: str, following: str) -> Iterator[str]:
    """Yield what stands between elements of two lists."""
    if section != following:
        if section:
            yield writer.closed(section)
        if following:
            yield writer.opened(following)
