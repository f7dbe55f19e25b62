"""What the commands say: progress goes to stderr, the answer a script reads goes to stdout."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str) -> None:
    """Tell the person at the terminal; scripts that read stdout do not see it."""
    print(text, file=sys.stderr, flush=True)


def answer(text: str) -> None:
    """Print the result of a command, alone on stdout."""
    print(text, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Announce a step and, when it ends well, how long it took. What it raises passes through."""
    started = time.monotonic()
    say(f"· {title} …")
    yield
    say(f"  {title}: {time.monotonic() - started:.1f} s")
