"""Chunks of an import that come twice, late, or while a newer file of the shop waits."""

from typing import Any

import pytest

from chalicelib import aws
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.pricelists import chunk_job, job, turns
from chalicelib.pricelists.applying import chunks
from tests.integration.calls import Died, meanwhile
from tests.integration.pricelists.pipeline import (
    FIRST,
    SECOND,
    Clock,
    catalogue,
    dying_before_write,
    sell,
    settle,
    work,
)
from tests.integration.world import World, good, price_list, stored_import


@pytest.mark.usefixtures("small_chunks")
def test_a_chunk_that_comes_twice_leaves_a_sale_between_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, price_list(good(1), good(2)))
    job.run_import(import_id, 60)
    with pytest.raises(Died), dying_before_write(3):  # entered, started, written, but not counted
        chunk_job.apply_chunk(import_id, 0, 60, last=False)
    assert sell(shop, "1")
    chunk_job.apply_chunk(import_id, 0, 60, last=False)
    assert (stored_import(import_id).status, shop.offer(1).quantity, shop.offer(1).sold) == ("done", 9, True)


@pytest.mark.usefixtures("small_chunks")
def test_a_chunk_that_fails_for_ever_fails_the_import_and_the_next_one_repairs_it(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, FIRST)
    job.run_import(import_id, 60)
    chunk_job.apply_chunk(import_id, 1, 60, last=False)
    aws.client("s3").delete_object(
        Bucket="retail-orders-test-files", Key=f"{stored_import(import_id).plan['where']}/0.json.gz"
    )
    for last in (False, True):
        with pytest.raises(Exception, match="NoSuchKey"):
            chunk_job.apply_chunk(import_id, 0, 60, last=last)
    report = shop.imported(import_id)
    assert (report["status"], report["counts"]["written"], report["errors"][0]["code"]) == ("failed", 2, "chunk_failed")
    chunk_job.apply_chunk(import_id, 0, 60, last=True)
    settle([world.leave(shop.shop_id, FIRST)], _still())
    assert {name: one[3] for name, one in catalogue(shop.shop_id).items()} == dict.fromkeys("1234", True)


