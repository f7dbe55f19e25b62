"""What the buyer was shown counts: orders never cost more, and changes are reported."""

from typing import Any

import pytest

from chalicelib.catalogue.shops import set_accepting, set_delivery
from chalicelib.models.catalogue import Offer
from tests.integration.calls import meanwhile, watched
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price=100), good(2, price="19,90", quantity=3))


def reprice(shop: Person, ext_id: int, roubles: int) -> None:
    Offer.at(shop.sells(ext_id)).update(actions=[Offer.price.set(roubles * 100)])


def request(buyer: Person, *, version: str | None = None) -> dict[str, Any]:
    """What a client sends that looked at its basket; one that knows of versions sends the one it saw."""
    basket = buyer.basket()
    return {"id": basket["id"], "contact": buyer.contact(), **({"version": version} if version else {})}


def refusal(answer: Any, code: str) -> Any:
    assert (answer.status, answer.body["code"]) == (409, code)
    return answer.body


def test_the_version_changes_with_every_figure(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2), (shop.sells(2), 2))
    seen = [buyer.basket()["version"]]
    assert buyer.basket()["version"] == seen[0]
    for change in (
        lambda: reprice(shop, 1, 90),
        lambda: Offer.at(shop.sells(2)).update(actions=[Offer.quantity.set(1)]),
        lambda: set_delivery(shop.shop_id, 500, None),
        lambda: set_delivery(shop.shop_id, 500, None, 100),
        lambda: buyer.put("/basket", {"items": [{"id": shop.sells(1), "quantity": 3}]}),
    ):
        change()
        seen.append(buyer.basket()["version"])
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize("versioned", [True, False])
def test_a_rise_since_the_basket_was_shown_is_refused_with_was_and_now(
    buyer: Person, shop: Person, versioned: bool
) -> None:
    buyer.add((shop.sells(1), 2), (shop.sells(2), 1))
    order = request(buyer, version=buyer.basket()["version"] if versioned else None)
    reprice(shop, 1, 120)
    body = refusal(buyer.post("/order", order), "price_changed")
    assert [(row["id"], row["reason"], row["was"], row["now"]) for row in body["rows"]] == [
        (shop.sells(1), "price", 100, 120)
    ]
    assert shop.offer(1).quantity == 10
    # Who names the version of the answer has read it.
    assert buyer.post("/order", order | {"version": body["version"]}).status == 200
    assert buyer.get("/order").body[0]["total_sum"] == 259.9


@pytest.mark.parametrize("key", ["", "a"])
def test_a_second_click_never_orders_at_a_price_that_nobody_has_seen(buyer: Person, shop: Person, key: str) -> None:
    set_delivery(shop.shop_id, 30_000, None)
    buyer.add((shop.sells(1), 2))
    order = request(buyer)
    reprice(shop, 1, 120)
    for _ in range(3):
        rows = refusal(buyer.post("/order", order, key=key), "price_changed")["rows"]
        assert [(row["was"], row["now"]) for row in rows] == [(100, 120)]
    reprice(shop, 1, 100)
    set_delivery(shop.shop_id, 40_000, None)
    for _ in range(2):
        assert refusal(buyer.post("/order", order, key=key), "delivery_changed")
    buyer.basket()
    assert buyer.post("/order", order, key=key).status == 200


