"""Texts that a comment cuts off: ``name: Чай #1`` is "Чай" and a comment, in YAML."""

import re
from collections import deque

from chalicelib.pricelists.reading.bytes import CHUNK, Bytes

_COMMENT = re.compile(r"[ \t]+(#.*)")


class Comments:
    """Passes bytes on to the parser, and remembers the lines that may hold a comment until the parser is past them."""

    def __init__(self, source: Bytes) -> None:
        self.ahead = False  # whether a line that the parser may not be past holds the sign of a comment
        self._source = source
        self._lines: deque[tuple[int, bytes]] = deque()
        self._begun = b""  # the line that has not ended yet, numbered from 0
        self._line = 0
        self._ahead: list[bytes] = []  # what was read here before the parser asked for it

    def read(self, size: int = CHUNK) -> bytes:
        """Read as from the source, or more."""
        return self._ahead.pop(0) if self._ahead else self._more(size)

    def _more(self, size: int) -> bytes:
        chunk = self._source.read(size)
        *ended, self._begun = (self._begun + chunk).split(b"\n")
        self._lines.extend((self._line + place, line) for place, line in enumerate(ended) if b"#" in line)
        self._line += len(ended)
        self.ahead = bool(self._lines) or b"#" in self._begun
        return chunk

    def after(self, line: int, column: int) -> str:
        """Return the comment that follows this place of a line, counted from 0 in characters; "" for none."""
        while self._lines and self._lines[0][0] < line:
            self._lines.popleft()
        self.ahead = bool(self._lines) or b"#" in self._begun
        while line == self._line and b"#" in self._begun and (chunk := self._more(CHUNK)):
            self._ahead.append(chunk)
        raw = self._lines[0][1] if self._lines and self._lines[0][0] == line else b""
        if line == self._line and b"#" in self._begun:
            raw = self._begun
        found = _COMMENT.match(raw.decode("utf-8", "replace"), column) if raw else None
        return found[1].strip() if found else ""
