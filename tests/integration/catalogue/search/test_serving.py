"""Where the function ``search`` keeps its index, and what it answers to whatever it is asked."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.catalogue.search import serving, wire
from chalicelib.catalogue.search.engine import Asked, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from tests.integration.catalogue.search.engines import build
from tests.integration.world import World, good

FIND = wire.question_of_page(Asked(OfferFilter(words="товар"), Sort.RELEVANCE, 5))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    serving._reader.cache_clear()
    yield tmp_path
    serving._reader.cache_clear()


def test_every_process_has_its_index_and_removes_those_of_processes_that_are_gone(place: Path, world: World) -> None:
    for name in (f"search-{os.getppid()}", "search-999999999", "search-notes"):
        (place / name).mkdir()
    assert serving.answer(FIND) == {"failure": wire.BUSY}  # there is no index yet
    world.shop("north@shops.example", good(1))
    build()
    serving._reader.cache_clear()
    assert wire.found_of(serving.answer(FIND)).total == 1
    kept = {path.name for path in place.iterdir()}
    assert kept == {f"search-{os.getppid()}", f"search-{os.getpid()}", "search-notes"}


def test_whatever_is_asked_is_answered(place: Path, world: World) -> None:
    world.shop("north@shops.example", good(1))
    build()
    wrong = wire.question_of_page(Asked(OfferFilter(), Sort.PRICE, 5, "0|x"))
    assert serving.answer(wrong) == {"failure": wire.WRONG_CURSOR}
    assert serving.answer({"version": 7}) == serving.answer({}) == {"failure": wire.NOT_UNDERSTOOD}
    assert len(wire.hits_of(serving.answer(wire.question_of_codes(["m/1", "none"], 3)))["m/1"]) == 1
