"""Imports end right whatever dies, comes twice or comes late: every write in turn, and sequences nobody thought of.

By day a worker dies before the first write of each kind; with ``NIGHTLY=1`` it dies before every write, and many more
sequences are tried.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pynamodb.exceptions import UpdateError

from chalicelib import aws, clock
from chalicelib.ids import new_id
from chalicelib.models.base import connection
from chalicelib.models.catalogue import Offer, Shop, shop_shard
from chalicelib.pricelists import chunking, chunks, finishing, running, turns
from tests.integration.calls import Died, meanwhile
from tests.integration.world import Person, World, good, price_list, stored_import

WRITES = {
    *("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"),
    *("PutObject", "DeleteObject", "SendMessage", "SendMessageBatch"),
}
CLEAN = frozenset({"done", "unchanged", "superseded"})
NIGHTLY = os.environ.get("NIGHTLY", "") not in {"", "0"}


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunking, "AT_ONCE", 0)
    monkeypatch.setattr(chunks, "CHUNK", 2)


@contextmanager
def dying_before_write(number: int | None) -> Iterator[list[str]]:
    """Kill the worker before write ``number`` to DynamoDB, S3 or SQS; yields the kinds of the writes that were made."""
    made: list[str] = []

    def hook(model: Any, params: dict[str, Any], **_: Any) -> None:
        if model.name in WRITES:
            if number is not None and len(made) >= number:
                raise Died
            made.append(kind_of_write(model.name, params))

    clients = [connection().client, aws.client("s3"), aws.client("sqs")]
    for client in clients:
        client.meta.events.register("before-call", hook)
    try:
        yield made
    finally:
        for client in clients:
            client.meta.events.unregister("before-call", hook)


def kind_of_write(operation: str, params: dict[str, Any]) -> str:
    """What a write does to what: the operation with its table, kind of item and expressions, object or queue.

    Two writes of one kind differ in ids and values only.
    """
    if operation.endswith("Object"):
        return f"{operation} {re.sub('[0-9]+', '#', params['url_path'])}"
    body = json.loads(params["body"])
    if "QueueUrl" in body:
        return f"{operation} {body['QueueUrl']}"
    if "RequestItems" in body:
        return " ".join([operation, *sorted(body["RequestItems"])])
    items = [one for item in body["TransactItems"] for one in item.values()] if "TransactItems" in body else [body]
    return " ".join([operation, *map(_effect, items)])


def _effect(write: dict[str, Any]) -> str:
    key = write.get("Key") or write["Item"]
    kind = "/".join(re.sub("[0-9]+", "#", key[name]["S"]) for name in ("pk", "sk"))
    names = write.get("ExpressionAttributeNames", {})
    expressions = [write.get(f"{one}Expression", "") for one in ("Update", "Condition")]
    said = [re.sub(r"#\d+", lambda found: names[found[0]], one) for one in expressions]
    return " ".join([write["TableName"], kind, *said])


def deaths(made: list[str]) -> list[int]:
    """Before which writes a worker is to die: by day the first of each kind, at night all."""
    return [number for number, kind in enumerate(made) if NIGHTLY or kind not in made[:number]]


class Clock:
    """Time that only goes on when a test says so, on top of the real one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        real = clock.now
        monkeypatch.setattr(clock, "now", lambda: self._now(real()))

    def _now(self, moment: datetime) -> datetime:
        return moment + self.ahead

    def forward(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)


def work(import_id: int) -> None:
    """All that the queues would bring for an import, once."""
    running.run_import(import_id, 60)
    plan = stored_import(import_id).plan or {"chunks": 0}
    for number in reversed(range(plan["chunks"])):
        running.apply_chunk(import_id, number, 60, last=False)


def settle(imports: list[int], time: Clock) -> None:
    """Bring what is overdue, in rounds as the sweeper would, until every import has ended."""
    for _ in range(12):
        left = [one for one in imports if stored_import(one).status not in finishing.FINAL]
        if not left:
            return
        time.forward(400)
        for import_id in left:
            work(import_id)
    raise AssertionError([stored_import(one).status for one in imports])


