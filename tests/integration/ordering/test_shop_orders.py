"""A supplier's orders: in pages, one by one, and moved on."""

import json
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.models.orders import Part
from chalicelib.ordering import orders
from tests.integration.calls import meanwhile, watched
from tests.integration.paging import ids, walk
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price=100, quantity=100))


@pytest.fixture
def other(world: World) -> Person:
    return world.shop("other@a.example", good(7, price=5000))


@pytest.fixture
def order_id(buyer: Person, shop: Person, other: Person) -> int:
    return buyer.order((shop.sells(1), 4), (other.sells(7), 1))


def move(shop: Person, order_id: object, state: object, **more: object) -> Any:
    return shop.post(f"/partner/orders/{order_id}/state", {"state": state, "reason": "Так надо", **more})


def test_orders_come_in_pages(buyer: Person, shop: Person) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(5)][::-1]
    assert walk(shop, "/partner/orders?limit=2") == [placed[:2], placed[2:4], placed[4:]]
    assert walk(shop, "/partner/orders?limit=5") == [placed]
    assert walk(shop, "/partner/orders?limit=100") == [placed]


def test_a_cursor_alone_asks_for_pages_too(buyer: Person, shop: Person) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(3)][::-1]
    cursor = shop.get("/partner/orders?limit=1").body["next"]
    answer = shop.get(f"/partner/orders?cursor={cursor}")
    assert (ids(answer), answer.body["next"]) == (placed[1:], None)


def test_orders_of_one_state(buyer: Person, shop: Person) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(5)]
    for order_id in placed[::2]:
        move(shop, order_id, "confirmed")
    assert ids(shop.get("/partner/orders?state=new")) == [placed[3], placed[1]]
    assert ids(shop.get("/partner/orders?state=%20Confirmed")) == placed[::2][::-1]
    assert ids(shop.get("/partner/orders?state=sent")) == []
    assert walk(shop, "/partner/orders?state=confirmed&limit=1") == [[one] for one in placed[::2][::-1]]


def test_a_rare_state_is_looked_for_over_several_pages(
    buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(5)]
    move(shop, placed[0], "confirmed")
    monkeypatch.setattr(orders, "_MOST_READ", 2)
    pages = walk(shop, "/partner/orders?state=confirmed&limit=1")
    assert pages == [[], [], [placed[0]]]


def test_orders_of_a_time(buyer: Person, shop: Person) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(3)]
    times = [Part.get(Part.at(one, shop.shop_id).pk, Part.at(one, shop.shop_id).sk).placed_at for one in placed]
    today, tomorrow = times[0][:10], clock.stamp(clock.after(86_400))[:10]
    assert ids(shop.get(f"/partner/orders?from={times[1]}")) == placed[:0:-1]
    assert ids(shop.get(f"/partner/orders?to={times[1]}")) == placed[:1]
    assert ids(shop.get(f"/partner/orders?from={times[1]}&to={times[2]}")) == [placed[1]]
    assert ids(shop.get(f"/partner/orders?from={today}&to={tomorrow}")) == placed[::-1]
    assert ids(shop.get("/partner/orders?to=2020-01-01")) == []
    assert ids(shop.get(f"/partner/orders?from={tomorrow}&to={today}")) == []
    assert walk(shop, f"/partner/orders?from={times[1]}&limit=1") == [[placed[2]], [placed[1]]]


@pytest.mark.parametrize(
    ("parameter", "wrong"),
    [
        *[("limit", value) for value in ("0", "-1", "101", "x", "1.5")],
        *[("cursor", value) for value in ("x", "AAAA", "0" * 3000, "%D0%B6")],
        *[("state", value) for value in ("x", "basket")],
        *[(name, value) for name in ("from", "to") for value in ("x", "2026-02-30", "5", "9999-12-31")],
    ],
)
def test_a_wrong_parameter_is_named(shop: Person, parameter: str, wrong: str) -> None:
    answer = shop.get(f"/partner/orders?{parameter}={wrong}")
    assert (answer.status, list(answer.body["Errors"])) == (400, [parameter])


