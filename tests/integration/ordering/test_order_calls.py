"""What a buyer may do with an order of their own: look at it, cancel it, repeat it."""

from typing import Any

import pytest

from chalicelib.catalogue.shops import set_accepting
from tests.integration.calls import meanwhile
from tests.integration.world import Person, World, good, price_list


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price=100), good(2, price="19,90", quantity=3))


@pytest.fixture
def second(world: World) -> Person:
    return world.shop("second@a.example", good(7, price=5000))


@pytest.fixture
def order_id(buyer: Person, shop: Person, second: Person) -> int:
    return buyer.order((shop.sells(1), 4), (second.sells(7), 1))


def confirm(shop: Person, order_id: int) -> Any:
    return shop.post(f"/partner/orders/{order_id}/state", {"state": "confirmed"})


def test_an_order_is_shown_with_parts_rows_contact_and_events(
    buyer: Person, shop: Person, second: Person, order_id: int
) -> None:
    order = buyer.get(f"/order/{order_id}").body
    event = {"at": order["dt"], "kind": "placed", "actor": "buyer", "reason": None, "changes": [], "rows": []}
    assert [one.items() >= event.items() for one in order["events"]] == [True]
    [listed] = buyer.get("/order").body
    assert {key: value for key, value in order.items() if key not in {"events", "documents"}} == listed
    assert [part["shop"]["id"] for part in order["parts"]] == [shop.shop_id, second.shop_id]
    assert (len(order["ordered_items"]), order["contact"]["city"]) == (2, "Тверь")


def test_the_history_begins_with_who_placed_the_order_when_and_from_where(
    world: World, buyer: Person, shop: Person, order_id: int
) -> None:
    address = {"source": "127.0.0.1"}
    assert buyer.get(f"/order/{order_id}").body["events"][0].items() >= address.items()
    admin = world.person("admin@c.example", "administrator")
    told = admin.get(f"/admin/orders/{order_id}").body["events"][0]
    assert told.items() >= {"kind": "placed", "actor_id": buyer.user_id, **address}.items()
    assert told["at"]
    assert told["request_id"]
    assert "source" not in shop.get(f"/partner/orders/{order_id}").body["events"][0]


def test_the_events_of_an_order_tell_who_moved_what(buyer: Person, shop: Person, order_id: int) -> None:
    confirm(shop, order_id)
    order = buyer.get(f"/order/{order_id}").body
    event, number = order["events"][-1], f"{order['number']}-1"
    assert (event["kind"], event["actor"]) == ("moved", "shop")
    assert event["changes"] == [{"shop": shop.shop_id, "part": number, "was": "new", "now": "confirmed"}]


@pytest.mark.parametrize("call", ["GET ", "POST /cancel", "POST /repeat", "POST /received"])
def test_an_order_of_another_buyer_is_not_found(world: World, order_id: int, shop: Person, call: str) -> None:
    other = world.person("other@b.example")
    method, _, rest = call.partition(" ")
    for place in (order_id, 12345, "x", "0", 2**60):
        answer = world.call(method, f"/order/{place}{rest}", None, other.token)
        assert (answer.status, answer.body["code"]) == (404, "not_found")
    assert shop.offer(1).quantity == 6
    assert other.get("/basket").body == []


def test_canceling_gives_the_stock_back_and_tells_why(
    world: World, buyer: Person, shop: Person, second: Person, order_id: int
) -> None:
    world.pump()
    before = len(world.mails())
    answer = buyer.post(f"/order/{order_id}/cancel", {"reason": " Передумал "})
    assert (answer.status, answer.body["Status"], answer.body["state"]) == (200, True, "canceled")
    assert [part["state"] for part in answer.body["parts"]] == ["canceled", "canceled"]
    event = answer.body["events"][-1]
    assert (event["actor"], event["reason"], len(event["changes"])) == ("buyer", "Передумал", 2)
    assert (shop.offer(1).quantity, second.offer(7).quantity) == (10, 10)
    world.pump()
    told = sorted(person for mail in world.mails()[before:] for person in set(mail["to"]))
    assert told == sorted([buyer.email, shop.email, second.email])


