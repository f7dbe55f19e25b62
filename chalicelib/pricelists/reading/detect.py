"""Detect the format of a file from its bytes alone: neither its name nor a header is trusted."""

import codecs
import csv
import re
import zlib
from typing import BinaryIO, Literal, NamedTuple, Protocol

from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.reading.bytes import Bytes, ByteSource
from chalicelib.pricelists.reading.faults import Limits, reject

Kind = Literal["yaml", "json", "csv", "yml"]

# Enough for the comments that a file may begin with; a longer preface is YAML's.
_HEAD = 16 * 1024
_GZIP = b"\x1f\x8b"
# zip (xlsx, ods, docx), PDF, the old Office formats, bzip2, RTF. Most others hold a control character early on.
_KINDS_OF_OTHERS = (b"PK\x03\x04", b"PK\x05\x06", b"%PDF", b"\xd0\xcf\x11\xe0", b"BZh", b"{\\rtf")
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_XML = re.compile(rb"<[?!A-Za-z_\x80-\xff]")
_JSON = re.compile(rb'\{[ \t\r\n]*(?:["}]|\Z)')
_DELIMITERS = ";\t,"
_COLUMNS = frozenset({*BY_COLUMN, "available"})


class Format(NamedTuple):
    """The format of a file: YAML, JSON, CSV or Yandex Market's YML, and whether it was compressed with gzip."""

    kind: Kind
    gzipped: bool

    @property
    def shows_its_end(self) -> bool:
        """Whether a truncated file of this format cannot be read."""
        return self.gzipped or self.kind in {"json", "yml"}


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Whole:
    """Returns as many bytes as requested while any are left, so that nothing depends on how they arrive."""

    def __init__(self, stream: _Readable, head: bytes = b"") -> None:
        self._stream = stream
        self._head = head

    def read(self, size: int) -> bytes:
        found, self._head = self._head[:size], self._head[size:]
        while len(found) < size and (more := self._stream.read(size - len(found))):
            found = found + more if found else more
        return found


class _Unpacked:
    """The content of a gzip file, piece by piece."""

    def __init__(self, packed: _Readable, limits: Limits) -> None:
        self._packed = packed
        self._limits = limits
        self._engine = zlib.decompressobj(31)
        self._waiting = b""
        self._bytes_in = self._bytes_out = 0

    def read(self, size: int) -> bytes:
        """Return some bytes, or none at the end. Raises PriceListRejected if it is not gzip or grows too much."""
        try:
            found = self._piece(size)
        except zlib.error:
            reject("gzip_broken", None)
        self._bytes_out += len(found)
        limits = self._limits
        if self._bytes_out > limits.packed_free and self._bytes_out > self._bytes_in * limits.max_ratio:
            reject("gzip_too_dense", None, limit=limits.max_ratio)
        return found

    def _piece(self, size: int) -> bytes:
        while True:
            if self._engine.eof and not self._another():
                return b""
            found = self._engine.decompress(self._waiting, size)
            self._waiting = self._engine.unconsumed_tail
            if found:
                return found
            if not self._engine.eof and not self._waiting and not self._fill():
                reject("gzip_broken", None)

    def _another(self) -> bool:
        """Start the next of several concatenated gzip members; zeros may follow the last."""
        self._waiting = self._engine.unused_data.lstrip(b"\0")
        while not self._waiting:
            if not self._fill():
                return False
            self._waiting = self._waiting.lstrip(b"\0")
        self._engine = zlib.decompressobj(31)
        return True

    def _fill(self) -> bool:
        self._waiting = self._packed.read(_HEAD)
        self._bytes_in += len(self._waiting)
        # Zeros and empty members unpack to nothing, so the size of the input is limited too.
        if self._bytes_in > self._limits.max_bytes:
            reject("file_too_large", None, limit=self._limits.max_bytes // (1024 * 1024))
        return bool(self._waiting)


def open_source(stream: BinaryIO, limits: Limits) -> tuple[ByteSource, Format]:
    """Return the unpacked bytes of a file from the start, and its format. Raises PriceListRejected."""
    bytes_: Bytes = _Whole(stream)
    head = bytes_.read(_HEAD)
    gzipped = head.startswith(_GZIP)
    if gzipped:
        bytes_ = _Whole(_Unpacked(_Whole(bytes_, head), limits))
        head = bytes_.read(_HEAD)
        if head.startswith(_GZIP):
            reject("gzip_nested", None)
    return ByteSource(_Whole(bytes_, head), limits), Format(_kind(head), gzipped)


def _kind(head: bytes) -> Kind:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        reject("not_utf8", 1)
    if head.startswith(_KINDS_OF_OTHERS) or _BINARY.search(head[:8]):
        reject("unknown_format", None)
    text = head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    if _XML.match(text):
        return "yml"
    if _JSON.match(text):
        return "json"
    return "csv" if csv_delimiter(text.decode("utf-8", "replace")) else "yaml"


def csv_delimiter(text: str) -> str | None:
    """Return the delimiter of a CSV price list that begins with ``text``, or None if it does not look like one."""
    for line in text.splitlines():
        header = line.strip()
        if header and header.lstrip('"')[:1] != "#" and not header.lower().startswith("sep="):
            break
    else:
        return None
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([header], delimiter=delimiter))
        except csv.Error:
            continue
        if len(_COLUMNS.intersection(cell.strip().lower() for cell in cells)) > 1:
            return delimiter
    # Columns with other names: a better message than "not YAML".
    plain = ":" not in header.partition(";")[0] and header[0] not in "-[{&*!|>'\"%@`?"
    return ";" if plain and header.count(";") > 1 else "\t" if plain and header.count("\t") > 1 else None
