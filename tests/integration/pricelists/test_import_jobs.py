"""An import as a job: one at a time for a shop, taken up again after its worker died, with its progress reported."""

from typing import Any

import pytest

from chalicelib.models.imports import Import, Turn
from chalicelib.pricelists import progress, states
from chalicelib.pricelists.applying import chunks
from chalicelib.pricelists.planning import compare, plan_files
from tests.integration.calls import Died, dying_after, meanwhile, watched
from tests.integration.clock import later
from tests.integration.pricelists.pipeline import catalogue
from tests.integration.world import Person, World, good, price_list, stored_import

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("shop@a.example", "shop")


def listed(world: World) -> set[str]:
    return {offer["model"] for offer in world.call("GET", "/products").body}


def announce(world: World, shop: Person, content: Any, name: str = "list.yaml") -> int:
    """Register a file without letting its import run."""
    return world.leave(shop.shop_id, content, name)


def test_a_second_import_of_a_shop_waits_for_the_first(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[int, int]] = []
    first = announce(world, shop, price_list(good(1)))
    second = announce(world, shop, price_list(good(2)))
    monkeypatch.setattr("chalicelib.pricelists.records.enqueue", lambda i, *, delay=0: sent.append((i, delay)))
    with meanwhile("BatchWriteItem", lambda: world.run_import(second)):
        world.run_import(first)
    assert sent == [(second, 5)]
    assert [shop.imported(each)["status"] for each in (first, second)] == ["done", "queued"]
    world.run_import(second)
    assert shop.imported(second)["status"] == "done"


def test_imports_of_different_shops_do_not_wait_for_each_other(world: World, shop: Person) -> None:
    other = world.person("other@a.example", "shop")
    first = announce(world, shop, price_list(good(1)))
    second = announce(world, other, price_list(good(2)))
    with meanwhile("BatchWriteItem", lambda: world.run_import(second)):
        world.run_import(first)
    assert (shop.imported(first)["status"], other.imported(second)["status"]) == ("done", "done")


def die() -> None:
    raise Died


def stored_turn(shop: Person) -> Turn:
    key = Turn.at(shop.shop_id)
    return Turn.get(key.pk, key.sk, consistent_read=True)


