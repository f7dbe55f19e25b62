"""What the function ``search`` answers to whatever it is asked."""

import tempfile
from pathlib import Path

import pytest

from chalicelib.catalogue.search import serving, wire
from chalicelib.catalogue.search.embedded.places import own_place
from chalicelib.catalogue.search.engine import Asked, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from tests.integration.catalogue.search.engines import build
from tests.integration.world import World, good

FIND = wire.question_of_page(Asked(OfferFilter(words="товар"), Sort.RELEVANCE, 5))


def test_whatever_is_asked_is_answered(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    _forget()
    assert serving.answer(FIND) == {"failure": wire.BUSY}  # there is no index yet
    world.shop("north@shops.example", good(1))
    build()
    _forget()
    assert wire.found_of(serving.answer(FIND)).total == 1
    wrong = wire.question_of_page(Asked(OfferFilter(), Sort.PRICE, 5, "0|x"))
    assert serving.answer(wrong) == {"failure": wire.WRONG_CURSOR}
    assert serving.answer({"version": 7}) == serving.answer({}) == {"failure": wire.NOT_UNDERSTOOD}
    assert len(wire.hits_of(serving.answer(wire.question_of_codes(["m/1", "none"], 3)))["m/1"]) == 1
    _forget()


def _forget() -> None:
    own_place.cache_clear()
    serving._reader.cache_clear()
