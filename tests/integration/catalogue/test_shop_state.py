"""A shop takes orders or does not: why, until when, and what is listed meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.catalogue import shops
from chalicelib.sweeping import sweep
from tests.integration.calls import meanwhile, watched
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price=100, quantity=100))


@pytest.fixture
def other(world: World) -> Person:
    return world.shop("other@a.example", good(7, price=5000))


def in_an_hour() -> str:
    return clock.stamp(clock.after(3600))


def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two hours pass for code that asks whether a shop takes orders."""
    now = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(shops.clock, "now", lambda: now)


def test_a_shop_says_why_and_until_when_it_is_off(shop: Person) -> None:
    until = in_an_hour()
    assert shop.post("/partner/state", {"state": "off", "reason": " Учёт ", "until": until}).status == 200
    state = shop.get("/partner/state").body
    assert (state["state"], state["reason"], state["until"]) == (False, "Учёт", until)


def test_a_time_with_a_zone_is_returned_in_utc(shop: Person) -> None:
    shop.post("/partner/state", {"state": "off", "until": "2099-01-01T03:00:00+03:00"})
    assert shop.get("/partner/state").body["until"] == "2099-01-01T00:00:00.000000Z"


@pytest.mark.parametrize("again", [{"state": "off"}, {"state": "on", "reason": "x", "until": "2099-01-01"}])
def test_another_switch_forgets_reason_and_end(shop: Person, again: dict[str, Any]) -> None:
    shop.post("/partner/state", {"state": "off", "reason": "Учёт", "until": in_an_hour()})
    shop.post("/partner/state", again)
    state = shop.get("/partner/state").body
    assert (state["state"], state["reason"], state["until"]) == (again["state"] == "on", None, None)


@pytest.mark.parametrize("until", ["x", "2020-01-01", 5, [], {}, True, "2026-02-30T00:00", "0000-01-01"])
def test_refuses_an_end_that_is_not_in_the_future(shop: Person, until: object) -> None:
    answer = shop.post("/partner/state", {"state": "off", "until": until})
    assert (answer.status, list(answer.body["Errors"])) == (400, ["until"])
    assert shop.get("/partner/state").body["state"] is True


@pytest.mark.parametrize("reason", [[], {}, True, "x" * 501])
def test_a_reason_is_a_short_text(shop: Person, reason: object) -> None:
    answer = shop.post("/partner/state", {"state": "off", "reason": reason})
    assert (answer.status, list(answer.body["Errors"])) == (400, ["reason"])


def test_a_shop_takes_orders_again_when_its_time_has_come(
    world: World, buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer.add((shop.sells(1), 1))
    shop.post("/partner/state", {"state": "off", "until": in_an_hour()})
    assert buyer.place().body["rows"][0]["reason"] == "closed"
    later(monkeypatch)
    assert "problem" not in buyer.basket()["ordered_items"][0]
    assert buyer.place().status == 200


def test_a_shop_that_is_off_without_end_stays_off(buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    buyer.add((shop.sells(1), 1))
    shop.post("/partner/state", {"state": "off"})
    later(monkeypatch)
    assert buyer.place().status == 409
    assert shop.get("/partner/state").body["state"] is False


def test_a_shop_whose_time_has_come_is_listed_once_the_sweeper_looks(
    world: World, shop: Person, other: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.post("/partner/state", {"state": "off", "until": in_an_hour()})
    other.post("/partner/state", {"state": "off"})
    assert (sweep(), world.call("GET", "/shops").body["count"]) == (0, 0)
    later(monkeypatch)
    with watched() as calls:
        assert sweep() == 1
    assert "Scan" not in {call.operation for call in calls}
    assert [one["id"] for one in world.call("GET", "/shops").body["results"]] == [shop.shop_id]
    assert sweep() == 0


def test_shops_are_listed_by_name_whatever_they_were_switched_by(
    world: World, shop: Person, other: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for one in (shop, other):
        one.post("/partner/state", {"state": "off", "until": in_an_hour()})
    other.post("/partner/state", {"state": "on"})
    later(monkeypatch)
    sweep()
    names = [one["name"] for one in world.call("GET", "/shops").body["results"]]
    assert (len(names), names) == (2, sorted(names))


def test_a_shop_switched_off_again_while_the_sweeper_comes_stays_off(
    shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.post("/partner/state", {"state": "off", "until": in_an_hour()})
    later(monkeypatch)
    with meanwhile("UpdateItem", lambda: shops.set_accepting(shop.shop_id, False, reason="Ещё")):
        assert sweep() == 0
    assert shop.get("/partner/state").body["reason"] == "Ещё"


def test_a_shop_whose_time_has_come_is_listed_once_it_looks(
    world: World, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.post("/partner/state", {"state": "off", "reason": "Учёт", "until": in_an_hour()})
    assert world.call("GET", "/shops").body["count"] == 0
    later(monkeypatch)
    state = shop.get("/partner/state").body
    assert (state["state"], state["reason"], state["until"]) == (True, None, None)
    assert world.call("GET", "/shops").body["count"] == 1
    assert len(world.call("GET", "/products").body) == 1


def test_a_shop_switched_off_again_while_its_time_comes_stays_off(
    shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.post("/partner/state", {"state": "off", "until": in_an_hour()})
    later(monkeypatch)
    with meanwhile("UpdateItem", lambda: shops.set_accepting(shop.shop_id, False, reason="Ещё")):
        state = shop.get("/partner/state").body
    assert (state["state"], state["reason"]) == (False, "Ещё")


def test_a_shop_shows_whether_it_takes_orders(shop: Person) -> None:
    state = shop.get("/partner/state").body
    assert state == {
        "id": shop.shop_id,
        "name": "ООО shop@a.example",
        "state": True,
        "reason": None,
        "until": None,
        "by_administrator": False,
    }


@pytest.mark.parametrize("off", ["off", "False", "0", "no", False, 0])
def test_a_shop_that_is_off_is_not_listed_and_neither_are_its_goods(world: World, shop: Person, off: object) -> None:
    assert shop.post("/partner/state", {"state": off}).body == {"Status": True}
    assert shop.get("/partner/state").body["state"] is False
    assert world.call("GET", "/shops").body["count"] == 0
    assert world.call("GET", "/products").body == []


@pytest.mark.parametrize("on", ["on", "True", "1", "yes", True, 1, " ON "])
def test_a_shop_that_is_on_again_is_listed_with_its_goods(world: World, shop: Person, on: object) -> None:
    shop.post("/partner/state", {"state": "off"})
    shop.post("/partner/state", {"state": on})
    assert world.call("GET", "/shops").body["count"] == 1
    assert len(world.call("GET", "/products").body) == 1


@pytest.mark.parametrize("state", [None, "", "maybe", 2, [], {}, 1.5])
def test_refuses_a_state_that_is_neither_on_nor_off(shop: Person, state: object) -> None:
    answer = shop.post("/partner/state", {"state": state})
    assert (answer.status, list(answer.body["Errors"])) == (400, ["state"])
