"""Headings between the goods of a sheet, which are the categories of what stands below them. Pure."""

from collections import deque
from dataclasses import dataclass, field

_SEPARATOR = " / "
_MAX_NAME = 200
# More headings than fit into a name. A sheet may have nothing but headings: each good would go through all of them.
_MAX_DEPTH = 200


def _latest() -> deque[tuple[int, int, str]]:
    return deque(maxlen=_MAX_DEPTH)


@dataclass(slots=True)
class Headings:
    """The headings above the present row, outermost first.

    Depth is the outline's where the sheet has one. Otherwise a heading replaces the last one in the same column, and
    several in succession replace as many, since these are one below the other.
    """

    _stack: list[tuple[int, int, str]] = field(default_factory=list)  # column, outline level, text
    _run: deque[tuple[int, int, str]] = field(default_factory=_latest)
    _path: str = ""

    def add(self, place: int, level: int, text: str) -> None:
        """Take a heading that stands in this column, at this level of the outline."""
        self._run.append((place, level, text))

    def path(self) -> str:
        """Return the category of a good that follows; "" if there is no heading above it."""
        if self._run:
            self._settle()
            self._path = self._joined()
        return self._path

    def _joined(self) -> str:
        """Return the names of the innermost headings, as many as fit."""
        names: list[str] = []
        length = -len(_SEPARATOR)
        for _, _, text in reversed(self._stack):
            names.append(" ".join(text.split()).strip("\u2014\u2013- "))
            length += len(_SEPARATOR) + len(names[-1])
            if length > _MAX_NAME:
                break
        if length > _MAX_NAME and len(names) > 1:
            del names[-1]
        return _SEPARATOR.join(reversed(names))[:_MAX_NAME].strip()

    def _settle(self) -> None:
        run = list(self._run)
        self._run.clear()
        if any(level for _, level, _ in (*self._stack, *run)):
            for place, level, text in run:
                self._stack = [each for each in self._stack if each[1] < level]
                self._stack.append((place, level, text))
            del self._stack[:-_MAX_DEPTH]
            return
        place = run[0][0]
        beside = [at for at, each in enumerate(self._stack) if each[0] == place]
        together = next((count for count, each in enumerate(run) if each[0] != place), len(run))
        if beside:
            cut = beside[max(0, len(beside) - together)]
        else:
            cut = next((at for at, each in enumerate(self._stack) if each[0] > place), len(self._stack))
        self._stack[cut:] = run
        del self._stack[:-_MAX_DEPTH]
