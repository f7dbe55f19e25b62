"""The bytes of a price list on their way to the parser."""

import codecs
import re
from typing import Protocol

from chalicelib.pricelists.reading.faults import Fault, Limits, PriceListRejected, fault, reject

# What no text of a price list may hold, nor the file: control characters, lone surrogates, noncharacters.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
CHUNK = 16 * 1024


class Bytes(Protocol):
    """A stream that returns as many bytes as requested until it ends."""

    def read(self, size: int, /) -> bytes: ...


class ByteSource:
    """The bytes of a file, counted and bounded; remembers enough of them to say where an unreadable one stands."""

    def __init__(self, stream: Bytes, limits: Limits) -> None:
        self.bytes_read = 0
        self._stream = stream
        self._limits = limits
        self._entry_start = 0
        self._previous = self._chunk = b""
        self._lines_before = 0

    def mark(self) -> None:
        """Note that a new entry begins here."""
        self._entry_start = self.bytes_read

    def read(self, size: int = CHUNK) -> bytes:
        """Read as from a file. Raises PriceListRejected when a limit is exceeded."""
        chunk = self._stream.read(size)
        self.bytes_read += len(chunk)
        if self.bytes_read > self._limits.max_bytes:
            reject("file_too_large", None, limit=self._limits.max_bytes // (1024 * 1024))
        self._lines_before += self._previous.count(b"\n")
        self._previous, self._chunk = self._chunk, chunk
        if self.bytes_read - self._entry_start > self._limits.max_good_bytes:
            reject("good_too_large", self._lines_before + 1, limit=self._limits.max_good_bytes // 1024)
        return chunk

    def unreadable(self) -> Fault:
        """Return the fault of the first byte that the parser could not read among the last ones it received."""
        window = self._previous + self._chunk
        if len(window) < self.bytes_read:
            window = window.lstrip(bytes(range(0x80, 0xC0)))  # the rest of a character that began before
        # Undecodable bytes become lone surrogates, so one search finds whichever kind stands first.
        shown = window.decode("utf-8", "surrogateescape")
        found = FORBIDDEN.search(shown)
        if found is None:  # the parser stopped at the end of the file within a character that began before the window
            return fault("not_utf8", self._lines_before + shown.count("\n") + 1)
        line = self._lines_before + shown.count("\n", 0, found.start()) + 1
        if found.group() >= "\udc80":
            return fault("not_utf8", line)
        return fault("control_character", line, value=f"U+{ord(found.group()):04X}")


class Text:
    """The characters of a source, as they come: UTF-8 or, where that is allowed, windows-1251.

    Which of the two is decided by the first bytes that are not plain ASCII, once there are enough of them to decide.
    """

    def __init__(self, source: ByteSource, *, windows_1251: bool) -> None:
        self._source = source
        self._may_switch = windows_1251
        self._decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._lines = 0

    def read(self) -> str | None:
        """Return the next characters, perhaps none; None at the end. Raises PriceListRejected."""
        chunk = self._source.read(CHUNK)
        # What may be the first half of a character in UTF-8 waits in the decoder, and so does the decision.
        undecided = self._decoder.getstate()[0] + chunk
        try:
            text = self._decoder.decode(chunk, not chunk)
        except UnicodeDecodeError as exc:
            text = self._switched(undecided, exc)
        if self._may_switch:
            waiting = len(self._decoder.getstate()[0])
            self._may_switch = undecided[: len(undecided) - waiting].isascii()
        if found := FORBIDDEN.search(text):
            line = self._lines + text.count("\n", 0, found.start()) + 1
            reject("control_character", line, value=f"U+{ord(found.group()):04X}")
        self._lines += text.count("\n")
        return text if chunk or text else None

    def _switched(self, undecided: bytes, exc: UnicodeDecodeError) -> str:
        if not self._may_switch:
            raise PriceListRejected(self._source.unreadable()) from exc
        self._decoder = codecs.getincrementaldecoder("cp1251")()
        try:
            return self._decoder.decode(undecided)
        except UnicodeDecodeError as other:
            line = self._lines + undecided.count(b"\n", 0, other.start) + 1
            raise PriceListRejected(fault("not_utf8", line)) from other
