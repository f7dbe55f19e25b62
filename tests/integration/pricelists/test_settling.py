"""The lists of a shop are indexes, which lag: who has nothing better waits until they can be relied on."""

import dataclasses

import pytest

from chalicelib import clock
from chalicelib.models.catalogue import Shop
from chalicelib.pricelists import job, records
from chalicelib.pricelists.planning import plan_files, shop_goods
from chalicelib.settings import settings
from tests.integration.world import Person, World, good, price_list, stored_import

LIST = price_list(good(1), good(2))


@pytest.fixture(autouse=True)
def put_back(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The imports that are put into the queue, with the delay of each, where indexes take a minute."""
    slow = dataclasses.replace(settings(), settle_seconds=60)
    monkeypatch.setattr(shop_goods, "settings", lambda: slow)
    sent: list[tuple[int, int]] = []
    monkeypatch.setattr(records, "enqueue", lambda import_id, *, delay=0: sent.append((import_id, delay)))
    return sent


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("shop@a.example", "shop")


def brought(world: World, shop: Person, name: str) -> int:
    import_id = world.leave(shop.shop_id, LIST, name)
    job.run_import(import_id, 60)
    return import_id


def shop_item(shop: Person) -> Shop:
    return Shop.get(*Shop.key(shop.shop_id), consistent_read=True)


def test_lists_that_can_be_planned_from_a_snapshot_or_from_nothing_do_not_wait(world: World, shop: Person) -> None:
    assert [stored_import(brought(world, shop, name)).status for name in "ab"] == ["done", "unchanged"]


@pytest.mark.parametrize("snapshot", ["never made", "unreadable"])
def test_a_list_is_planned_a_minute_after_writes_that_left_no_snapshot(
    world: World,
    shop: Person,
    put_back: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
    snapshot: str,
) -> None:
    brought(world, shop, "a")
    if snapshot == "never made":
        Shop.at(shop.shop_id).update(actions=[Shop.snapshot.remove()])
    else:
        plan_files.delete_snapshot(shop_item(shop).snapshot or "")
    import_id = world.leave(shop.shop_id, LIST, "b")
    put_back.clear()
    job.run_import(import_id, 60)
    [(again, delay)] = put_back
    assert (again, 50 < delay <= 60, stored_import(import_id).plan) == (import_id, True, None)
    moment = clock.after(delay)
    monkeypatch.setattr(clock, "now", lambda: moment)
    job.run_import(import_id, 60)
    assert stored_import(import_id).status == "unchanged"
