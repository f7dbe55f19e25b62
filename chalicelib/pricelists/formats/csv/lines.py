"""The lines of a CSV file on their way to its parser, which may be given some of them twice."""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from chalicelib.pricelists.reading.faults import PriceListRejected
from chalicelib.pricelists.reading.text import Text

_END = re.compile("\r\n?|\n")


class Lines:
    """Lines with their ends, whichever of the three kinds those are.

    ``number`` is that of the last line that was given to the parser, ``row`` the lines given since it was cleared.
    ``fresh`` ends at a ``failure`` of the text, which is raised where the parser gets to it.
    """

    def __init__(self, text: Text) -> None:
        self.number = 0
        self.row: list[str] = []
        self.failure: PriceListRejected | None = None
        self.fresh = self._readable(text)
        self._again: deque[str] = deque()

    def given(self) -> Iterator[str]:
        """Yield the lines for the parser and note them."""
        while True:
            line = self._again.popleft() if self._again else next(self.fresh, None)
            if line is None:
                if self.failure is not None:
                    raise self.failure
                return
            self.number += 1
            self.row.append(line)
            yield line

    def whole(self, most: int) -> Iterator[str]:
        """Yield at most ``most`` lines of one row, which ends where all quotes are closed."""
        return _row(islice(self.given(), most))

    def ahead(self, most: int) -> Iterator[str]:
        """Yield the same of what is ``fresh``, to be put back."""
        return _row(islice(self.fresh, most))

    def put_back(self, lines: Iterable[str]) -> None:
        """Have lines that were taken from ``fresh`` given after all."""
        self._again.extend(lines)

    def give_again(self, lines: Sequence[str]) -> None:
        """Have lines parsed once more; they end at the next quote, so none is read a third time for the same reason."""
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)

    def _readable(self, text: Text) -> Iterator[str]:
        try:
            yield from _lines(text)
        except PriceListRejected as failure:
            self.failure = failure


def _row(lines: Iterable[str]) -> Iterator[str]:
    quotes = 0
    for line in lines:
        yield line
        quotes += line.count('"')
        if quotes % 2 == 0:
            return


def _lines(text: Text) -> Iterator[str]:
    kept = ""
    while (piece := text.read()) is not None:
        at = 0
        kept += piece
        for end in _END.finditer(kept):
            if end.end() == len(kept) and kept[-1] == "\r":
                break  # a line feed may follow
            line, at = kept[at : end.end()], end.end()
            yield line
        kept = kept[at:]
    if kept:
        yield kept
