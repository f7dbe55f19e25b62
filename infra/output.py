"""Output of commands: progress goes to stderr, results for scripts go to stdout."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


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