def test_canceling_needs_no_reason(buyer: Person, order_id: int) -> None:
    answer = buyer.post(f"/order/{order_id}/cancel")
    assert (answer.status, answer.body["events"][-1]["reason"]) == (200, None)


@pytest.mark.parametrize("reason", [[], {}, True, "x" * 501, "a\u0000b"])
def test_refuses_an_invalid_reason(buyer: Person, order_id: int, reason: object) -> None:
    answer = buyer.post(f"/order/{order_id}/cancel", {"reason": reason})
    assert (answer.status, list(answer.body["Errors"])) == (400, ["reason"])


def test_canceling_twice_gives_the_stock_back_once(buyer: Person, shop: Person, order_id: int) -> None:
    buyer.post(f"/order/{order_id}/cancel")
    again = buyer.post(f"/order/{order_id}/cancel")
    assert (again.status, again.body["code"], again.body["allowed"]) == (409, "move_refused", [])
    assert shop.offer(1).quantity == 10


def test_canceling_twice_at_once_gives_the_stock_back_once(buyer: Person, shop: Person, order_id: int) -> None:
    with meanwhile("TransactWriteItems", lambda: buyer.post(f"/order/{order_id}/cancel")):
        slower = buyer.post(f"/order/{order_id}/cancel")
    assert (slower.status, slower.body["code"]) == (409, "move_refused")
    assert shop.offer(1).quantity == 10


def test_an_order_that_a_shop_works_on_cannot_be_canceled_by_its_buyer(
    buyer: Person, shop: Person, order_id: int
) -> None:
    confirm(shop, order_id)
    answer = buyer.post(f"/order/{order_id}/cancel")
    assert (answer.status, answer.body["code"]) == (409, "move_refused")
    assert (answer.body["state"], answer.body["allowed"], answer.body["shop"]) == ("confirmed", [], shop.shop_id)
    assert shop.offer(1).quantity == 6


def test_a_shop_that_confirms_at_the_same_moment_is_faster_or_too_late(
    buyer: Person, shop: Person, order_id: int
) -> None:
    with meanwhile("TransactWriteItems", lambda: confirm(shop, order_id)):
        answer = buyer.post(f"/order/{order_id}/cancel")
    assert (answer.status, answer.body["code"]) == (409, "move_refused")
    assert [part["state"] for part in buyer.get(f"/order/{order_id}").body["parts"]] == ["confirmed", "new"]
    assert shop.offer(1).quantity == 6


def test_an_order_is_canceled_with_the_rest_where_a_shop_canceled_its_part(
    buyer: Person, shop: Person, second: Person, order_id: int
) -> None:
    assert shop.post(f"/partner/orders/{order_id}/state", {"state": "canceled", "reason": "Так надо"}).status == 200
    assert buyer.post(f"/order/{order_id}/cancel").body["state"] == "canceled"
    assert (shop.offer(1).quantity, second.offer(7).quantity) == (10, 10)


def test_repeating_puts_the_rows_into_the_basket(buyer: Person, shop: Person, second: Person, order_id: int) -> None:
    answer = buyer.post(f"/order/{order_id}/repeat")
    assert (answer.status, answer.body["Status"], answer.body["added"]) == (200, True, 2)
    sold = {"unit": "", "min_quantity": 1, "step_quantity": 1, "max_quantity": None}
    sold_1, sold_7 = {"name": "Товар 1", "model": "m/1", **sold}, {"name": "Товар 7", "model": "m/7", **sold}
    assert answer.body["results"] == [
        {
            **{"result": "added", "id": shop.sells(1), "quantity": 4},
            **{"name": "Товар 1", "ordered": 4, "was": 100, "now": 100},
            **{"sold_was": sold_1, "sold_now": sold_1, "changed": []},
        },
        {
            **{"result": "added", "id": second.sells(7), "quantity": 1},
            **{"name": "Товар 7", "ordered": 1, "was": 5000, "now": 5000},
            **{"sold_was": sold_7, "sold_now": sold_7, "changed": []},
        },
    ]
    assert [(row["id"], row["quantity"]) for row in buyer.basket()["ordered_items"]] == [
        (shop.sells(1), 4),
        (second.sells(7), 1),
    ]


