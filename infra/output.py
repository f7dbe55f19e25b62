"""Output of commands: progress goes to stderr, results for scripts go to stdout."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


def say(text: str) -> None:
    """Print a message to stderr, for the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def answer(text: str) -> None:
    """Print the result of a command to stdout."""
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step and, on success, the time it took. Exceptions pass through with the title as a note."""
    started = time.monotonic()
    say(f"· {title} …")
    try:
        yield
    except Exception as exc:
        exc.add_note(title)
        raise
    say(f"  {title}: {time.monotonic() - started:.1f} s")


@dataclass(frozen=True)
class Progress:
    """A bar for long work, on a terminal only; ``what`` names what is counted."""

    what: str

    def show(self, done: int, whole: int) -> None:
        """Draw ``done`` of ``whole``, which may grow meanwhile."""
        if not sys.stderr.isatty():
            return
        filled = 30 * min(done, whole) // max(whole, 1)
        end = "\n" if done >= whole else ""
        bar = "█" * filled + " " * (30 - filled)
        print(f"\r  [{bar}] {done}/{max(done, whole)} {self.what}", end=end, file=sys.stderr, flush=True)


def confirm(word: str, question: str) -> bool:
    """Return whether the person typed ``word``, or the first line of standard input has it."""
    if sys.stdin.isatty():
        say(f"{question} Type {word} to go ahead:")
    return sys.stdin.readline().strip() == word