def test_a_refusal_without_a_version_writes_nothing(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    order = request(buyer)
    reprice(shop, 1, 120)
    with watched() as calls:
        refusal(buyer.post("/order", order), "price_changed")
    assert {call.operation for call in calls} <= {"GetItem", "BatchGetItem"}


def test_the_version_of_an_answer_holds_what_it_told(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    order = request(buyer, version=buyer.basket()["version"])
    reprice(shop, 1, 120)
    order["version"] = refusal(buyer.post("/order", order), "price_changed")["version"]
    reprice(shop, 1, 130)
    rows = refusal(buyer.post("/order", order), "price_changed")["rows"]
    assert [(row["was"], row["now"]) for row in rows] == [(120, 130)]
    reprice(shop, 1, 110)
    assert buyer.post("/order", order).body["price_falls"] == [{"id": shop.sells(1), "was": 120, "now": 110}]


def test_a_version_that_was_shown_before_the_rise_stays_refused(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    order = request(buyer, version=buyer.basket()["version"])
    reprice(shop, 1, 120)
    for _ in range(2):
        rows = refusal(buyer.post("/order", order), "price_changed")["rows"]
        assert [(row["was"], row["now"]) for row in rows] == [(100, 120)]
    buyer.basket()
    assert refusal(buyer.post("/order", order), "price_changed")


def test_a_rise_that_the_basket_has_shown_is_agreed_to(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    reprice(shop, 1, 120)
    row = buyer.basket()["ordered_items"][0]
    assert (row["price_was"], row["price"]) == (100, 120)
    assert "price_was" not in buyer.basket()["ordered_items"][0]
    assert buyer.place().status == 200


def test_showing_writes_only_where_prices_are_new(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    writes = []
    for _ in range(3):
        with watched() as calls:
            buyer.basket()
        writes.append([call.operation for call in calls].count("PutItem"))
        reprice(shop, 1, 120)
    assert writes == [0, 1, 0]


def test_a_basket_that_changes_while_it_is_shown_keeps_the_change(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    reprice(shop, 1, 120)
    with meanwhile("PutItem", lambda: buyer.add((shop.sells(2), 1)), table="baskets"):
        buyer.basket()
    assert len(buyer.basket()["ordered_items"]) == 2


@pytest.mark.parametrize("versioned", [True, False])
def test_a_fall_is_applied_and_reported_every_time(buyer: Person, shop: Person, versioned: bool) -> None:
    buyer.add((shop.sells(1), 2), (shop.sells(2), 1))
    order = request(buyer, version=buyer.basket()["version"] if versioned else None)
    reprice(shop, 1, 70)
    first, again = buyer.post("/order", order), buyer.post("/order", order)
    assert first.body["price_falls"] == [{"id": shop.sells(1), "was": 100, "now": 70}]
    assert (first.status, again.body) == (200, first.body)
    assert buyer.get("/order").body[0]["total_sum"] == 159.9


def test_a_rise_between_reading_and_writing_is_refused(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    order = request(buyer)
    with meanwhile("TransactWriteItems", lambda: reprice(shop, 1, 130)):
        assert refusal(buyer.post("/order", order), "price_changed")["rows"][0]["now"] == 130


@pytest.mark.parametrize("version", ["1-x", "0-" + "a" * 24, "x", "²-a", "999999999999999999999-a"])
def test_a_version_of_no_basket_that_was_shown_is_refused(buyer: Person, shop: Person, version: str) -> None:
    buyer.add((shop.sells(1), 2))
    buyer.add((shop.sells(2), 1))
    assert refusal(buyer.post("/order", request(buyer, version=version)), "basket_changed")


def test_a_basket_that_was_changed_since_is_shown_first(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    order = request(buyer, version=buyer.basket()["version"])
    buyer.add((shop.sells(2), 1))
    assert refusal(buyer.post("/order", order), "basket_changed")


def test_dearer_delivery_is_refused_and_cheaper_taken(buyer: Person, shop: Person) -> None:
    set_delivery(shop.shop_id, 30_000, None)
    buyer.add((shop.sells(1), 2))
    order = request(buyer)
    set_delivery(shop.shop_id, 40_000, None)
    told = refusal(buyer.post("/order", order), "delivery_changed")["shops"]
    assert [(one["shop"]["id"], one["was"], one["now"]) for one in told] == [(shop.shop_id, 300, 400)]
    set_delivery(shop.shop_id, 10_000, None)
    assert buyer.post("/order", order).status == 200
    assert buyer.get("/order").body[0]["total_sum"] == 300


def test_a_fall_that_loses_free_delivery_is_asked_about(buyer: Person, shop: Person) -> None:
    set_delivery(shop.shop_id, 30_000, 20_000)
    buyer.add((shop.sells(1), 2))
    order = request(buyer)
    reprice(shop, 1, 99)
    told = refusal(buyer.post("/order", order), "delivery_changed")["shops"]
    assert [(one["was"], one["now"]) for one in told] == [(0, 300)]


@pytest.mark.parametrize(
    "change",
    [
        lambda shop_id: set_accepting(shop_id, False),
        lambda shop_id: set_delivery(shop_id, 1, None),
        lambda shop_id: set_delivery(shop_id, 0, None, 1_000_000),
    ],
)
def test_no_order_slips_in_after_the_shop_has_changed(buyer: Person, shop: Person, change: Any) -> None:
    buyer.add((shop.sells(1), 2))
    order = request(buyer)
    with meanwhile("TransactWriteItems", lambda: change(shop.shop_id)):
        answer = buyer.post("/order", order)
    assert (answer.status, answer.body["code"]) in {
        *((409, "rows_refused"), (409, "delivery_changed"), (409, "minimum_not_reached"))
    }
    assert shop.offer(1).quantity == 10


def test_a_minimum_is_shown_and_blocks_the_order(buyer: Person, shop: Person) -> None:
    assert shop.post("/partner/delivery", {"price": 0, "min_order": "500,50"}).status == 200
    assert shop.post("/partner/delivery", {"price": 0}).status == 200
    assert shop.get("/partner/delivery").body["min_order"] == 500.5
    buyer.add((shop.sells(1), 4))
    told = buyer.basket()["delivery"][0]
    assert (told["min_order"], told["missing_to_min_order"]) == (500.5, 100.5)
    shops = refusal(buyer.place(), "minimum_not_reached")["shops"]
    assert [(one["shop"]["id"], one["missing"], one["goods_sum"]) for one in shops] == [(shop.shop_id, 100.5, 400)]
    buyer.add((shop.sells(1), 2))
    assert buyer.basket()["delivery"][0]["missing_to_min_order"] == 0
    assert buyer.place().status == 200


def packed(shop: Person, ext_id: int = 1) -> int:
    rule = [Offer.min_quantity.set(4), Offer.step_quantity.set(2), Offer.max_quantity.set(8)]
    Offer.at(shop.sells(ext_id)).update(actions=rule)
    return shop.sells(ext_id)


def faults(answer: Any) -> list[tuple[str, int, list[int]]]:
    return [(row["reason"], row["possible"], row["nearest"]) for row in refusal(answer, "rows_refused")["rows"]]


def test_a_quantity_that_is_not_sold_is_refused_with_its_neighbours(buyer: Person, shop: Person) -> None:
    offer = packed(shop)
    assert faults(buyer.add((offer, 5))) == [("multiple", 8, [4, 6])]
    assert faults(buyer.add((offer, 2))) == [("minimum", 8, [4])]
    assert faults(buyer.add((offer, 10))) == [("maximum", 8, [8])]
    assert buyer.add((offer, 4)).status == 200
    assert faults(buyer.put("/basket", {"items": [{"id": offer, "quantity": 7}]})) == [("multiple", 8, [6, 8])]
    result = buyer.post("/basket/items", {"items": [{"product_info": offer, "quantity": 1}]}).body["results"][0]
    assert (result["result"], result["nearest"], result["quantity"]) == ("wrong_quantity", [4, 6], 4)


def test_a_rule_that_came_after_the_goods_were_added_holds_when_placing(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 5))
    packed(shop)
    row = buyer.basket()["ordered_items"][0]
    assert (row["problem"]["reason"], row["possible"], row["stock"]) == ("multiple", 8, 10)
    assert faults(buyer.place()) == [("multiple", 8, [4, 6])]