@pytest.mark.usefixtures("small_chunks")
def test_a_newer_file_stops_an_older_one_between_its_chunks(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    older, newer = world.leave(shop.shop_id, FIRST), world.leave(shop.shop_id, SECOND, "b.yaml")
    job.run_import(older, 60)
    chunk_job.apply_chunk(older, 0, 60, last=False)
    work(newer)
    assert [stored_import(one).status for one in (older, newer)] == ["superseded", "done"]
    chunk_job.apply_chunk(older, 1, 60, last=True)
    assert {name for name, one in catalogue(shop.shop_id).items() if one[3]} == {"1", "2", "5", "6"}


@pytest.mark.usefixtures("small_chunks")
def test_while_a_newer_file_waits_no_further_chunk_of_the_older_begins(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    older, newer = world.leave(shop.shop_id, FIRST), world.leave(shop.shop_id, SECOND, "b.yaml")
    job.run_import(older, 60)
    at_work = turns.enter(stored_import(older), 60) or ""
    job.run_import(newer, 60)
    assert stored_import(newer).status == "queued"
    chunk_job.apply_chunk(older, 0, 60, last=False)
    assert catalogue(shop.shop_id) == {}
    turns.leave(shop.shop_id, at_work)
    work(newer)
    assert [stored_import(one).status for one in (older, newer)] == ["superseded", "done"]


@pytest.mark.usefixtures("small_chunks")
def test_an_older_import_goes_on_when_the_newer_file_never_came_to_its_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Clock(monkeypatch)
    shop = world.person("shop@a.example", "shop")
    older = world.leave(shop.shop_id, FIRST)
    job.run_import(older, 60)
    turn = turns.current(shop.shop_id)
    assert turn is not None
    turns.ask_to_end(turn, "9999")
    chunk_job.apply_chunk(older, 0, 60, last=False)
    settle([older], time)
    assert (stored_import(older).status, len(catalogue(shop.shop_id))) == ("done", 4)


@pytest.mark.usefixtures("small_chunks")
def test_the_next_import_waits_for_the_time_of_a_worker_that_was_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Clock(monkeypatch)
    shop = world.person("shop@a.example", "shop")
    first = world.leave(shop.shop_id, FIRST)
    job.run_import(first, 60)
    assert turns.enter(stored_import(first), 60)
    work(first)
    second = world.leave(shop.shop_id, SECOND, "b.yaml")
    for _ in range(Import.MAX_ATTEMPTS + 1):
        job.run_import(second, 60)
    assert [stored_import(one).status for one in (first, second)] == ["done", "queued"]
    time.forward(66)
    work(second)
    assert stored_import(second).status == "done"


@pytest.mark.usefixtures("small_chunks")
def test_of_two_workers_with_the_last_chunk_one_finishes(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, price_list(good(1), good(2)))
    job.run_import(import_id, 60)
    with meanwhile("TransactWriteItems", lambda: chunk_job.apply_chunk(import_id, 0, 60, last=False)):
        chunk_job.apply_chunk(import_id, 0, 60, last=False)
    world.pump()
    assert (stored_import(import_id).status, stored_import(import_id).counts["written"]) == ("done", 2)
    assert len(world.mails()) == 1


@pytest.mark.usefixtures("small_chunks")
def test_an_import_without_progress_is_given_up_in_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Clock(monkeypatch)
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, FIRST)
    for _ in range(Import.MAX_ATTEMPTS + 2):
        job.run_import(import_id, 60)
        time.forward(400)
    report = shop.imported(import_id)
    assert (report["status"], report["errors"][0]["code"], report["counts"]["written"]) == ("failed", "chunk_failed", 0)


@pytest.mark.usefixtures("small_chunks")
def test_a_newer_file_that_cannot_be_read_stops_nothing(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    older = world.leave(shop.shop_id, FIRST)
    job.run_import(older, 60)
    broken = world.leave(shop.shop_id, {"goods": 5}, "b.yaml")
    job.run_import(broken, 60)
    work(older)
    assert [stored_import(one).status for one in (older, broken)] == ["done", "failed"]


@pytest.mark.usefixtures("small_chunks")
def test_a_shop_that_is_switched_off_in_the_middle_gets_its_goods(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, FIRST)
    job.run_import(import_id, 60)
    assert shop.post("/partner/state", {"state": "off"}).status == 200
    work(import_id)
    assert (stored_import(import_id).status, len(catalogue(shop.shop_id))) == ("done", 4)
    assert world.call("GET", "/products").body == []


@pytest.mark.usefixtures("small_chunks")
def test_a_worker_that_wakes_up_after_its_turn_makes_the_next_list_look_at_everything(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Clock(monkeypatch)
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, FIRST)
    job.run_import(import_id, 60)
    monkeypatch.setattr(chunks.offers, "write_chunk", _slow(time, chunks.offers.write_chunk))
    chunk_job.apply_chunk(import_id, 0, 60, last=False)
    chunk_job.apply_chunk(import_id, 1, 60, last=False)
    assert stored_import(import_id).status == "done"
    assert Shop.get(*Shop.key(shop.shop_id)).snapshot is None


@pytest.mark.parametrize("source", ["snapshot", "lists"])
def test_a_list_is_planned_from_the_snapshot_or_the_lists_and_sees_what_was_sold(world: World, source: str) -> None:
    shop = world.importing_shop("shop@a.example", good(1), good(2))
    key = Shop.get(*Shop.key(shop.shop_id)).snapshot
    assert key
    if source == "lists":
        aws.client("s3").delete_object(Bucket="retail-orders-test-files", Key=key)
    assert sell(shop, "2")
    import_id = world.drop(shop.shop_id, price_list(good(1), good(2)))
    assert {n: c for n, c in shop.imported(import_id)["counts"].items() if c and n != "read" and n != "ok"} == {
        **{"changed": 1, "unchanged": 1, "planned": 1, "written": 1}
    }
    assert (shop.offer(2).quantity, shop.offer(2).sold, shop.offer(2).sold_key) == (10, False, None)


def test_a_snapshot_that_is_gone_is_made_again_from_the_lists(world: World) -> None:
    shop = world.importing_shop("shop@a.example", good(1), good(2))
    key = Shop.get(*Shop.key(shop.shop_id)).snapshot
    aws.client("s3").delete_object(Bucket="retail-orders-test-files", Key=key)
    import_id = world.drop(shop.shop_id, price_list(good(1), good(2, price=5)))
    assert shop.imported(import_id)["counts"]["changed"] == 1


def _slow(time: Clock, write: Any) -> Any:
    def write_late(*arguments: Any, **more: Any) -> Any:
        done = write(*arguments, **more)
        time.forward(100)
        return done

    return write_late


def _still() -> Clock:
    with pytest.MonkeyPatch.context() as patch:
        return Clock(patch)


def test_the_queue_gives_a_chunk_up_when_the_job_does() -> None:
    from chalicelib.handlers.jobs import MAX_RECEIVES
    from infra.template import load_template

    policy = load_template()["Resources"]["Chunks"]["Properties"]["RedrivePolicy"]
    assert policy["maxReceiveCount"] == MAX_RECEIVES
