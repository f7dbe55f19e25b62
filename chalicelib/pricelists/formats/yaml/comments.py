"""Texts that a comment cuts off: ``name: Чай #1`` is "Чай" and a comment, in YAML."""

import re
from collections import deque
from typing import Any

from chalicelib.pricelists.reading.faults import MAX_SHOWN, Fault, fault
from chalicelib.pricelists.reading.text import Text

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_NO_TEXTS = NULLS | {"true", "false", "yes", "no", "да", "нет"}
_COMMENT = re.compile(r"[ \t]+(#.*)")


class Comments:
    """Passes a text on to the parser, and remembers the lines that may hold a comment until the parser is past them."""

    def __init__(self, source: Text) -> None:
        self.ahead = False  # whether a line that the parser may not be past holds the sign of a comment
        self._source = source
        self._lines: deque[tuple[int, str]] = deque()
        self._begun = ""  # the line that has not ended yet, numbered from 0
        self._line = 0
        self._ahead: list[str] = []  # what was read here before the parser asked for it

    def read(self, _size: int = -1) -> str:
        """Read as from the source, or more."""
        return self._ahead.pop(0) if self._ahead else self._more()

    def _more(self) -> str:
        while (piece := self._source.read()) == "":
            pass
        chunk = piece or ""
        if "#" not in chunk and "#" not in self._begun:  # as in most lists: nothing to remember but where it ends
            self._line += chunk.count("\n")
            self._begun = chunk.rpartition("\n")[2] if "\n" in chunk else self._begun + chunk
            self.ahead = bool(self._lines)
            return chunk
        *ended, self._begun = (self._begun + chunk).split("\n")
        self._lines.extend((self._line + place, line) for place, line in enumerate(ended) if "#" in line)
        self._line += len(ended)
        self.ahead = bool(self._lines) or "#" in self._begun
        return chunk

    def cut(self, key: str, value: str, end: Any) -> list[Fault]:
        """Return a warning if a comment may be the end of this plain value, which ends at the mark ``end``.

        After a number or a yes it is just a comment.
        """
        comment = self.after(end.line, end.column)
        if not comment or value in _NO_TEXTS or not any(map(str.isalpha, value)):
            return []
        return [fault("text_cut", end.line + 1, field=key, value=comment, text=value[:MAX_SHOWN])]

    def after(self, line: int, column: int) -> str:
        """Return the comment that follows this place of a line, counted from 0 in characters; "" for none."""
        while self._lines and self._lines[0][0] < line:
            self._lines.popleft()
        self.ahead = bool(self._lines) or "#" in self._begun
        while line == self._line and "#" in self._begun and (chunk := self._more()):
            self._ahead.append(chunk)
        raw = self._lines[0][1] if self._lines and self._lines[0][0] == line else ""
        if line == self._line and "#" in self._begun:
            raw = self._begun
        found = _COMMENT.match(raw, column) if raw else None
        return found[1].strip() if found else ""
