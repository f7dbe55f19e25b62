"""Imports of few goods that are nevertheless split into chunks."""

import pytest

from chalicelib.pricelists import chunking, chunks


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every import has chunks, of two goods each."""
    monkeypatch.setattr(chunking, "AT_ONCE", 0)
    monkeypatch.setattr(chunks, "CHUNK", 2)
