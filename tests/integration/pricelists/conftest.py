"""Imports of few goods that are nevertheless split into chunks."""

import pytest

from chalicelib.pricelists.applying import chunks
from chalicelib.pricelists.planning import plan_files


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every import has chunks, of two goods each."""
    monkeypatch.setattr(chunks, "AT_ONCE", 0)
    monkeypatch.setattr(plan_files, "CHUNK", 2)
