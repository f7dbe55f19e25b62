"""Text in UTF-16, as spreadsheets write their "Unicode text", on its way to readers that know UTF-8."""

import codecs
import re
from typing import Protocol

from chalicelib.pricelists.reading.faults import reject

UTF_16 = "utf-16"
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Text of which the first characters are ASCII and that has no mark.
_LITTLE, _BIG = re.compile(rb"(?:[\t\n\r -~]\x00){4}"), re.compile(rb"(?:\x00[\t\n\r -~]){4}")
_CHUNK = 16 * 1024


class _Closable(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


def utf_16_of(head: bytes) -> str | None:
    """Return the codec of a file that begins so, or None if it is not in UTF-16."""
    if head.startswith(_MARKS):
        return UTF_16
    return "utf-16-le" if _LITTLE.match(head) else "utf-16-be" if _BIG.match(head) else None


class Recoded:
    """The bytes of a file in UTF-16 as UTF-8, as many as requested while any are left."""

    def __init__(self, file: _Closable, codec: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(codec)()
        self._ready = b""
        self._ended = False

    def read(self, size: int, /) -> bytes:
        """Return the next bytes. Raises PriceListRejected if what is read is not UTF-16."""
        while len(self._ready) < size and not self._ended:
            piece = self._file.read(_CHUNK)
            self._ended = not piece
            try:
                self._ready += self._decoder.decode(piece, self._ended).encode()
            except UnicodeError:
                reject("encoding_unknown", None, value="UTF-16")
        found, self._ready = self._ready[:size], self._ready[size:]
        return found

    def close(self) -> None:
        self._file.close()
