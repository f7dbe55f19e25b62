"""Delivery: the tariff of a shop, what the basket says of it, and what an order was placed with."""

from decimal import Decimal
from typing import Any

import pytest

from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price=100, quantity=100), good(2, price="19,90"))


def tariff(shop: Person, **values: Any) -> None:
    assert shop.post("/partner/delivery", values).body == {"Status": True}


def test_delivery_costs_nothing_until_a_shop_says_otherwise(shop: Person) -> None:
    assert shop.get("/partner/delivery").body == {"price": 0, "free_from": None, "min_order": 0}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"price": 300, "free_from": 5000}, {"price": 300, "free_from": 5000}),
        ({"price": "299,90", "free_from": "5000.5"}, {"price": 299.9, "free_from": 5000.5}),
        ({"price": 299.9, "free_from": ""}, {"price": 299.9, "free_from": None}),
        ({"price": "0", "free_from": None}, {"price": 0, "free_from": None}),
        ({"price": 300}, {"price": 300, "free_from": None}),
        ({"price": 300, "free_from": 0}, {"price": 300, "free_from": 0}),
        ({"price": 1e3}, {"price": 1000, "free_from": None}),
        ({"price": 10_000_000}, {"price": 10_000_000, "free_from": None}),
    ],
)
def test_a_tariff_is_read_as_it_was_set(shop: Person, sent: dict[str, Any], stored: dict[str, Any]) -> None:
    tariff(shop, **sent)
    assert shop.get("/partner/delivery").body == {**stored, "min_order": 0}


def test_a_tariff_may_come_in_a_form(world: World, shop: Person) -> None:
    form = b"price=250,5&free_from="
    answer = world.call("POST", "/partner/delivery", form, shop.token, content_type="application/x-www-form-urlencoded")
    assert answer.status == 200
    assert shop.get("/partner/delivery").body == {"price": 250.5, "free_from": None, "min_order": 0}


@pytest.mark.parametrize("wrong", [-1, "-0.01", "1.001", 1.005, "x", [], {}, True, "1e3", 10_000_001, "1" * 30, "٣"])
@pytest.mark.parametrize("field", ["price", "free_from"])
def test_refuses_an_amount_that_is_not_a_price(shop: Person, field: str, wrong: object) -> None:
    answer = shop.post("/partner/delivery", {"price": 1, field: wrong})
    assert (answer.status, list(answer.body["Errors"])) == (400, [field])
    assert shop.get("/partner/delivery").body == {"price": 0, "free_from": None, "min_order": 0}


@pytest.mark.parametrize("price", [None, ""])
def test_a_tariff_needs_a_price(shop: Person, price: object) -> None:
    assert list(shop.post("/partner/delivery", {"price": price}).body["Errors"]) == ["price"]
    assert list(shop.post("/partner/delivery", {}).body["Errors"]) == ["price"]


def test_the_basket_tells_what_delivery_costs_and_what_is_missing_to_free(
    world: World, buyer: Person, shop: Person
) -> None:
    other = world.shop("other@a.example", good(7, price=5000))
    tariff(shop, price="300.50", free_from=1000)
    tariff(other, price=400)
    buyer.add((shop.sells(1), 4), (other.sells(7), 1))
    basket = buyer.basket()
    assert basket["delivery"] == [
        {
            "shop": {"id": shop.shop_id, "name": "ООО shop@a.example"},
            "goods_sum": 400,
            "price": 300.5,
            "free_from": 1000,
            "missing_to_free": 600,
            "min_order": 0,
            "missing_to_min_order": 0,
        },
        {
            "shop": {"id": other.shop_id, "name": "ООО other@a.example"},
            "goods_sum": 5000,
            "price": 400,
            "free_from": None,
            "missing_to_free": None,
            "min_order": 0,
            "missing_to_min_order": 0,
        },
    ]
    assert (basket["total_sum"], basket["delivery_sum"], basket["total_with_delivery"]) == (5400, 700.5, 6100.5)


def test_delivery_is_free_from_the_sum_on(buyer: Person, shop: Person) -> None:
    tariff(shop, price=300, free_from=1000)
    buyer.add((shop.sells(1), 10))
    basket = buyer.basket()
    told = basket["delivery"][0]
    assert (told["price"], told["missing_to_free"], basket["total_with_delivery"]) == (0, 0, 1000)


def test_an_order_holds_the_delivery_of_each_part_in_its_total(world: World, buyer: Person, shop: Person) -> None:
    other = world.shop("other@a.example", good(7, price=5000))
    tariff(shop, price=300)
    tariff(other, price=400, free_from=5000)
    order_id = buyer.order((shop.sells(1), 4), (other.sells(7), 1))
    order = buyer.get(f"/order/{order_id}").body
    assert [(part["goods_sum"], part["delivery"], part["total_sum"]) for part in order["parts"]] == [
        (400, 300, 700),
        (5000, 0, 5000),
    ]
    assert order["total_sum"] == 5700
    assert shop.get("/partner/orders").body[0]["total_sum"] == 700


def test_an_order_costs_what_the_basket_said(buyer: Person, shop: Person) -> None:
    tariff(shop, price="99,99", free_from=10_000)
    buyer.add((shop.sells(1), 4), (shop.sells(2), 1))
    told = buyer.basket()["total_with_delivery"]
    order_id = buyer.place().body["id"]
    assert buyer.get(f"/order/{order_id}").body["total_sum"] == told == float(Decimal("519.89"))


def test_an_order_keeps_the_delivery_it_was_placed_with(buyer: Person, shop: Person) -> None:
    tariff(shop, price=300)
    order_id = buyer.order((shop.sells(1), 4))
    tariff(shop, price=900)
    assert buyer.get(f"/order/{order_id}").body["total_sum"] == 700
