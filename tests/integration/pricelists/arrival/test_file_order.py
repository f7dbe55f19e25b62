"""Which of two files counts: for one key the sequencer says so, for two the time, and never the order of events."""

from itertools import permutations
from typing import Any

import pytest

from chalicelib.dynamo.transaction import Contended
from chalicelib.models.imports import NewestFile
from chalicelib.pricelists.arrival import file_order
from chalicelib.pricelists.arrival.file_order import stamp_of_event
from chalicelib.pricelists.arrival.s3_events import file_arrived
from tests.integration.calls import Died, dying_after, meanwhile
from tests.integration.pricelists.arrival.files import imports_of, put
from tests.integration.world import Person, World, good, price_list, stored_import


@pytest.fixture
def shop(world: World) -> Person:
    return world.person("shop@a.example", "shop")


def told(key: str, price: int, second: int, sequencer: str) -> dict[str, Any]:
    """The event of a list with a good of this price, put now."""
    obj = {"key": key, "versionId": put(key, price_list(good(1, price=price))), "sequencer": sequencer}
    return {"eventTime": f"2026-11-23T10:00:{second:02}.000Z", "s3": {"object": obj}}


def key_of(shop: Person, name: str = "list.yaml") -> str:
    return f"incoming/{shop.shop_id}/{name}"


@pytest.mark.parametrize(
    ("earlier", "later"), [("0FF", "1F"), ("1F", "1F01"), ("0055AED6DCD90281E5", "0055AED6DCD90281E6"), ("0a", "0B")]
)
def test_sequencers_are_compared_from_the_left(earlier: str, later: str) -> None:
    assert stamp_of_event("t", earlier) < stamp_of_event("t", later)


def test_zeros_at_the_right_of_a_sequencer_mean_nothing() -> None:
    assert stamp_of_event("t", "1F") == stamp_of_event("t", "1F00")


# The later file by its sequencer is the one of price 2, whatever the clocks say.
@pytest.mark.parametrize("seconds", [(1, 2), (2, 2), (2, 1)])
@pytest.mark.parametrize("first", [1, 2])
def test_of_two_files_of_one_key_the_sequencer_decides(
    world: World, shop: Person, seconds: tuple[int, int], first: int
) -> None:
    events = {1: told(key_of(shop), 1, seconds[0], "0FF"), 2: told(key_of(shop), 2, seconds[1], "1F")}
    for number in (first, 3 - first):
        file_arrived(events[number])
        world.pump()
    assert shop.offer(1).price == 200
    assert sorted(record.status for record in imports_of(shop)) == ["done", "done" if first == 1 else "superseded"]


def test_of_two_keys_the_time_decides(world: World, shop: Person) -> None:
    newer, older = told(key_of(shop, "a"), 1, 2, "01"), told(key_of(shop, "b"), 2, 1, "02")
    for event in (newer, older):
        file_arrived(event)
        world.pump()
    assert shop.offer(1).price == 100


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_of_several_files_of_one_key_the_last_wins(world: World, shop: Person, order: tuple[int, ...]) -> None:
    events = [told(key_of(shop), price, second, f"0{price}") for price, second in ((1, 9), (2, 5), (3, 7))]
    for number in order:
        file_arrived(events[number])
    world.pump()
    assert shop.offer(1).price == 300


def test_the_same_event_again_has_the_same_stamp(world: World, shop: Person) -> None:
    events = [told(key_of(shop), 1, 2, "01"), told(key_of(shop), 2, 1, "02")]
    ids = [file_arrived(event) or 0 for event in events]
    stamps = [stored_import(one).stamp for one in ids]
    assert [file_arrived(event) for event in events] == ids
    assert [stored_import(one).stamp for one in ids] == stamps
    assert stamps == sorted(stamps)


def test_two_files_at_once_are_put_in_order(world: World, shop: Person) -> None:
    first, second = told(key_of(shop), 1, 2, "01"), told(key_of(shop), 2, 1, "02")
    with meanwhile("UpdateItem", lambda: file_arrived(first), table="jobs"):
        file_arrived(second)
    world.pump()
    assert shop.offer(1).price == 200
    assert len(imports_of(shop)) == 2


def test_a_file_that_never_gets_its_place_is_told_again(shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_order, "_replaced", lambda *_: False)
    with pytest.raises(Contended):
        file_arrived(told(key_of(shop), 1, 1, "01"))
    assert imports_of(shop) == []


def test_an_event_repeated_after_a_death_is_one_import(world: World, shop: Person) -> None:
    event = told(key_of(shop), 1, 1, "01")
    with pytest.raises(Died), dying_after(3):
        file_arrived(event)
    key = NewestFile.at(key_of(shop))
    assert (NewestFile.get(key.pk, key.sk).stamp[:24], imports_of(shop)) == ("2026-11-23T10:00:01.000Z", [])
    import_id = file_arrived(event)
    world.pump()
    assert [(record.import_id, record.status) for record in imports_of(shop)] == [(import_id, "done")]


def test_a_file_without_a_sequencer_is_ordered_by_its_time(world: World, shop: Person) -> None:
    events = [told(key_of(shop), price, price, "") for price in (2, 1)]
    for event in events:
        file_arrived(event)
        world.pump()
    assert shop.offer(1).price == 200