def test_repeating_tells_what_cannot_be_had_as_before(
    world: World, buyer: Person, shop: Person, second: Person
) -> None:
    order_id = buyer.order((shop.sells(1), 4), (shop.sells(2), 2), (second.sells(7), 1))
    world.drop(shop.shop_id, price_list(good(1, price="120,50", quantity=3)))
    set_accepting(second.shop_id, False)
    body = buyer.post(f"/order/{order_id}/repeat").body
    told = [(row["result"], row["possible"], row["was"], row["now"]) for row in body["results"]]
    assert told == [("too_many", 3, 100, 120.5), ("not_found", 0, 19.9, 19.9), ("closed", 0, 5000, 5000)]
    assert (body["added"], buyer.get("/basket").body) == (0, [])


def test_repeating_tells_the_price_that_has_changed(world: World, buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 1))
    world.drop(shop.shop_id, price_list(good(1, price=80)))
    row = buyer.post(f"/order/{order_id}/repeat").body["results"][0]
    assert (row["result"], row["was"], row["now"]) == ("added", 100, 80)


def test_a_canceled_order_can_be_repeated(buyer: Person, order_id: int) -> None:
    buyer.post(f"/order/{order_id}/cancel")
    assert buyer.post(f"/order/{order_id}/repeat").body["added"] == 2


def test_repeating_adds_to_what_the_basket_holds(buyer: Person, shop: Person, order_id: int) -> None:
    buyer.add((shop.sells(1), 2))
    assert buyer.post(f"/order/{order_id}/repeat").body["results"][0]["quantity"] == 6


def on_its_way(shop: Person, order_id: int) -> None:
    for state in ("confirmed", "assembled", "sent"):
        assert shop.post(f"/partner/orders/{order_id}/state", {"state": state}).status == 200


def states(answer: Any) -> list[str]:
    return [part["state"] for part in answer.body["parts"]]


def test_a_buyer_receives_what_was_sent_and_the_rest_stays(buyer: Person, shop: Person, order_id: int) -> None:
    on_its_way(shop, order_id)
    answer = buyer.post(f"/order/{order_id}/received")
    assert (answer.status, states(answer), answer.body["state"]) == (200, ["delivered", "new"], "new")
    assert (answer.body["events"][-1]["actor"], answer.body["partially"]) == ("buyer", True)


def test_a_buyer_receives_one_shops_part(buyer: Person, shop: Person, second: Person, order_id: int) -> None:
    for one in (shop, second):
        on_its_way(one, order_id)
    assert states(buyer.post(f"/order/{order_id}/received", {"shop": second.shop_id})) == ["sent", "delivered"]
    assert buyer.post(f"/order/{order_id}/received", {"shop": second.shop_id}).status == 409
    answer = buyer.post(f"/order/{order_id}/received", {"shop": ""})
    assert (answer.body["state"], answer.body["partially"]) == ("delivered", False)


def test_an_order_that_was_not_sent_cannot_be_received(buyer: Person, order_id: int, second: Person) -> None:
    for body in (None, {"shop": second.shop_id}):
        answer = buyer.post(f"/order/{order_id}/received", body)
        assert (answer.status, answer.body["state"]) == (409, "new")
    assert buyer.post(f"/order/{order_id}/received", {"shop": 5}).status == 404


def test_of_two_receipts_at_once_one_counts(buyer: Person, shop: Person, order_id: int) -> None:
    on_its_way(shop, order_id)
    with meanwhile("TransactWriteItems", lambda: buyer.post(f"/order/{order_id}/received")):
        assert buyer.post(f"/order/{order_id}/received").status == 409
    assert len([event for event in buyer.get(f"/order/{order_id}").body["events"] if event["actor"] == "buyer"]) == 2


def test_the_total_is_that_of_the_parts_which_are_not_canceled(buyer: Person, shop: Person, order_id: int) -> None:
    before = buyer.get(f"/order/{order_id}").body
    assert (before["total_sum"], before["ordered_sum"], before["partially"]) == (5400, 5400, False)
    shop.post(f"/partner/orders/{order_id}/state", {"state": "canceled", "reason": "Так надо"})
    after = buyer.get(f"/order/{order_id}").body
    assert (after["total_sum"], after["ordered_sum"], after["partially"]) == (5000, 5400, False)
    assert buyer.get("/order").body[0]["total_sum"] == 5000
