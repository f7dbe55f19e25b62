"""Baskets and orders whose terms are not known, or were another time, are ordered and repeated."""

import pytest

from chalicelib.models.baskets import Basket
from chalicelib.models.orders import Part
from tests.integration.calls import watched
from tests.integration.ordering.terms import PACK, bakery, change, request, rows, unit_change
from tests.integration.world import Person, World


@pytest.fixture
def shop(world: World) -> Person:
    return bakery(world)


def as_before(buyer: Person, *, prices: bool = True) -> None:
    """Leave the basket as a service that knew no terms, or no prices either, stored it."""
    basket = Basket.at(buyer.user_id).require()
    rows = {i: row if prices else row[:2] for i, row in basket.rows.items()}
    Basket.at(buyer.user_id).update(actions=[Basket.terms.remove(), Basket.rows.set(rows)])


@pytest.mark.parametrize("versioned", [True, False])
@pytest.mark.parametrize("prices", [True, False])
def test_a_basket_stored_without_terms_is_ordered(buyer: Person, shop: Person, prices: bool, versioned: bool) -> None:
    buyer.add((shop.sells(1), 6), (shop.sells(2), 1))
    order = request(buyer, versioned=versioned)
    as_before(buyer, prices=prices)
    buyer.put("/basket", {"items": [{"id": shop.sells(2), "quantity": 2}]})
    change(shop, unit=PACK)
    if versioned:
        order["version"] = f"{Basket.at(buyer.user_id).require().version}-of-before"
    assert buyer.post("/order", order).status == 200


def test_a_basket_stored_without_terms_learns_them_when_it_is_shown(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 6))
    as_before(buyer)
    version = Basket.at(buyer.user_id).require().version
    order = request(buyer, versioned=True)
    writes = []
    for _ in range(2):
        with watched() as calls:
            assert not [key for key in buyer.basket()["ordered_items"][0] if key.endswith("_was")]
        writes.append([call.operation for call in calls].count("PutItem"))
    # Learned when ``request`` looked at the basket. The version that a client holds goes on being the present one.
    assert (writes, Basket.at(buyer.user_id).require().version) == ([0, 0], version)
    change(shop, unit=PACK)
    for asked in ({**order, "version": ""}, order):
        assert rows(buyer.post("/order", asked))[0] == unit_change(shop, "шт", PACK)


def test_a_basket_that_an_older_service_stored_meanwhile_is_ordered(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 6))
    change(shop, price=4_000)
    order = request(buyer, versioned=True)
    basket = Basket.at(buyer.user_id).require()
    shown = [{key: one[key] for key in one if key != "terms"} for one in basket.shown]
    Basket.at(buyer.user_id).update(actions=[Basket.terms.remove(), Basket.shown.set(shown)])
    order["version"] = f"{basket.version - 1}-of-before"
    assert buyer.post("/order", order).body["price_falls"] == [{"id": shop.sells(1), "was": 50, "now": 40}]


def test_repeating_shows_was_and_now_and_orders_no_other_unit_unseen(buyer: Person, shop: Person) -> None:
    order_id, contact = buyer.order((shop.sells(1), 6), (shop.sells(2), 1)), buyer.contact()
    change(shop, unit=PACK, step_quantity=3, name="Булки", price=6_000)
    changed, same = buyer.post(f"/order/{order_id}/repeat").body["results"]
    was = {"name": "Булка 500 г", "model": "m/1", "unit": "шт"}
    was |= {"min_quantity": 1, "step_quantity": 1, "max_quantity": None}
    assert (changed["was"], changed["now"], changed["name"]) == (50, 60, "Булка 500 г")
    assert (changed["sold_was"], changed["sold_now"]) == (
        was,
        {**was, "name": "Булки", "unit": PACK, "step_quantity": 3},
    )
    assert (changed["changed"], same["changed"]) == (["name", "unit", "step_quantity"], [])
    basket_id = Basket.at(buyer.user_id).require().basket_id
    answer = buyer.post("/order", {"id": basket_id, "contact": contact})
    assert [row["reason"] for row in rows(answer)] == ["unit", "quantities"]
    row = buyer.basket()["ordered_items"][0]
    assert (row["unit_was"], row["step_quantity_was"], row["name_was"]) == ("шт", 1, "Булка 500 г")
    assert buyer.post("/order", {"id": basket_id, "contact": contact}).status == 200


def test_an_order_placed_before_terms_were_recorded_is_repeated(buyer: Person, shop: Person) -> None:
    order_id = buyer.order((shop.sells(1), 6))
    part = Part.at(order_id, shop.shop_id).require()
    rows = [{key: row[key] for key in row if key not in {"unit", "rule"}} for row in part.rows]
    Part.at(order_id, shop.shop_id).update(actions=[Part.rows.set(rows)])
    change(shop, unit=PACK, step_quantity=3)
    (row,) = buyer.post(f"/order/{order_id}/repeat").body["results"]
    unknown = dict.fromkeys(("unit", "min_quantity", "step_quantity", "max_quantity"))
    assert row["sold_was"] == {"name": "Булка 500 г", "model": "m/1", **unknown}
    assert (row["sold_now"]["unit"], row["changed"]) == (PACK, [])
    assert buyer.place().status == 200
