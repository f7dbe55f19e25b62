"""Detect the format of a file from its bytes alone: neither its name nor a header is trusted."""

import codecs
import csv
import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, Literal, NamedTuple

from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.commerceml import is_commerceml
from chalicelib.pricelists.reading.encodings import UTF_8, WORD, guess, is_utf_8
from chalicelib.pricelists.reading.faults import Limits, PriceListRejected, reject
from chalicelib.pricelists.reading.header_words import PARAMETER_COLUMN, role_of
from chalicelib.pricelists.reading.packed import unpacked
from chalicelib.pricelists.reading.utf_16 import UTF_16
from chalicelib.pricelists.reading.zipped import EXCEL, OPEN_DOCUMENT, ZIP

Kind = Literal["yaml", "json", "csv", "yml", "cml", "xlsx", "xls", "ods"]
# Workbooks, which hold tables alone and are read as a whole.
WORKBOOKS = frozenset[Kind]({"xlsx", "xls", "ods"})

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# An empty zip, PDF, bzip2, RTF. Most others hold a control character early on.
_KINDS_OF_OTHERS = (ZIP, b"PK\x05\x06", b"%PDF", _OLE[:4], b"BZh", b"{\\rtf")
# Programs that add the mark of UTF-8 to a file add it again to one that has it.
_MARKS = re.compile(rb"\A(?:\xef\xbb\xbf)+")
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_XML = re.compile(rb"<[?!A-Za-z_\x80-\xff]")
# What web pages begin with, and the tables that programs save as those but call .xls.
_HTML = re.compile(rb"(?:<(?:!doctype html|html|head|body|table|meta|style)\b|mime-version:)", re.IGNORECASE)
_JSON = re.compile(rb'\{[ \t\r\n]*(?:["}]|\Z)|\[[ \t\r\n]*(?:\{[ \t\r\n]*["}]|\]|\Z)')
_DELIMITERS = ";\t,|"
# With these, or a space, no table begins.
_YAML_BEGINS = frozenset("-[{&*!>'%@`? ")
_COLUMNS = frozenset({*BY_COLUMN, "available"})
KNOWN_COLUMNS = _COLUMNS | {"currency", "_error"}
# One column of each group is required; if none is there, the fault names the first.
NEEDED = (("id", "model"), ("category",), ("name",), ("price",), ("quantity", "available"))
# How many non-blank lines are searched for the header: a title, a date or an address may precede it.
MAX_ABOVE = 30
# A list that merges needs few of them.
_MERGES = re.compile("# *mode *: *merge", re.IGNORECASE)
_LINE_END = re.compile("\r\n?|\n")
_QUOTED = re.compile(f'(?:^|[{_DELIMITERS}])"')
# Of one row of a header.
MAX_LINES = 30
# What a spreadsheet adds to a line that was no row.
PADDING = ';,\t |\r\n"'


class Format(NamedTuple):
    """The format of a file, whether it was gzipped, and its encoding, which workbooks have of their own."""

    kind: Kind
    gzipped: bool
    encoding: str = UTF_8
    zipped: bool = False

    @property
    def shows_its_end(self) -> bool:
        """Whether a truncated file of this format cannot be read."""
        return self.gzipped or self.zipped or self.kind in {"json", "yml", "cml"} | WORKBOOKS


class Header(NamedTuple):
    """The header of a CSV file: how many lines are above it, its delimiter, and whether it has our columns.

    One that does not may be ``understood``: it has words for the name and the price of goods. One that lacks some of
    our columns is ``unsettled``: the row below it may have words for them.
    """

    above: int
    delimiter: str
    known: bool
    understood: bool = False
    unsettled: bool = False


def open_source(stream: BinaryIO, limits: Limits, again: Callable[[], BinaryIO]) -> tuple[ByteSource, Format]:
    """Return the unpacked bytes of a file from the start, and its format; ``again`` opens the file once more.

    Raises PriceListRejected.
    """
    file = unpacked(stream, limits)
    source = ByteSource(file.stream, limits, lambda: unpacked(again(), limits).stream, UTF_16 if file.utf_16 else None)
    source.file = file.file
    try:
        kind: Kind = file.whole or _kind(file.head)
    except PriceListRejected:
        source.close()
        raise
    return source, Format(kind, file.packed == "gzip", zipped=file.packed == "zip" or file.whole == "cml")


def _kind(head: bytes) -> Kind:
    if head.startswith(_OLE):
        return "xls"
    if EXCEL.match(head):
        return "xlsx"
    if OPEN_DOCUMENT.match(head):
        return "ods"
    if head.startswith(_KINDS_OF_OTHERS) or _BINARY.search(head[:8]):
        reject("unknown_format", None)
    text = _MARKS.sub(b"", head).lstrip(b" \t\r\n")
    if _HTML.match(text):
        reject("unknown_format", 1, page="HTML")
    if _XML.match(text):
        return "cml" if is_commerceml(text) else "yml"
    if _JSON.match(text):
        return "json"
    return "csv" if csv_header(_decoded(text)) else "yaml"


def _decoded(head: bytes) -> str:
    """Return the text that a file begins with, for looking at its words; a last character may be cut off."""
    try:
        return codecs.getincrementaldecoder(UTF_8)().decode(head)
    except UnicodeDecodeError:
        words = WORD.findall(head)
        return head.decode(UTF_8 if is_utf_8(words) else guess(words).encoding, "replace")


