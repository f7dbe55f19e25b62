"""The bytes of a price list on their way to the parser."""

from collections.abc import Callable
from contextlib import closing, suppress
from typing import BinaryIO, Protocol

from chalicelib.pricelists.reading.encodings import WORD
from chalicelib.pricelists.reading.faults import Fault, Limits, PriceListRejected, reject

CHUNK = 16 * 1024
# What an encoding is guessed from: the most different words, the words they are taken from, and the bytes of a word.
_SAMPLE, _WORDS, _WORD_BYTES = 1_000, 50_000, 60


class Bytes(Protocol):
    """A stream that returns as many bytes as requested until it ends."""

    def read(self, size: int, /) -> bytes: ...


class Closable(Bytes, Protocol):
    """A stream that has to be closed."""

    def close(self) -> None: ...


class ByteSource:
    """The bytes of a file, counted and bounded, and what the file proved to be as they were read.

    ``encoding`` is the one that the text was read in; ``warnings`` are about the file as a whole, for the
    reporter to take away. ``again`` opens the same bytes from the start. ``recoded_from`` is the file's encoding if
    these bytes are not in it. ``file`` is a copy of these bytes that can be read at any place, if there is one already.
    """

    def __init__(
        self, stream: Closable, limits: Limits, again: Callable[[], Closable], recoded_from: str | None = None
    ) -> None:
        self.bytes_read = 0
        self.encoding: str | None = None
        self.recoded_from = recoded_from
        self.warnings: list[Fault] = []
        self.again = again
        self.file: BinaryIO | None = None
        self._stream = stream
        self._limits = limits
        self._entry_start = 0
        self._chunk = b""
        self._lines_before = 0

    def close(self) -> None:
        """Free what the stream was unpacked into."""
        self._stream.close()

    def mark(self) -> None:
        """Note that a new entry begins here."""
        self._entry_start = self.bytes_read

    def read(self, size: int = CHUNK) -> bytes:
        """Read as from a file. Raises PriceListRejected when a limit is exceeded."""
        chunk = self._stream.read(size)
        self.bytes_read += len(chunk)
        if self.bytes_read > self._limits.max_bytes:
            reject("file_too_large", None, limit=self._limits.max_bytes // (1024 * 1024))
        self._lines_before += self._chunk.count(b"\n")
        self._chunk = chunk
        if self.bytes_read - self._entry_start > self._limits.max_good_bytes:
            reject("good_too_large", self._lines_before + 1, limit=self._limits.max_good_bytes // 1024)
        return chunk

    def words(self) -> list[bytes]:
        """Return different words of the file that are not plain ASCII, as many as tell its encoding."""
        found: dict[bytes, None] = {}
        left, seen = self._limits.max_bytes, 0
        with closing(self.again()) as stream, suppress(PriceListRejected):  # what is broken behind is reported there
            while left > 0 and len(found) < _SAMPLE and seen < _WORDS and (chunk := stream.read(4 * CHUNK)):
                left -= len(chunk)
                # A word that a chunk cuts off is not one.
                words = WORD.findall(chunk)[1 if chunk[0] >= 0x80 else 0 : -1 if chunk[-1] >= 0x80 else None]
                seen += len(words)
                found.update(dict.fromkeys(word for word in words if len(word) <= _WORD_BYTES))
        return list(found)[:_SAMPLE]