def catalogue(shop_id: int) -> dict[str, tuple[Any, ...]]:
    found = Offer.by_shop.query(shop_shard(shop_id, 0))
    offers = [Offer.get(item.pk, item.sk) for item in found]
    return {o.ext_id: (o.name, o.price, o.quantity, o.listed, o.sold, o.digest, o.sold_key) for o in offers}


FIRST = price_list(good(1), good(2), good(3), good(4))
SECOND = price_list(good(1), good(2, price=9), good(5), good(6, price=7))


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


@pytest.mark.usefixtures("small_chunks")
def test_a_chunk_that_comes_twice_leaves_a_sale_between_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, price_list(good(1), good(2)))
    running.run_import(import_id, 60)
    with pytest.raises(Died), dying_before_write(3):  # entered, started, written, but not counted
        running.apply_chunk(import_id, 0, 60, last=False)
    assert sell(shop, "1")
    running.apply_chunk(import_id, 0, 60, last=False)
    assert (stored_import(import_id).status, shop.offer(1).quantity, shop.offer(1).sold) == ("done", 9, True)


@pytest.mark.usefixtures("small_chunks")
def test_a_chunk_that_fails_for_ever_fails_the_import_and_the_next_one_repairs_it(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, FIRST)
    running.run_import(import_id, 60)
    running.apply_chunk(import_id, 1, 60, last=False)
    aws.client("s3").delete_object(
        Bucket="retail-orders-test-files", Key=f"{stored_import(import_id).plan['where']}/0.json.gz"
    )
    for last in (False, True):
        with pytest.raises(Exception, match="NoSuchKey"):
            running.apply_chunk(import_id, 0, 60, last=last)
    report = shop.imported(import_id)
    assert (report["status"], report["counts"]["written"], report["errors"][0]["code"]) == ("failed", 2, "chunk_failed")
    running.apply_chunk(import_id, 0, 60, last=True)
    settle([world.leave(shop.shop_id, FIRST)], _still())
    assert {name: one[3] for name, one in catalogue(shop.shop_id).items()} == dict.fromkeys("1234", True)


