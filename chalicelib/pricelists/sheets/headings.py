"""Headings between the goods of a sheet, which are the categories of what stands below them. Pure."""

from dataclasses import dataclass, field

_SEPARATOR = " / "
_MAX_NAME = 200


@dataclass(slots=True)
class Headings:
    """The headings above the present row, outermost first.

    Depth is the outline's where the sheet has one. Otherwise a heading replaces the last one in the same column, and
    several in succession replace as many, since these are one below the other.
    """

    _stack: list[tuple[int, int, str]] = field(default_factory=list)  # column, outline level, text
    _run: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, place: int, level: int, text: str) -> None:
        """Take a heading that stands in this column, at this level of the outline."""
        self._run.append((place, level, text))

    def path(self) -> str:
        """Return the category of a good that follows; "" if there is no heading above it."""
        if self._run:
            self._settle()
        names = [" ".join(text.split()).strip("\u2014\u2013- ") for _, _, text in self._stack]
        while len(names) > 1 and len(_SEPARATOR.join(names)) > _MAX_NAME:
            del names[0]
        return _SEPARATOR.join(names)[:_MAX_NAME].strip()

    def _settle(self) -> None:
        run, self._run = self._run, []
        if any(level for _, level, _ in (*self._stack, *run)):
            for place, level, text in run:
                self._stack = [each for each in self._stack if each[1] < level]
                self._stack.append((place, level, text))
            return
        place = run[0][0]
        beside = [at for at, each in enumerate(self._stack) if each[0] == place]
        together = next((count for count, each in enumerate(run) if each[0] != place), len(run))
        if beside:
            cut = beside[max(0, len(beside) - together)]
        else:
            cut = next((at for at, each in enumerate(self._stack) if each[0] > place), len(self._stack))
        self._stack[cut:] = run
