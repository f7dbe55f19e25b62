"""A shop to which an import is writing is read once, at the end of the import, and also if the import never ends."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.catalogue.search import building, index_job
from chalicelib.catalogue.search.documents import ShopState
from chalicelib.catalogue.search.embedded import generations
from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.catalogue.search.engine import Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.freshness import look
from chalicelib.pricelists import job
from chalicelib.pricelists.applying import offers
from tests.integration.catalogue.search.engines import models
from tests.integration.catalogue.search.index_world import NOTHING, at, embedded_engine, messages, swept
from tests.integration.world import Person, World, good, price_list

LIST = price_list(good(2), good(3))


@pytest.fixture(autouse=True, scope="module")
def _embedded() -> Iterator[None]:
    with embedded_engine():
        yield


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path / "index")


@pytest.fixture
def shops(world: World) -> tuple[Person, Person]:
    """One that has goods in the index, and one that has none."""
    south = world.person("south@shops.example", "shop")
    return world.importing_shop("north@shops.example", good(1)), south


def found(reader: Reader) -> list[str]:
    return sorted(models(reader.engine(), OfferFilter(), Sort.PRICE))


@contextmanager
def while_it_writes(act: Callable[[], None]) -> Iterator[None]:
    """Let something happen after a worker of an import has entered, and before it writes."""
    write = offers.write_chunk

    def after(*about: Any, **more: Any) -> offers.Applied:
        act()
        return write(*about, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(offers, "write_chunk", after)
        yield


@pytest.mark.parametrize("which", [0, 1])
def test_a_build_that_another_shop_asked_for_leaves_it_out(
    world: World, shops: tuple[Person, Person], reader: Reader, which: int
) -> None:
    shop, before = shops[which], generations.present()
    number, seen = world.leave(shop.shop_id, LIST), []

    def others() -> None:
        seen.append((look().shops, look().waiting, index_job.bring_up([NOTHING], 60), generations.present()))

    with while_it_writes(others):
        job.run_import(number, 60)
    assert seen == [([], 0, False, before)]
    assert messages() == [{"shops": [shop.shop_id]}]
    assert index_job.bring_up([NOTHING], 60)
    assert found(reader) == (["m/2", "m/3"] if which == 0 else ["m/1", "m/2", "m/3"])


def test_a_build_that_names_it_reads_it(world: World, shops: tuple[Person, Person], reader: Reader) -> None:
    """So a supplier whose imports follow one another without a pause does not stay behind."""
    number = world.leave(shops[0].shop_id, LIST)

    def next_import_has_begun() -> None:
        assert index_job.bring_up([json.dumps({"shops": [shops[0].shop_id]})], 60)

    with while_it_writes(next_import_has_begun):
        job.run_import(number, 60)
    assert index_job.bring_up([NOTHING], 60)
    assert found(reader) == ["m/2", "m/3"]


def test_the_sweeper_sees_it_when_the_time_of_its_worker_is_over(
    world: World, shops: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = world.leave(shops[0].shop_id, LIST)

    def dies() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), while_it_writes(dies):
        job.run_import(number, 60)
    messages()
    assert look().shops == []
    with monkeypatch.context() as patch:
        at(patch, clock.after(66))
        assert look().shops == [shops[0].shop_id]
        assert look().waiting > 60
    assert swept(monkeypatch, 60) >= 1
    assert {"shops": [shops[0].shop_id]} in messages()


def test_who_writes_for_more_than_ten_minutes_is_read_meanwhile(
    world: World, shops: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So neither the time that a dead worker had left nor one that never ends keeps goods out of searches for long."""
    shop, number, seen = shops[0].shop_id, world.leave(shops[0].shop_id, LIST), []

    def later() -> None:
        for seconds in (590, 610):
            with monkeypatch.context() as patch:
                at(patch, clock.after(seconds))
                seen.append((look().shops, look().waiting > 600))

    with while_it_writes(later):
        job.run_import(number, 900)
    assert seen == [([], False), ([shop], True)]


def test_an_index_that_several_builders_fill_takes_it_in(world: World, shops: tuple[Person, Person]) -> None:
    """The one that it replaces has its goods, so they would be found no more."""
    shop, number, known, seen = (
        shops[0].shop_id,
        world.leave(shops[0].shop_id, LIST),
        {7: ShopState(None, settled=True)},
        [],
    )

    def filled() -> None:
        for full in (False, True):
            seen.append(shop in {one.entity_id for one in building.compare(known, full=full).open})

    with while_it_writes(filled):
        job.run_import(number, 60)
    assert seen == [False, True]


def test_an_index_that_is_built_from_nothing_has_what_there_is_of_it(
    world: World, shops: tuple[Person, Person], reader: Reader
) -> None:
    number, present = world.leave(shops[0].shop_id, LIST), generations.present()
    assert present is not None

    def built() -> None:
        assert index_job.bring_up([json.dumps({"full": present.built})], 60)
        assert found(reader) == ["m/1"]

    with while_it_writes(built):
        job.run_import(number, 60)
    world.pump()
    assert found(reader) == ["m/2", "m/3"]
