"""Files that are packed by gzip or zip, and the head of a file, by which it is recognized."""

import zlib
from typing import BinaryIO, Literal, NamedTuple, Protocol, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from chalicelib.pricelists.reading.bytes import Closable
from chalicelib.pricelists.reading.faults import Limits, reject
from chalicelib.pricelists.reading.utf_16 import Recoded, utf_16_of
from chalicelib.pricelists.reading.zipped import EXCEL, OPEN_DOCUMENT, ZIP, MemberBytes, Whole, only_member

# Enough for the comments that a file may begin with; a longer preface is YAML's.
HEAD = 16 * 1024
_GZIP = b"\x1f\x8b"
# Of a zip file with anything in it.
_LEAST = 100


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Unpacked(NamedTuple):
    """The bytes of a file from the start, unpacked and in UTF-8 if they were in UTF-16; ``head`` are the first of them.

    ``packed`` is what they were packed by. A zip file that is a list as a ``whole`` is not unpacked: its members show
    what it is, and ``file`` is a copy of it that can be read at any place.
    """

    stream: Closable
    head: bytes
    packed: Literal["gzip", "zip"] | None = None
    utf_16: bool = False
    whole: Whole | None = None
    file: BinaryIO | None = None


class _Whole:
    """Returns as many bytes as requested while any are left, so that nothing depends on how they arrive."""

    def __init__(self, stream: _Readable, head: bytes, file: Closable) -> None:
        self._stream = stream
        self._head = head
        self._file = file

    def read(self, size: int) -> bytes:
        found, self._head = self._head[:size], self._head[size:]
        while len(found) < size and (more := self._stream.read(size - len(found))):
            found = found + more if found else more
        return found

    def close(self) -> None:
        self._file.close()


class _Engine:
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
        self._waiting = self._packed.read(HEAD)
        self._bytes_in += len(self._waiting)
        # Zeros and empty members unpack to nothing, so the size of the input is limited too.
        if self._bytes_in > self._limits.max_bytes:
            reject("file_too_large", None, limit=self._limits.max_bytes // (1024 * 1024))
        return bool(self._waiting)


def unpacked(file: Closable, limits: Limits) -> Unpacked:
    """Return the bytes of a file, unpacked if it is an archive. Raises PriceListRejected if that is unusable."""
    head = _Whole(file, b"", file).read(HEAD)
    if head.startswith(_GZIP):
        engine = _Engine(_Whole(file, head, file), limits)
        return _content(engine, file, "gzip")
    if _is_archive(head):
        found = only_member(_Whole(file, head, file), limits)
        if found.whole is None:
            return _content(found.stream, found.stream, "zip")
        copy = cast(BinaryIO, found.stream)
        head = copy.read(HEAD)
        return Unpacked(_Whole(copy, head, copy), head, whole=found.whole, file=copy)
    return _in_utf_8(Unpacked(_Whole(file, head, file), head))


def unpacked_member(archive: ZipFile, member: ZipInfo) -> Unpacked:
    """Return the bytes of one of several lists in an archive. Raises PriceListRejected if they are unusable."""
    try:
        stream = MemberBytes(archive.open(member))
    except (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        reject("gzip_broken", None)
    return _content(stream, stream, "zip")


def _content(stream: _Readable, file: Closable, packed: Literal["gzip", "zip"]) -> Unpacked:
    try:
        head = _Whole(stream, b"", file).read(HEAD)
        if head.startswith(_GZIP) or (packed == "zip" and _is_archive(head)):
            reject("gzip_nested", None)
        return _in_utf_8(Unpacked(_Whole(stream, head, file), head, packed))
    except BaseException:
        file.close()
        raise


def _is_archive(head: bytes) -> bool:
    return head.startswith(ZIP) and len(head) > _LEAST and not EXCEL.match(head) and not OPEN_DOCUMENT.match(head)


def _in_utf_8(found: Unpacked) -> Unpacked:
    codec = utf_16_of(found.head)
    if codec is None:
        return found
    stream = Recoded(found.stream, codec)
    head = stream.read(HEAD)
    return found._replace(stream=_Whole(stream, head, stream), head=head, utf_16=True)
