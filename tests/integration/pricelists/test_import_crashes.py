"""Imports end right whatever dies, comes twice or comes late: every write in turn, and sequences nobody thought of.

By day a worker dies before the first write of each kind; with ``NIGHTLY=1`` it dies before every write, and many more
sequences are tried.
"""

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import aws
from chalicelib.ids import new_id
from chalicelib.pricelists import chunk_job, job
from tests.integration.calls import Died
from tests.integration.pricelists.pipeline import (
    FIRST,
    NIGHTLY,
    SECOND,
    WRITES,
    Clock,
    catalogue,
    deaths,
    dying_before_write,
    sell,
    settle,
    work,
)
from tests.integration.world import Person, World, good, price_list, stored_import

CLEAN = frozenset({"done", "unchanged", "superseded"})


@pytest.mark.slow
@pytest.mark.usefixtures("small_chunks")
def test_workers_may_die_before_every_write_of_a_pipeline(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Clock(monkeypatch)

    def brought(death: int | None) -> tuple[Any, list[str], str, int]:
        shop = world.person(f"shop{death}@a.example", "shop")
        settle([world.leave(shop.shop_id, FIRST)], time)
        import_id = world.leave(shop.shop_id, SECOND)
        with dying_before_write(death) as made:
            try:
                work(import_id)
            except Died:
                assert death is not None
        settle([import_id], time)
        again = world.leave(shop.shop_id, SECOND)
        settle([again], time)
        assert stored_import(again).status == "unchanged"
        record = stored_import(import_id)
        return catalogue(shop.shop_id), made, record.status, record.counts["written"]

    expected, made, status, written = brought(None)
    assert (len(expected), status, written) == (6, "done", 5)
    operations = {kind.split()[0] for kind in made}
    assert operations == WRITES - {"DeleteItem", "SendMessage"}
    for death in deaths(made):
        assert brought(death)[0::2] == (expected, "done"), (death, made[death])


CHANGES = {
    "mode": "merge",
    "goods": [{"id": 1, "price": 5}, {"id": 2, "quantity": 7}, {"id": 3, "name": "Новое", "category": "Чай"}],
}


@pytest.mark.slow
@pytest.mark.usefixtures("small_chunks")
def test_workers_may_die_before_every_write_of_a_list_that_merges(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Clock(monkeypatch)

    def brought(death: int | None) -> tuple[Any, list[str]]:
        shop = world.person(f"shop{death}@a.example", "shop")
        settle([world.leave(shop.shop_id, FIRST)], time)
        assert sell(shop, "1")
        import_id = world.leave(shop.shop_id, CHANGES)
        with dying_before_write(death) as made:
            try:
                work(import_id)
            except Died:
                assert death is not None
        settle([import_id], time)
        again = world.leave(shop.shop_id, CHANGES)
        settle([again], time)
        assert stored_import(again).status == "unchanged"
        return {ext_id: found[:-1] for ext_id, found in catalogue(shop.shop_id).items()}, made

    expected, made = brought(None)
    assert {ext_id: found[:5] for ext_id, found in expected.items()} == {
        "1": ("Товар 1", 500, 9, True, True),
        "2": ("Товар 2", 10_000, 7, True, False),
        "3": ("Новое", 10_000, 10, True, False),
        "4": ("Товар 4", 10_000, 10, True, False),
    }
    # The other writes are those of any import, as above.
    updates = [one for one, kind in enumerate(made) if re.match("UpdateItem .*-catalogue .*list_key", kind)]
    assert len(updates) == 2
    for death in deaths(made) if NIGHTLY else updates:
        assert brought(death)[0] == expected, (death, made[death])


IDS = "123456"


LISTS = st.dictionaries(st.sampled_from(IDS), st.tuples(st.sampled_from([100, 120]), st.integers(1, 3)), min_size=1)


STEPS = st.one_of(
    st.tuples(st.just("arrive"), LISTS),
    st.tuples(st.just("run"), st.integers(0, 3), st.none() | st.integers(0, 9)),
    st.tuples(st.just("chunk"), st.integers(0, 3), st.integers(0, 2), st.none() | st.integers(0, 6)),
    st.tuples(st.just("sell"), st.sampled_from(IDS)),
    st.tuples(st.just("wait"), st.sampled_from([10, 70, 400])),
)


@pytest.mark.slow
@pytest.mark.usefixtures("small_chunks")
@settings(
    max_examples=400 if NIGHTLY else 12,
    derandomize=not NIGHTLY,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(first=LISTS, steps=st.lists(STEPS, max_size=10))
def test_whatever_happens_the_catalogue_ends_as_the_newest_list_says(
    world: World, first: dict[str, tuple[int, int]], steps: list[tuple[Any, ...]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        time = Clock(patch)
        shop = world.person(f"{new_id()}@a.example", "shop")
        lists = [first, *(step[1] for step in steps if step[0] == "arrive")]
        imports = [_leave(world, shop, first)]
        sold: list[tuple[int, str]] = []
        for step in steps:
            if step[0] == "arrive":
                imports.append(_leave(world, shop, step[1]))
            elif step[0] == "wait":
                time.forward(step[1])
            elif step[0] == "sell":
                sold += [(len(imports), step[1])] * sell(shop, step[1])
            else:
                _one_job(step, imports)
        settle(imports, time)
        newest = lists[-1]
        assert {stored_import(one).status for one in imports} <= CLEAN
        assert stored_import(imports[-1]).status != "superseded"
        since = [ext_id for arrived, ext_id in sold if arrived == len(imports)]
        for ext_id, (_, price, quantity, listed, was_sold, *_) in catalogue(shop.shop_id).items():
            assert listed == (ext_id in newest)
            if listed:
                assert price == newest[ext_id][0] * 100
                assert newest[ext_id][1] - since.count(ext_id) <= quantity <= newest[ext_id][1]
                assert was_sold or quantity == newest[ext_id][1]
        assert newest.keys() <= catalogue(shop.shop_id).keys()
        settle([_leave(world, shop, newest)], time)
        assert {name: one[2] for name, one in catalogue(shop.shop_id).items() if one[3]} == {
            ext_id: quantity for ext_id, (_, quantity) in newest.items()
        }


def _leave(world: World, shop: Person, goods: dict[str, tuple[int, int]]) -> int:
    rows = [good(ext_id, price=price, quantity=quantity) for ext_id, (price, quantity) in goods.items()]
    return world.leave(shop.shop_id, price_list(*rows), f"{new_id()}.yaml")


def _one_job(step: tuple[Any, ...], imports: list[int]) -> None:
    """One message of some import, whose worker may die of it."""
    import_id = imports[step[1] % len(imports)]
    with dying_before_write(step[-1]):
        try:
            if step[0] == "run":
                job.run_import(import_id, 60)
            elif _may_be_in_the_queue(import_id, step[2]):
                chunk_job.apply_chunk(import_id, step[2], 60, last=False)
        except Died:
            pass


def _may_be_in_the_queue(import_id: int, chunk: int) -> bool:
    """Whether a message of this chunk may have been sent: only where everything that it needs had been stored."""
    plan = stored_import(import_id).plan or {"chunks": 0}
    if chunk >= plan["chunks"]:
        return False
    places = f"{plan['where']}/places"
    return bool(aws.client("s3").list_objects_v2(Bucket="retail-orders-test-files", Prefix=places)["KeyCount"])