def test_empty_parameters_do_not_filter(buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    answer = shop.get("/partner/orders?limit=&cursor=&state=&from=&to=")
    assert [row["id"] for row in answer.body] == [order_id]


def test_a_cursor_belongs_to_its_shop_and_its_filter(buyer: Person, shop: Person, other: Person) -> None:
    for _ in range(2):
        buyer.order((shop.sells(1), 1), (other.sells(7), 1))
    cursor = shop.get("/partner/orders?limit=1").body["next"]
    for caller, more in ((other, ""), (shop, "&state=new"), (shop, "&from=2020-01-01")):
        answer = caller.get(f"/partner/orders?limit=1&cursor={cursor}{more}")
        assert (answer.status, list(answer.body["Errors"])) == (400, ["cursor"])


def test_a_shop_sees_its_own_part_of_an_order(shop: Person, other: Person, order_id: int) -> None:
    order = shop.get(f"/partner/orders/{order_id}").body
    more = {"events": order["events"], "documents": f"partner/orders/{order_id}/documents"}
    assert order == {**shop.get("/partner/orders").body[0], **more}
    assert (order["total_sum"], "5000" in json.dumps(order), other.email in json.dumps(order)) == (400, False, False)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_order_without_a_part_of_the_shop_is_not_found(world: World, order_id: int, method: str) -> None:
    stranger = world.person("third@a.example", "shop")
    for place in (order_id, 12345, "x", 2**60):
        path = f"/partner/orders/{place}" + ("/state" if method == "POST" else "")
        answer = world.call(method, path, {"state": "confirmed"}, stranger.token)
        assert (answer.status, answer.body["code"]) == (404, "not_found")


def test_a_shop_moves_its_own_part_and_no_other(buyer: Person, shop: Person, order_id: int) -> None:
    answer = move(shop, order_id, " Confirmed ", reason="Есть на складе")
    assert (answer.status, answer.body["Status"], answer.body["state"]) == (200, True, "confirmed")
    assert len(answer.body["ordered_items"]) == 1
    order = buyer.get(f"/order/{order_id}").body
    assert [part["state"] for part in order["parts"]] == ["confirmed", "new"]
    assert (order["events"][-1]["actor"], order["events"][-1]["reason"]) == ("shop", "Есть на складе")


def test_a_shop_sends_step_by_step_and_does_not_deliver(shop: Person, order_id: int) -> None:
    for state in ("confirmed", "assembled", "sent"):
        assert move(shop, order_id, state).body["state"] == state
    answer = move(shop, order_id, "delivered")
    assert (answer.status, answer.body["code"], answer.body["allowed"]) == (409, "move_refused", [])


def test_a_move_that_the_table_lacks_is_refused_with_those_it_has(shop: Person, order_id: int) -> None:
    answer = move(shop, order_id, "sent")
    assert (answer.status, answer.body["allowed"]) == (409, ["confirmed", "canceled"])
    assert shop.get(f"/partner/orders/{order_id}").body["state"] == "new"


@pytest.mark.parametrize("state", [None, "", "x", [], {}, True])
def test_refuses_an_unknown_state_of_an_order(shop: Person, order_id: int, state: object) -> None:
    answer = move(shop, order_id, state)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["state"])


def test_a_canceled_part_gives_its_stock_back_once(shop: Person, other: Person, order_id: int) -> None:
    with meanwhile("TransactWriteItems", lambda: move(shop, order_id, "canceled")):
        slower = move(shop, order_id, "canceled")
    assert slower.status == 409
    assert (shop.offer(1).quantity, other.offer(7).quantity) == (100, 9)