@pytest.mark.usefixtures("small_chunks")
def test_a_newer_file_stops_an_older_one_between_its_chunks(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    older, newer = world.leave(shop.shop_id, FIRST), world.leave(shop.shop_id, SECOND, "b.yaml")
    running.run_import(older, 60)
    running.apply_chunk(older, 0, 60, last=False)
    work(newer)
    assert [stored_import(one).status for one in (older, newer)] == ["superseded", "done"]
    running.apply_chunk(older, 1, 60, last=True)
    assert {name for name, one in catalogue(shop.shop_id).items() if one[3]} == {"1", "2", "5", "6"}


@pytest.mark.usefixtures("small_chunks")
def test_while_a_newer_file_waits_no_further_chunk_of_the_older_begins(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    older, newer = world.leave(shop.shop_id, FIRST), world.leave(shop.shop_id, SECOND, "b.yaml")
    running.run_import(older, 60)
    at_work = turns.enter(stored_import(older), 60) or ""
    running.run_import(newer, 60)
    assert stored_import(newer).status == "queued"
    running.apply_chunk(older, 0, 60, last=False)
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
    running.run_import(older, 60)
    turn = turns.current(shop.shop_id)
    assert turn is not None
    turns.ask_to_end(turn, "9999")
    running.apply_chunk(older, 0, 60, last=False)
    settle([older], time)
    assert (stored_import(older).status, len(catalogue(shop.shop_id))) == ("done", 4)


@pytest.mark.usefixtures("small_chunks")
def test_the_next_import_waits_for_the_time_of_a_worker_that_was_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    time = Clock(monkeypatch)
    shop = world.person("shop@a.example", "shop")
    first = world.leave(shop.shop_id, FIRST)
    running.run_import(first, 60)
    assert turns.enter(stored_import(first), 60)
    work(first)
    second = world.leave(shop.shop_id, SECOND, "b.yaml")
    for _ in range(running.MAX_ATTEMPTS + 1):
        running.run_import(second, 60)
    assert [stored_import(one).status for one in (first, second)] == ["done", "queued"]
    time.forward(66)
    work(second)
    assert stored_import(second).status == "done"


@pytest.mark.usefixtures("small_chunks")
def test_of_two_workers_with_the_last_chunk_one_finishes(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, price_list(good(1), good(2)))
    running.run_import(import_id, 60)
    with meanwhile("TransactWriteItems", lambda: running.apply_chunk(import_id, 0, 60, last=False)):
        running.apply_chunk(import_id, 0, 60, last=False)
    world.pump()
    assert (stored_import(import_id).status, stored_import(import_id).counts["written"]) == ("done", 2)
    assert len(world.mails()) == 1


@pytest.mark.usefixtures("small_chunks")
def test_an_import_without_progress_is_given_up_in_the_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    time = Clock(monkeypatch)
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, FIRST)
    for _ in range(running.MAX_ATTEMPTS + 2):
        running.run_import(import_id, 60)
        time.forward(400)
    report = shop.imported(import_id)
    assert (report["status"], report["errors"][0]["code"], report["counts"]["written"]) == ("failed", "chunk_failed", 0)


@pytest.mark.usefixtures("small_chunks")
def test_a_newer_file_that_cannot_be_read_stops_nothing(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    older = world.leave(shop.shop_id, FIRST)
    running.run_import(older, 60)
    broken = world.leave(shop.shop_id, {"goods": 5}, "b.yaml")
    running.run_import(broken, 60)
    work(older)
    assert [stored_import(one).status for one in (older, broken)] == ["done", "failed"]


@pytest.mark.usefixtures("small_chunks")
def test_a_shop_that_is_switched_off_in_the_middle_gets_its_goods(world: World) -> None:
    shop = world.person("shop@a.example", "shop")
    import_id = world.leave(shop.shop_id, FIRST)
    running.run_import(import_id, 60)
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
    running.run_import(import_id, 60)
    monkeypatch.setattr(chunking.applying, "write_chunk", _slow(time, chunking.applying.write_chunk))
    running.apply_chunk(import_id, 0, 60, last=False)
    running.apply_chunk(import_id, 1, 60, last=False)
    assert stored_import(import_id).status == "done"
    assert Shop.get(*Shop.key(shop.shop_id)).snapshot is None


def test_a_list_is_planned_from_the_snapshot_and_sees_what_was_sold(world: World) -> None:
    shop = world.importing_shop("shop@a.example", good(1), good(2))
    assert Shop.get(*Shop.key(shop.shop_id)).snapshot
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


def sell(shop: Person, ext_id: str) -> bool:
    """A sale of one piece as an order makes it; False where there is nothing to sell."""
    try:
        Offer.at(shop.sells(ext_id)).update(
            actions=[Offer.quantity.set(Offer.quantity - 1), *Offer.sale_actions(shop.shop_id)],
            condition=(Offer.quantity >= 1) & (Offer.listed == True),  # noqa: E712 - a condition
        )
    except UpdateError:
        return False
    return True


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
                running.run_import(import_id, 60)
            elif _may_be_in_the_queue(import_id, step[2]):
                running.apply_chunk(import_id, step[2], 60, last=False)
        except Died:
            pass


def _may_be_in_the_queue(import_id: int, chunk: int) -> bool:
    """Whether a message of this chunk may have been sent: only where everything that it needs had been stored."""
    plan = stored_import(import_id).plan or {"chunks": 0}
    if chunk >= plan["chunks"]:
        return False
    places = f"{plan['where']}/places"
    return bool(aws.client("s3").list_objects_v2(Bucket="retail-orders-test-files", Prefix=places)["KeyCount"])


def test_the_queue_gives_a_chunk_up_when_the_job_does() -> None:
    from chalicelib.handlers.jobs import MAX_RECEIVES
    from infra.template import load_template

    policy = load_template()["Resources"]["Chunks"]["Properties"]["RedrivePolicy"]
    assert policy["maxReceiveCount"] == MAX_RECEIVES
