"""Whose turn it is: when a newer file may end an older import in the middle, and when it has to wait."""

import pytest

from chalicelib.models.imports import Import, Turn
from chalicelib.pricelists import chunk_job, job, succession, turns
from chalicelib.pricelists.applying import chunks
from chalicelib.pricelists.planning import plan_files
from tests.integration.world import Person, World, good, price_list, stored_import

OLD = [good(number) for number in range(1, 13)]
OLDER = price_list(*(good(number, price=110) for number in range(1, 13)))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "AT_ONCE", 0)
    monkeypatch.setattr(plan_files, "CHUNK", 4)


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", *OLD)


@pytest.fixture
def older(world: World, shop: Person) -> int:
    """An import of which one chunk of three has been applied."""
    import_id = world.leave(shop.shop_id, OLDER, "older.yaml")
    job.run_import(import_id, 60)
    chunk_job.apply_chunk(import_id, 0, 60, last=False)
    assert prices(shop) == [110] * 4 + [100] * 8
    return import_id


def prices(shop: Person) -> list[int]:
    """What the goods on sale cost, in the order of their numbers."""
    found = shop.world.call("GET", "/products").body
    return [offer["price"] for offer in sorted(found, key=lambda offer: int(offer["model"].partition("/")[2]))]


def statuses(*imports: int) -> list[str]:
    return [stored_import(one).status for one in imports]


def rest_of(import_id: int) -> None:
    for number in (1, 2):
        chunk_job.apply_chunk(import_id, number, 60, last=False)


@pytest.mark.parametrize(
    ("content", "ends"),
    [
        (price_list(*(good(number, price="дорого") for number in range(1, 13))), "failed"),
        (price_list(*OLD[:4]), "needs_review"),
        (price_list(*(good(number, price=900) for number in range(1, 13))), "needs_review"),
    ],
    ids=["no good row", "goods vanish", "prices move"],
)
def test_a_newer_file_that_would_not_go_through_lets_the_older_import_end_its_work(
    world: World, shop: Person, older: int, content: object, ends: str
) -> None:
    newer = world.leave(shop.shop_id, content, "newer.yaml")
    job.run_import(newer, 60)
    assert statuses(older, newer) == ["running", "queued"]
    rest_of(older)
    job.run_import(newer, 60)
    assert (statuses(older, newer), prices(shop)) == (["done", ends], [110] * 12)


def test_a_newer_file_is_tried_once_against_an_import_at_work(
    world: World, shop: Person, older: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = world.leave(shop.shop_id, price_list(*OLD[:4]), "newer.yaml")
    job.run_import(newer, 60)
    monkeypatch.setattr(succession.prepare, "may_supersede", None)
    job.run_import(newer, 60)
    assert statuses(older, newer) == ["running", "queued"]


def test_a_newer_file_is_tried_against_what_the_older_import_would_leave(world: World, shop: Person) -> None:
    moved = price_list(*(good(number, price=900) for number in range(1, 13)))
    older = world.leave(shop.shop_id, moved, "older.yaml")
    job.run_import(older, 60)
    assert shop.post(f"/partner/imports/{older}/approve").status == 200
    job.run_import(older, 60)
    chunk_job.apply_chunk(older, 0, 60, last=False)
    newer = world.leave(shop.shop_id, moved, "newer.yaml")
    job.run_import(newer, 60)
    # Against the half that is there most prices move, and nobody is asked for them a second time.
    assert statuses(older, newer) == ["superseded", "running"]
    world.pump()
    assert (statuses(newer), prices(shop)) == (["done"], [900] * 12)


def test_a_worker_that_enters_before_the_older_import_is_ended_is_waited_for(
    world: World, shop: Person, older: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = world.leave(shop.shop_id, price_list(*OLD), "newer.yaml")
    supersede, entered = succession._supersede, []

    def after_a_look(turn: Turn) -> None:
        turns.go_on(shop.shop_id)
        entered.append(turns.enter(stored_import(older), 60) or "")
        supersede(turn)

    monkeypatch.setattr(succession, "_supersede", after_a_look)
    job.run_import(newer, 60)
    assert statuses(older, newer) == ["superseded", "queued"]
    turns.leave(shop.shop_id, entered[0])
    job.run_import(newer, 60)
    assert statuses(newer) == ["running"]


def test_a_file_that_cannot_be_tried_waits(world: World, shop: Person, older: int) -> None:
    plan_files.delete_snapshot(stored_import(older).plan["snapshot"])
    newer = world.leave(shop.shop_id, price_list(*OLD), "newer.yaml")
    job.run_import(newer, 60)
    assert statuses(older, newer) == ["running", "queued"]


def test_what_passed_against_one_import_is_guarded_after_another(world: World, shop: Person, older: int) -> None:
    newer = world.leave(shop.shop_id, price_list(*OLD), "newer.yaml")
    at_work = turns.enter(stored_import(older), 60) or ""
    job.run_import(newer, 60)
    turns.leave(shop.shop_id, at_work)
    assert (statuses(newer), stored_import(newer).may_supersede) == (["queued"], True)
    turns.go_on(shop.shop_id)
    rest_of(older)
    between = world.leave(shop.shop_id, price_list(*OLD, *(good(number) for number in range(13, 33))), "between.yaml")
    just_before = (stored_import(newer).stamp or "").replace("#", "!")
    stored_import(between).update(actions=[Import.stamp.set(just_before)])
    job.run_import(between, 60)
    for number in range(stored_import(between).plan["chunks"]):
        chunk_job.apply_chunk(between, number, 60, last=False)
    job.run_import(newer, 60)
    assert statuses(older, between, newer) == ["done", "done", "needs_review"]
