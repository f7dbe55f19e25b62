"""The index follows the tables: by messages at once, and by the sweeper if they were lost."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib import aws, clock
from chalicelib.catalogue import shops
from chalicelib.catalogue.identity import category_id
from chalicelib.catalogue.search import index_job, levels
from chalicelib.catalogue.search.embedded import generations
from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.catalogue.search.engine import Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.freshness import look
from chalicelib.models.catalogue import Shop
from chalicelib.models.search import SearchTurn
from chalicelib.settings import settings
from tests.integration.calls import meanwhile
from tests.integration.catalogue.search.engines import models
from tests.integration.catalogue.search.index_world import NOTHING, at, embedded_engine, messages, swept
from tests.integration.world import Person, World, good, price_list

OLD, NEW = "Телефоны", "Смартфоны"


@pytest.fixture(autouse=True, scope="module")
def _embedded() -> Iterator[None]:
    with embedded_engine():
        yield


@pytest.fixture
def north(world: World) -> Person:
    return world.importing_shop("north@shops.example", good(1), good(2))


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path / "index")


def found(reader: Reader, **wanted: Any) -> list[str]:
    return sorted(models(reader.engine(), OfferFilter(**wanted), Sort.PRICE))


def test_what_an_import_wrote_is_found_when_its_queue_is_empty(world: World, north: Person, reader: Reader) -> None:
    assert found(reader) == ["m/1", "m/2"]
    world.drop(north.shop_id, price_list(good(2), good(3)))
    assert found(reader) == ["m/2", "m/3"]


def test_nobody_is_notified_and_nothing_built_where_the_tables_are_searched(
    world: World, admin: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    with embedded_engine(SEARCH_ENGINE="tables"):
        shop = world.importing_shop("north@shops.example", good(1))
        admin.post(f"/admin/shops/{shop.shop_id}/state", {"state": "off"})
        swept(monkeypatch)
        assert messages() == []
        assert index_job.bring_up([NOTHING], 60) is False
        assert generations.present() is None


CHANGES: dict[str, Callable[[Person, Person], Any]] = {
    "closed by its owner": lambda shop, _: shop.post("/partner/state", {"state": "off"}),
    "closed by an administrator": lambda shop, admin: admin.post(
        f"/admin/shops/{shop.shop_id}/state", {"state": "off", "reason": "x"}
    ),
    "blocked": lambda shop, admin: admin.post(f"/admin/users/{shop.user_id}/block", {"reason": "x"}),
}


@pytest.mark.parametrize("how", CHANGES)
def test_a_shop_that_closes_or_opens_is_named_to_the_builder(
    world: World, admin: Person, north: Person, reader: Reader, how: str
) -> None:
    assert CHANGES[how](north, admin).status == 200
    assert messages() == [{"shops": [north.shop_id]}]
    index_job.bring_up([NOTHING], 60)
    assert found(reader) == []
    if how == "blocked":
        admin.post(f"/admin/users/{north.user_id}/unblock")
    else:
        admin.post(f"/admin/shops/{north.shop_id}/state", {"state": "on"})
    assert messages() == [{"shops": [north.shop_id]}]
    index_job.bring_up([NOTHING], 60)
    assert found(reader) == ["m/1", "m/2"]


def test_a_shop_whose_time_has_come_is_found_again(
    world: World, north: Person, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    shops.set_accepting(north.shop_id, accepting=False, until=clock.after(100))
    world.pump()
    assert found(reader) == []
    swept(monkeypatch, 100)
    world.pump()
    assert found(reader) == ["m/1", "m/2"]


def test_goods_of_a_merged_category_are_found_in_the_other_one(
    world: World, admin: Person, north: Person, reader: Reader
) -> None:
    south = world.importing_shop("south@shops.example", good(7))
    old = world.person("old@shops.example", "shop")
    world.drop(old.shop_id, price_list(good(8), category=OLD))
    assert found(reader, category_id=category_id(OLD)) == ["m/8"]
    revision = Shop.at(old.shop_id).require().revision
    admin.post(f"/admin/categories/{category_id(OLD)}/merge", {"into": category_id(NEW)})
    world.pump()
    assert found(reader, category_id=category_id(NEW)) == ["m/1", "m/2", "m/7", "m/8"]
    assert found(reader, category_id=category_id(OLD)) == []
    # A plan of the shop that is under way stays good.
    assert Shop.at(old.shop_id).require().revision == revision
    assert Shop.at(south.shop_id).require().search_mark is None


def test_goods_of_a_renamed_category_are_found_by_its_new_name(
    world: World, admin: Person, north: Person, reader: Reader
) -> None:
    assert found(reader, words="трубки") == []
    assert admin.post(f"/admin/categories/{category_id(NEW)}/rename", {"name": "Трубки"}).status == 200
    assert messages() == [{"shops": [north.shop_id], "again": True}]
    index_job.bring_up([json.dumps({"shops": [north.shop_id], "again": True})], 60)
    assert found(reader, words="трубки") == ["m/1", "m/2"]


def test_no_import_and_no_call_fails_because_the_queue_cannot_be_reached(
    world: World, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = world.person("north@shops.example", "shop")
    real = aws.enqueue

    def enqueue(queue: str, body: str, *, delay: int = 0) -> None:
        if queue == settings().search_queue:
            raise EndpointConnectionError(endpoint_url="x")
        real(queue, body, delay=delay)

    with monkeypatch.context() as patch:
        patch.setattr(aws, "enqueue", enqueue)
        import_id = world.drop(shop.shop_id, price_list(good(1)))
        assert shop.imported(import_id)["status"] == "done"
        assert shop.post("/partner/state", {"state": "on"}).status == 200
    assert generations.present() is None
    assert swept(monkeypatch) == 1
    world.pump()
    assert found(reader) == ["m/1"]
    assert swept(monkeypatch) == 0


def test_the_sweeper_measures_how_long_a_change_has_not_been_found(
    world: World, north: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert look().waiting == 0
    world.drop(north.shop_id, price_list(good(3)))
    generations.SearchPointer.at(1).delete()
    measured: list[Any] = []
    monkeypatch.setattr("chalicelib.catalogue.search.watching.measure", lambda *about: measured.append(about))
    swept(monkeypatch, 2_000)
    [(name, seconds, unit, stage)] = measured
    assert (name, unit, stage) == ("SearchLag", "Seconds", "test")
    assert 2_000 <= seconds <= 2_700


def test_what_the_lists_may_not_have_shown_yet_is_read_again_but_is_not_late(
    world: World, north: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "is_settled", lambda _: False)
    world.drop(north.shop_id, price_list(good(3)))
    assert (look().shops, look().waiting) == ([north.shop_id], 0)
    monkeypatch.undo()
    index_job.bring_up([NOTHING], 60)
    assert look().shops == []


def test_a_worn_index_is_built_from_nothing_once_although_asked_for_twice(
    world: World, north: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = generations.present()
    assert first is not None
    assert swept(monkeypatch, 8 * 86_400) == 1
    [asked] = messages()
    assert asked == {"full": first.built}
    assert index_job.bring_up([json.dumps(asked)], 60)
    second = generations.present()
    assert second is not None
    assert second.built > first.built
    assert not {one.key for one in first.files} & {one.key for one in second.files}
    assert not index_job.bring_up([json.dumps(asked)], 60)
    assert generations.present() == second


def _cut(key: str) -> None:
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=b"{")


def _written_over(key: str) -> None:
    body = aws.client("s3").get_object(Bucket=settings().files_bucket, Key=key)["Body"].read()
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=bytes(len(body)))


def _deleted(key: str) -> None:
    aws.client("s3").delete_object(Bucket=settings().files_bucket, Key=key)


@pytest.mark.parametrize("harm", [_cut, _written_over, _deleted])
@pytest.mark.parametrize("what", ["file", "list"])
def test_what_is_harmed_in_the_bucket_is_built_again_although_no_shop_changes(
    world: World,
    north: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[[str], None],
    what: str,
) -> None:
    assert swept(monkeypatch) == 0
    present = generations.present()
    assert present is not None
    harm(key := present.key if what == "list" else present.files[0].key)
    later, listed = timedelta(minutes=2), generations._objects
    monkeypatch.setattr(
        generations,
        "_objects",
        lambda: [{**one, "LastModified": one["LastModified"] + later * (one["Key"] == key)} for one in listed()],
    )
    assert swept(monkeypatch) == 1
    # By a builder that has the files of what it built before.
    assert index_job.bring_up([json.dumps(one) for one in messages()], 60)
    assert found(Reader(tmp_path / "another")) == ["m/1", "m/2"]
    assert swept(monkeypatch) == 0


@pytest.mark.parametrize(("deleted", "segments", "worn"), [(0.2, 24, False), (0.21, 1, True), (0, 25, True)])
def test_an_index_is_worn_if_much_of_it_counts_no_more(
    world: World, north: Person, monkeypatch: pytest.MonkeyPatch, deleted: float, segments: int, worn: bool
) -> None:
    monkeypatch.setattr(generations.Generation, "segments", segments)
    present = generations.present()
    assert present is not None
    object.__setattr__(present, "deleted", deleted)
    monkeypatch.setattr(generations, "present", lambda: present)
    assert look().worn == worn


def test_who_comes_while_another_builds_asks_again_later(world: World, north: Person, reader: Reader) -> None:
    body = json.dumps({"shops": [north.shop_id], "again": True})

    def other() -> None:
        assert not index_job.bring_up([body], 60)

    with meanwhile("PutItem", other, table="catalogue"):
        assert index_job.bring_up([body], 60)
    url = aws.queue_url(settings().search_queue)
    attributes = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"
    assert SearchTurn.at().require().claimed_until is None


def test_the_turn_of_a_worker_that_died_ends_by_itself(
    world: World, north: Person, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    SearchTurn.at().update(actions=[SearchTurn.claimed_until.set(clock.stamp(clock.after(60)))])
    world.drop(north.shop_id, price_list(good(3)))
    assert found(reader) == ["m/1", "m/2"]
    at(monkeypatch, clock.after(61))
    assert index_job.bring_up([NOTHING], 60)
    assert found(reader) == ["m/3"]


def test_a_message_that_is_none_fails_alone(world: World, north: Person, reader: Reader) -> None:
    world.drop(north.shop_id, price_list(good(3)))
    generations.SearchPointer.at(1).delete()
    bodies = ["{", "[]", '{"shops": 1}', '{"shops": ["x"]}', '{"full": 1}', json.dumps({"shops": [north.shop_id]})]
    event = world.client.events.generate_sqs_event(bodies, settings().search_queue)
    for number, record in enumerate(event["Records"]):
        record["messageId"] = str(number)
    failed = world.client.lambda_.invoke("build_index", event).payload["batchItemFailures"]
    assert failed == [{"itemIdentifier": str(number)} for number in range(5)]
    assert found(reader) == ["m/3"]


def test_a_build_that_fails_fails_all_its_messages(
    world: World, north: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "publish", lambda *_: None)
    event = world.client.events.generate_sqs_event([json.dumps({"shops": [north.shop_id], "again": True})] * 2, "s")
    assert len(world.client.lambda_.invoke("build_index", event).payload["batchItemFailures"]) == 2
    assert SearchTurn.at().require().claimed_until is None
