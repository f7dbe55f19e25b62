"""Limits as a test needs them."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib import clock
from chalicelib.accounts import guesses, limits
from chalicelib.settings import Rate, settings


@contextmanager
def limited(**rates: tuple[int, int]) -> Iterator[None]:
    """Set limits by name: so many calls in so many seconds."""
    changed = dataclasses.replace(settings(), **{f"rate_{name}": Rate(*rate) for name, rate in rates.items()})  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        for module in (limits, guesses):
            patch.setattr(module, "settings", lambda: changed)
        yield


@contextmanager
def at_ten_past() -> Iterator[None]:
    """Stop the clock ten minutes into an hour, so that no window ends while a test runs."""
    now = clock.now().replace(minute=10, second=0, microsecond=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: now)
        yield