def csv_header(text: str) -> Header | None:
    """Return where the header of the CSV price list is that begins with ``text``; None if it does not look like one.

    A header with all columns, or with other words for name and price, may stand below a title. Columns with names that
    mean nothing are a header in the first line only, and where no YAML file can begin so: a better message than "not
    YAML".
    """
    first: Header | None = None
    spoken = 0
    needed = len(NEEDED)
    lines = _LINE_END.split(text)
    for above, line in enumerate(lines):
        if says_nothing(line):
            needed = 2 if _MERGES.match(line.strip(PADDING)) else needed
            continue
        spoken += 1
        # A text in YAML may quote a header, but is indented.
        found = _delimiter(line, needed if spoken > 1 else 2)
        words = _understood_in(lines, above) if not found or needed == len(NEEDED) else None
        ours = found and (spoken == 1 or not line.startswith(" "))
        unsettled = needed == len(NEEDED) and _delimiter(line, needed) is None
        if ours and not (words and unsettled and _has_foreign(line, words)):
            return Header(above, str(found), known=True, unsettled=unsettled)
        if words:
            return Header(above, words, known=False, understood=True)
        if spoken == 1 and (plain := _plain_delimiter(line.strip())):
            first = Header(above, plain, known=False)
        if spoken == MAX_ABOVE:
            break
    return first


def _whole(lines: list[str], at: int) -> str:
    """Return the row that begins in a line, with the further lines of cells that are quoted."""
    line = lines[at]
    if not _QUOTED.search(line):
        return line
    for more in lines[at + 1 : at + MAX_LINES]:
        if line.count('"') % 2 == 0:
            break
        line = f"{line} {more}"
    return line


def says_nothing(line: str) -> bool:
    """Whether a line above the header of a CSV file is empty, a comment, or the delimiter in Excel's notation."""
    text = line.strip(PADDING)
    return not text or text.startswith("#") or line.strip().lower().startswith("sep=")


def _delimiter(line: str, least: int) -> str | None:
    """Return the delimiter by which the line has ``least`` of our columns (and all required ones), or None."""
    for delimiter in _DELIMITERS:
        with suppress(csv.Error):
            cells = next(csv.reader([line.strip()], delimiter=delimiter), [])
            names = _COLUMNS.intersection(cell.strip().lower() for cell in cells)
            if names and any(PARAMETER_COLUMN.fullmatch(cell.strip()) for cell in cells):
                names |= {"parameters"}
            if len(names) >= least and (least < len(NEEDED) or not any(names.isdisjoint(group) for group in NEEDED)):
                return delimiter
    return None


def _understood_in(lines: list[str], at: int) -> str | None:
    """Return the delimiter by which a header in words of suppliers begins in this line: of one line, or of two."""
    found = _understood_delimiter(_whole(lines, at))
    if found or at + 1 >= len(lines):
        return found
    # A line above one that is a header by itself is a title.
    below = _whole(lines, at + 1)
    return None if _understood_delimiter(below) else _understood_delimiter(lines[at], below)


def _understood_delimiter(line: str, below: str = "") -> str | None:
    """Return the delimiter by which the line has a name and a price of goods in words of suppliers.

    With a line ``below`` they may be in either: the name in the first, and the second must have labels, not a good.
    """
    if line[:1] in _YAML_BEGINS or ": " in line or ": " in below:
        return None
    for delimiter in _DELIMITERS:
        if delimiter not in line or (below and delimiter not in below):
            continue
        with suppress(csv.Error):
            cells, lower = (next(csv.reader([each.strip("\r\n")], delimiter=delimiter), []) for each in (line, below))
            roles = {role_of(cell) for cell in cells}
            named = not roles.isdisjoint({"name", "id", "model"})
            if named and len(cells) > 1 and "price" in roles | _roles_below(cells, lower):
                return delimiter
    return None


def _roles_below(upper: list[str], lower: list[str]) -> set[str | None]:
    """Return the roles of the second line of a header, each with what stands above, or none if it is not one."""
    said = [cell for cell in lower if cell.strip()]
    if len(said) < 2 or sum(role_of(cell) is not None for cell in said) * 2 < len(said):
        return set()
    both = {role_of(f"{over} {under}") for over, under in zip(upper, lower, strict=False) if under.strip()}
    return both | {role_of(cell) for cell in said}


def _has_foreign(line: str, delimiter: str) -> bool:
    """Whether a column is understood that is not called as ours are: then none of ours needs to be there."""
    cells = next(csv.reader([line.strip("\r\n")], delimiter=delimiter), [])
    return any(role_of(cell) is not None and cell.strip().lower() not in KNOWN_COLUMNS for cell in cells)


def _plain_delimiter(line: str) -> str | None:
    """Return the delimiter of a line that is not the beginning of a YAML mapping or list."""
    if line[:1] in _YAML_BEGINS or re.search(":(?: |$)", line):
        return None
    found = max(_DELIMITERS, key=line.count)
    return found if line.count(found) > 1 else None


def is_json_lines(head: str) -> bool:
    """Whether JSON that begins so has a good in each line: an object without our sections, and another behind it."""
    try:
        first, end = json.JSONDecoder().raw_decode(head)
    except (ValueError, RecursionError):
        return False
    if not isinstance(first, dict) or "goods" in first or "categories" in first:
        return False
    behind = head[end:].lstrip(" \t\r\n")
    return behind.startswith("{") or (not behind and not {"name", "price"} - first.keys())
