"""The time as the service sees it."""

import pytest

from chalicelib import clock


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Stop the clock of the service at ``seconds`` after its present time."""
    moment = clock.after(seconds)
    monkeypatch.setattr(clock, "now", lambda: moment)