def test_the_turn_of_a_dead_worker_ends(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    first = announce(world, shop, price_list(good(1)))
    second = announce(world, shop, price_list(good(2)))
    with pytest.raises(Died), meanwhile("BatchWriteItem", die):
        world.run_import(first)
    stored_turn(shop).update(actions=[Turn.workers.add({"one that died"})])
    world.run_import(second)
    assert [shop.imported(each)["status"] for each in (first, second)] == ["running", "queued"]
    later(monkeypatch, 66)
    world.run_import(second)
    assert [shop.imported(each)["status"] for each in (first, second)] == ["superseded", "done"]
    assert listed(world) == {"m/2"}


def test_the_turn_is_given_back(world: World, shop: Person) -> None:
    world.drop(shop.shop_id, price_list(good(1)))
    turn = stored_turn(shop)
    assert (turn.finished, turn.workers) == (True, None)


FIRST = price_list(good(1), good(2), good(3), good(4))


SECOND = price_list(good(1), good(2, price=9), good(5), good(6, category=2)) | {
    "categories": [{"id": 1, "name": "Смартфоны"}, {"id": 2, "name": "Чехлы"}]
}


def interrupted(world: World, monkeypatch: pytest.MonkeyPatch, calls: int) -> tuple[Any, ...]:
    """Return what becomes of an import that dies after ``calls`` calls and is resumed when its lease has ended."""
    shop = world.person(f"shop{calls}@a.example", "shop")
    world.drop(shop.shop_id, FIRST)
    import_id = announce(world, shop, SECOND)
    before = len(world.mails())
    with pytest.raises(Died), dying_after(calls):
        world.run_import(import_id)
    with monkeypatch.context() as patch:
        later(patch, 300)
        world.run_import(import_id)
    world.pump()
    return catalogue(shop.shop_id), shop.imported(import_id)["status"] in states.FINAL, len(world.mails()) - before


@pytest.mark.slow
def test_a_worker_may_die_before_every_write_of_an_import(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    undisturbed = world.person("undisturbed@a.example", "shop")
    world.drop(undisturbed.shop_id, FIRST)
    import_id = announce(world, undisturbed, SECOND)
    with watched() as calls:
        world.run_import(import_id)
    world.pump()
    expected = (catalogue(undisturbed.shop_id), True, 1)
    before_writes = [made for made, call in enumerate(calls) if call.operation in WRITES]
    outcomes = [interrupted(world, monkeypatch, made) for made in before_writes]
    assert outcomes == [expected] * len(before_writes)
    assert (len(expected[0]), len(before_writes)) == (6, 17)


def test_an_import_that_was_finished_in_between_is_not_started_again(world: World, shop: Person) -> None:
    import_id = announce(world, shop, price_list(good(1)))
    with meanwhile("UpdateItem", lambda: world.run_import(import_id), table="jobs"):
        world.run_import(import_id)
    world.pump()
    assert shop.imported(import_id)["status"] == "done"
    assert stored_import(import_id).due_key is None
    assert len(world.mails()) == 1


@pytest.mark.parametrize("status", ["queued", "fetching", "running"])
def test_an_import_that_has_begun_ends_in_whatever_status_it_was_left(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    import_id = announce(world, shop, price_list(good(1)))
    with monkeypatch.context() as unfinished:
        unfinished.setattr(chunks, "finish_applied", lambda *_: False)
        world.run_import(import_id)
    record = Import.at(import_id).require()
    assert record.begun
    # Older releases left this status where two workers planned the import at once.
    record.update(actions=[Import.status.set(status)])
    world.run_import(import_id)
    assert shop.imported(import_id)["status"] == "done"
    assert stored_turn(shop).finished


def test_an_import_that_dies_every_time_is_given_up_with_a_report(world: World, shop: Person) -> None:
    import_id = announce(world, shop, price_list(good(1)))
    stored_import(import_id).update(actions=[Import.attempts.set(Import.MAX_ATTEMPTS)])
    world.run_import(import_id)
    world.pump()
    record = shop.imported(import_id)
    assert (record["status"], record["errors"][0]["code"]) == ("failed", "gave_up")
    assert set(world.mails()[-1]["to"]) == {shop.email}


def test_a_message_about_an_unknown_import_is_dropped(world: World) -> None:
    world.run_import(5)
    assert world.mails() == []


def test_progress_is_reported_while_an_import_runs(world: World, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(chunks, "AT_ONCE", 0)
    monkeypatch.setattr(plan_files, "CHUNK", 2)
    import_id = announce(world, shop, price_list(good(1), good(2), good(3)))
    with meanwhile("BatchWriteItem", lambda: seen.append(shop.imported(import_id)), times=2):
        world.pump()
    told = [(each["status"], each["counts"]["written"], each["counts"]["planned"]) for each in seen]
    assert told == [("running", 0, 3), ("running", 2, 3)]
    assert shop.imported(import_id)["counts"] | {"created": 3, "written": 3} == shop.imported(import_id)["counts"]


def test_rows_read_are_reported_while_an_import_is_planned(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []
    report = progress.ReadCounter.report

    def reported(counter: progress.ReadCounter, goods: int) -> None:
        report(counter, goods)
        seen.append((shop.imported(import_id)["status"], shop.imported(import_id)["counts"]))

    monkeypatch.setattr(progress, "_EVERY", 0)
    monkeypatch.setattr(compare, "REPORT_EVERY", 1)
    monkeypatch.setattr(progress.ReadCounter, "report", reported)
    import_id = announce(world, shop, price_list(good(1), good(2)))
    world.run_import(import_id)
    assert seen == [("running", {"read": 1}), ("running", {"read": 2})]
    assert shop.imported(import_id)["counts"]["created"] == 2


@pytest.mark.parametrize("known", [{"status": "done"}, {"begun": True}, {"approved": True}, {"status": "needs_review"}])
def test_rows_read_are_not_reported_for_an_import_that_is_further_on(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch, known: dict[str, Any]
) -> None:
    monkeypatch.setattr(progress, "_EVERY", 0)
    record = stored_import(announce(world, shop, price_list(good(1))))
    for name, value in {"status": "running", "counts": {"read": 9, "created": 9}, **known}.items():
        setattr(record, name, value)
    record.save()
    progress.ReadCounter(record.import_id).report(5)
    assert stored_import(record.import_id).serialize() == record.serialize()
