"""The index in the bucket: built from the tables, followed by readers, through deaths and races.

NIGHTLY=1: a builder dies at every call instead of every third.
"""

import itertools
import os
from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib import aws, clock
from chalicelib.catalogue.search import building, levels
from chalicelib.catalogue.search.embedded import generations
from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.catalogue.search.embedded.version import VERSION
from chalicelib.catalogue.search.engine import EngineBusy
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.models.search import SearchPointer
from chalicelib.settings import settings as service_settings
from tests.integration.calls import Died, before_all_calls, dying_after_any, meanwhile
from tests.integration.catalogue.search.engines import build, models
from tests.integration.world import Person, World, good, price_list, stock


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.catalogue.search.embedded.reader.POLL", 0)


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path / "index")


@pytest.fixture
def north(world: World) -> Person:
    return world.shop("north@shops.example", good(1), good(2))


def found(reader: Reader) -> list[str]:
    return sorted(models(reader.engine()))


def changes(shop: Person) -> None:
    """Good 1 goes and good 3 comes, as an import leaves them."""
    gone = shop.offer(1)
    gone.update(actions=[Offer.listed.set(False), Offer.list_key.set(f"0{gone.list_key[1:]}")])
    stock(shop.shop_id, price_list(good(3)))
    Shop.at(shop.shop_id).update(actions=[Shop.revision.set(f"{clock.stamp(clock.now())}#{shop.shop_id}")])


def objects() -> list[str]:
    answer = aws.client("s3").list_objects_v2(Bucket=service_settings().files_bucket, Prefix="search/")
    return [one["Key"] for one in answer.get("Contents", ())]


def test_reader_is_busy_before_the_first_generation(world: World, reader: Reader) -> None:
    with pytest.raises(EngineBusy):
        reader.engine()


def test_reader_follows_and_fetches_only_what_is_new(world: World, north: Person, reader: Reader) -> None:
    first = build()
    assert found(reader) == ["m/1", "m/2"]
    changes(north)
    second = build()
    assert first is not None
    assert second is not None
    assert {one.key for one in first.files} & {one.key for one in second.files}
    fetched: list[object] = []
    with before_all_calls(lambda: fetched.append(1)):
        reader.engine()
    new = {one.key for one in second.files} - {one.key for one in first.files}
    # The pointer twice, the list, and the new files.
    assert len(fetched) == 3 + len(new)
    assert found(reader) == ["m/2", "m/3"]


def test_nothing_is_built_where_nothing_changed(world: World, north: Person) -> None:
    first = build()
    assert build() == first
    assert build(again=[north.shop_id]) != first


