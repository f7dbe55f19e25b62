"""Who builds everything has the turn for as long as it may run: nobody starts the same again beside it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.catalogue.search import index_job
from chalicelib.catalogue.search.embedded import generations
from chalicelib.models.search import SearchTurn
from tests.integration.catalogue.search.index_world import NOTHING, embedded_engine
from tests.integration.world import World, good


@pytest.fixture(autouse=True, scope="module")
def _embedded() -> Iterator[None]:
    with embedded_engine():
        yield


@pytest.mark.parametrize(("what", "seconds"), [("first index", 900), ("full build", 900), ("changes", 60)])
def test_who_builds_everything_keeps_the_turn_for_all_of_its_time(
    world: World, monkeypatch: pytest.MonkeyPatch, what: str, seconds: int
) -> None:
    north = world.importing_shop("north@shops.example", good(1))
    present = generations.present()
    assert present is not None
    body = {"full": present.built} if what == "full build" else {"shops": [north.shop_id], "again": True}
    if what == "first index":
        generations.SearchPointer.at(1).delete()
    turns: list[str | None] = []
    build = index_job._build

    def watched(*given: Any, **options: Any) -> None:
        turns.append(SearchTurn.at().require().claimed_until)
        build(*given, **options)

    monkeypatch.setattr(index_job, "_build", watched)
    assert index_job.bring_up([json.dumps(body)], 900)
    [ends] = turns
    assert ends is not None
    assert clock.stamp(clock.after(seconds - 30)) < ends <= clock.stamp(clock.after(seconds))
    assert not index_job.bring_up([NOTHING], 900)