def test_a_buyer_who_cancels_at_the_same_moment_is_faster(buyer: Person, shop: Person, order_id: int) -> None:
    with meanwhile("TransactWriteItems", lambda: buyer.post(f"/order/{order_id}/cancel")):
        answer = move(shop, order_id, "confirmed")
    assert (answer.status, answer.body["state"], shop.offer(1).quantity) == (409, "canceled", 100)


def test_both_shops_may_move_at_the_same_moment(buyer: Person, shop: Person, other: Person, order_id: int) -> None:
    with meanwhile("TransactWriteItems", lambda: move(other, order_id, "confirmed")):
        assert move(shop, order_id, "confirmed").status == 200
    assert buyer.get(f"/order/{order_id}").body["state"] == "confirmed"


def test_pages_cost_a_query_and_a_batch(buyer: Person, shop: Person) -> None:
    for _ in range(3):
        buyer.order((shop.sells(1), 1))
    with watched() as calls:
        shop.get("/partner/orders?limit=2")
    assert [call.operation for call in calls] == ["GetItem", "Query", "BatchGetItem"]


def test_a_shop_sees_only_its_own_rows_and_their_sum(buyer: Person, shop: Person, other: Person) -> None:
    order_id = buyer.order((shop.sells(1), 2), (other.sells(7), 1))
    order = shop.get("/partner/orders").body[0]
    assert (order["id"], order["total_sum"]) == (order_id, 200)
    assert [row["id"] for row in order["ordered_items"]] == [shop.sells(1)]
    assert "5000" not in json.dumps(order)
    assert other.email not in json.dumps(order)


def test_a_shop_sees_where_to_deliver_but_not_the_buyers_mail_address(buyer: Person, shop: Person) -> None:
    buyer.post("/user/contact", {"city": "Тверь", "street": "x", "phone": "1", "email": "contact@b.example"})
    contact = buyer.get("/user/contact").body[0]["id"]
    buyer.add((shop.sells(1), 1))
    buyer.post("/order", {"id": buyer.basket()["id"], "contact": contact})
    order = shop.get("/partner/orders").body[0]
    assert order["contact"]["city"] == "Тверь"
    # The company, which is named after the address here, is the consignee of the waybill.
    assert order["contact"].pop("company").startswith("ООО ")
    assert "b.example" not in json.dumps(order)


def test_the_part_that_a_shop_is_shown_holds_no_mail_address_even_as_stored(buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    part = Part.get(Part.at(order_id, shop.shop_id).pk, Part.at(order_id, shop.shop_id).sk)
    assert "email" not in part.contact


@pytest.mark.parametrize("older", [False, True])
def test_a_shop_is_shown_the_id_of_the_contact_as_the_buyer_is(buyer: Person, shop: Person, older: bool) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    if older:
        key = Part.at(order_id, shop.shop_id)
        contact = key.require().contact
        key.update(actions=[Part.contact.set({name: contact[name] for name in contact if name != "id"})])
    expected = buyer.get(f"/order/{order_id}").body["contact"]["id"]
    moved = shop.post(f"/partner/orders/{order_id}/state", {"state": "confirmed"})
    one, (listed,) = shop.get(f"/partner/orders/{order_id}").body, shop.get("/partner/orders").body
    assert [seen["contact"]["id"] for seen in (one, listed, moved.body)] == [expected] * 3


def test_a_shop_without_orders_sees_none(buyer: Person, shop: Person, other: Person) -> None:
    buyer.order((other.sells(7), 1))
    assert shop.get("/partner/orders").body == []


def test_a_shops_orders_are_newest_first(buyer: Person, shop: Person) -> None:
    placed = [buyer.order((shop.sells(1), 1)) for _ in range(3)]
    assert [order["id"] for order in shop.get("/partner/orders").body] == placed[::-1]


def test_a_shops_orders_take_three_calls(buyer: Person, shop: Person) -> None:
    buyer.order((shop.sells(1), 1))
    with watched() as calls:
        shop.get("/partner/orders")
    assert [call.operation for call in calls] == ["GetItem", "Query", "BatchGetItem"]