def test_what_a_list_of_offers_lacks_yet_is_looked_for_again(
    world: World, north: Person, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(levels, "is_settled", lambda _: False)
    with monkeypatch.context() as lagging:
        lagging.setattr(building, "_listed", lambda _: iter(()))
        build()
    assert found(reader) == []
    build()
    assert found(reader) == ["m/1", "m/2"]


def test_sold_out_good_counts_as_in_stock_until_the_next_list(world: World, north: Person, reader: Reader) -> None:
    Offer.at(north.sells(1)).update(actions=[Offer.quantity.set(0), Offer.sold.set(True)])
    Offer.at(north.sells(2)).update(actions=[Offer.quantity.set(0)])
    build()
    assert models(reader.engine(), OfferFilter(in_stock=True)) == ["m/1"]


def test_of_two_builders_the_slower_begins_again(world: World, north: Person, reader: Reader) -> None:
    build()
    changes(north)

    def other() -> None:
        world.shop("south@shops.example", good(8, model="s/8"))
        assert build() is not None

    with meanwhile("PutItem", other, table="catalogue"):
        built = build(again=[north.shop_id])
    assert built is not None
    assert built.number == 3
    assert found(reader) == ["m/2", "m/3", "s/8"]


def test_a_builder_fetches_only_what_others_have_built_since_its_last_one(
    world: World, north: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    real = generations._download
    monkeypatch.setattr(generations, "_download", lambda one, path: (fetched.append(one.name), real(one, path)))
    build()
    build(again=[north.shop_id])
    assert fetched == ["meta.json"]
    changes(north)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("chalicelib.catalogue.search.embedded.target.own_place", lambda _: tmp_path / "another")
        other = build()
    assert other is not None
    fetched.clear()
    last = build(again=[north.shop_id])
    assert last is not None
    assert "meta.json" in fetched
    assert len(fetched) < len(other.files)
    # A process that loses keeps nothing, since its files may have the names of the winner's.
    with monkeypatch.context() as losing:
        losing.setattr(generations, "publish", lambda *_: None)
        assert build(again=[north.shop_id]) is None
    fetched.clear()
    build(again=[north.shop_id])
    assert sorted(fetched) == sorted(one.name for one in last.files)


def test_builder_that_always_loses_says_so(world: World, north: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generations, "publish", lambda *_: None)
    assert build() is None


def test_builder_may_die_at_every_call(world: World, north: Person, reader: Reader) -> None:
    build()
    changes(north)
    before = found(reader)
    for calls in range(0, 100, 1 if os.environ.get("NIGHTLY") else 3):
        try:
            with dying_after_any(calls):
                build()
        except Died:
            assert found(reader) in (before, ["m/2", "m/3"])
            continue
        break
    assert calls > 8
    assert build() == generations.present()
    assert found(reader) == ["m/2", "m/3"]


def test_reader_asks_again_for_what_has_been_cleaned_up(world: World, north: Person, reader: Reader) -> None:
    first = build()
    assert first is not None
    changes(north)

    calls = itertools.count()

    def hook() -> None:
        # The pointer and the list have been read, the files not yet.
        if next(calls) == 2:
            build(full=True)
            for key in (first.key, *(one.key for one in first.files)):
                aws.client("s3").delete_object(Bucket=service_settings().files_bucket, Key=key)

    with before_all_calls(hook):
        assert found(reader) == ["m/2", "m/3"]


def test_reader_stays_with_what_it_has_if_the_next_is_damaged(world: World, north: Person, reader: Reader) -> None:
    first = build()
    assert found(reader) == ["m/1", "m/2"]
    changes(north)
    second = build()
    assert first is not None
    assert second is not None
    damaged = second.files[0] if second.files[0] not in first.files else second.files[-1]
    s3, bucket = aws.client("s3"), service_settings().files_bucket
    whole = s3.get_object(Bucket=bucket, Key=damaged.key)["Body"].read()
    s3.put_object(Bucket=bucket, Key=damaged.key, Body=whole[:-1] + bytes([whole[-1] ^ 1]))
    assert found(reader) == ["m/1", "m/2"]
    s3.put_object(Bucket=bucket, Key=damaged.key, Body=whole)
    assert found(reader) == ["m/2", "m/3"]


def test_index_that_cannot_be_opened_is_fetched_again(world: World, north: Person, tmp_path: Path) -> None:
    build()
    directory = tmp_path / "index"
    Reader(directory).engine()
    for path in directory.glob("*.term"):
        path.write_bytes(bytes(path.stat().st_size))
    assert found(Reader(directory)) == ["m/1", "m/2"]


@pytest.mark.parametrize("lost", ["file", "list"])
def test_builder_that_cannot_use_the_index_builds_it_from_nothing(
    world: World, north: Person, reader: Reader, lost: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build()
    assert first is not None
    key = first.key if lost == "list" else first.files[0].key
    aws.client("s3").delete_object(Bucket=service_settings().files_bucket, Key=key)
    # Another process, which has none of the files.
    monkeypatch.setattr("chalicelib.catalogue.search.embedded.target.own_place", lambda _: tmp_path / "another")
    assert (built := build()) is not None
    assert built.number == 2
    assert found(reader) == ["m/1", "m/2"]


def test_clean_up_keeps_what_is_used_and_what_is_young(
    world: World, north: Person, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = [build(full=True) for _ in range(5)]
    with pytest.raises(Died), dying_after_any(12):
        build(full=True)
    assert generations.clean() == 0
    monkeypatch.setattr(clock, "now", lambda real=clock.now: real() + timedelta(hours=2))
    assert generations.clean() > 0
    kept = {one.key for generation in built[-3:] if generation for one in generation.files}
    lists = {generation.key for generation in built[-3:] if generation}
    assert set(objects()) == kept | lists
    assert found(reader) == ["m/1", "m/2"]
    assert generations.clean() == 0


def test_clean_up_takes_what_is_of_before_the_pointer_was_deleted(
    world: World, north: Person, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [build(full=True) for _ in range(3)]
    SearchPointer.at(VERSION).delete()
    built = build()
    monkeypatch.setattr(clock, "now", lambda real=clock.now: real() + timedelta(hours=2))
    generations.clean()
    # A list with the number of the new one counts as late.
    kept = {named for one in (before[0], built) if one for named in (one.key, *(file.key for file in one.files))}
    assert set(objects()) == kept
