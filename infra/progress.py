"""How far long work has come: a bar on a terminal, elsewhere a line now and then."""

import sys
import time
from collections.abc import Callable

_LINE_SECONDS = 15.0
_BAR_SECONDS = 0.2
_WIDTH = 30


class ProgressBar:
    """The progress of one piece of work; ``whole`` is about how many there are, 0 if nobody knows."""

    def __init__(self, title: str, whole: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._title, self._whole, self._clock = title, whole, clock
        self._terminal = sys.stderr.isatty()
        self._last = clock()

    def show(self, done: int, detail: str = "") -> None:
        """Show the number done, unless one was shown a moment ago."""
        now = self._clock()
        if now - self._last < (_BAR_SECONDS if self._terminal else _LINE_SECONDS):
            return
        self._last = now
        self._write(done, detail, "" if self._terminal else "\n")

    def end(self, done: int, detail: str = "") -> None:
        """Show how much was done in the end."""
        self._write(done, detail, "\n")

    def _write(self, done: int, detail: str, end: str) -> None:
        # The number of items that DynamoDB knows is up to six hours old.
        whole = max(self._whole, done)
        text = f"  {self._title}: {done:,} of about {whole:,}{f', {detail}' if detail else ''}"
        if self._terminal:
            filled = _WIDTH * done // whole if whole else _WIDTH
            text = f"\r\033[K  [{'#' * filled:{_WIDTH}}]{text}"
        sys.stderr.write(text + end)
        sys.stderr.flush()
