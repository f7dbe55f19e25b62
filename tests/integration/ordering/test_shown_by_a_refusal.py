"""What a refused order showed counts for its version alone: other clients of the buyer have not seen it."""

from typing import Any

import pytest

from chalicelib.catalogue.shops import set_delivery
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import Offer
from tests.integration.calls import meanwhile, watched
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    shop = world.shop("shop@a.example", good(1, price=100, unit="шт", quantity=50), good(2, price=20))
    set_delivery(shop.shop_id, 30_000, None)
    return shop


CHANGES: dict[str, Any] = {
    "terms_changed": lambda shop: change(shop, unit="короб", step_quantity=2),
    "price_changed": lambda shop: change(shop, price=12_000),
    "delivery_changed": lambda shop: set_delivery(shop.shop_id, 40_000, None),
}


def change(shop: Person, **values: Any) -> None:
    Offer.at(shop.sells(1)).update(actions=[getattr(Offer, name).set(value) for name, value in values.items()])


def request(buyer: Person, basket: Any) -> dict[str, Any]:
    return {"id": basket["id"], "contact": buyer.contact()}


def refused(buyer: Person, order: dict[str, Any], code: str) -> Any:
    answer = buyer.post("/order", order)
    assert (answer.status, answer.body["code"]) == (409, code)
    return answer.body


def told(body: Any) -> list[tuple[Any, ...]]:
    """Every reason of a refusal with what was and is, without what depends on the version."""
    entries = [*body["rows"], *body["shops"]]
    return sorted((entry["reason"], str(entry.get("was")), str(entry.get("now"))) for entry in entries)


@pytest.mark.parametrize("code", CHANGES)
def test_a_client_without_versions_is_asked_although_another_one_was_refused(
    buyer: Person, shop: Person, code: str
) -> None:
    buyer.add((shop.sells(1), 4))
    basket = buyer.basket()
    order = request(buyer, basket)
    CHANGES[code](shop)
    first = refused(buyer, {**order, "version": basket["version"]}, code)
    # The other client, as often as it asks: with was and now as the buyer has seen them.
    assert [told(refused(buyer, order, code)) for _ in range(2)] == [told(first)] * 2
    # Who read the refusal names its version.
    assert buyer.post("/order", {**order, "version": first["version"]}).status == 200


def test_a_basket_that_is_looked_at_has_shown_it_to_every_client(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4))
    basket = buyer.basket()
    order = request(buyer, basket)
    change(shop, price=12_000, unit="короб")
    version = refused(buyer, {**order, "version": basket["version"]}, "terms_changed")["version"]
    shown = buyer.basket()
    # The basket says what is new to the one who looks, once; the version of the refusal is still the present one.
    row = shown["ordered_items"][0]
    assert (row["price_was"], row["unit_was"], shown["version"]) == (100, "шт", version)
    assert not [key for key in buyer.basket()["ordered_items"][0] if key.endswith("_was")]
    assert buyer.post("/order", order).status == 200


def test_looking_writes_once_after_a_refusal_and_not_again(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4))
    basket = buyer.basket()
    change(shop, price=12_000)
    refused(buyer, {**request(buyer, basket), "version": basket["version"]}, "price_changed")
    writes = []
    for _ in range(2):
        with watched() as calls:
            buyer.basket()
        writes.append([call.operation for call in calls].count("PutItem"))
    assert writes == [1, 0]


def test_several_refusals_do_not_add_up_to_what_was_shown(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4))
    basket = buyer.basket()
    order = request(buyer, basket)
    version = basket["version"]
    for kopecks in range(11_000, 17_000, 1_000):
        change(shop, price=kopecks)
        version = refused(buyer, {**order, "version": version}, "price_changed")["version"]
    assert told(refused(buyer, order, "price_changed")) == [("price", "100", "160")]
    change(shop, price=9_000)
    answer = buyer.post("/order", order)
    assert (answer.status, answer.body["price_falls"][0]["was"]) == (200, 100)


def test_changing_the_basket_forgets_what_only_a_refusal_has_shown(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4))
    basket = buyer.basket()
    order = request(buyer, basket)
    change(shop, price=12_000, unit="короб")
    set_delivery(shop.shop_id, 40_000, None)
    version = refused(buyer, {**order, "version": basket["version"]}, "terms_changed")["version"]
    assert buyer.put("/basket", {"items": [{"id": shop.sells(1), "quantity": 5}]}).status == 200
    body = refused(buyer, order, "terms_changed")
    assert [reason for reason, *_ in told(body)] == ["delivery", "price", "unit"]
    assert refused(buyer, {**order, "version": version}, "basket_changed")
    # The page of the product shows its price, and nothing else.
    buyer.add((shop.sells(1), 1))
    assert [reason for reason, *_ in told(refused(buyer, order, "terms_changed"))] == ["delivery", "unit"]


def test_a_refusal_between_reading_and_writing_an_order_without_a_version_shows_it_nothing(
    buyer: Person, shop: Person
) -> None:
    buyer.add((shop.sells(1), 4))
    basket = buyer.basket()
    order = request(buyer, basket)

    def other_client() -> None:
        change(shop, price=12_000)
        refused(buyer, {**order, "version": basket["version"]}, "price_changed")

    with meanwhile("TransactWriteItems", other_client):
        assert told(refused(buyer, order, "price_changed")) == [("price", "100", "120")]
    assert shop.offer(1).quantity == 50


def test_of_a_look_and_a_refusal_at_the_same_moment_the_refusal_is_asked_about(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4))
    basket = buyer.basket()
    order = request(buyer, basket)
    change(shop, price=12_000)
    version = refused(buyer, {**order, "version": basket["version"]}, "price_changed")["version"]

    def other_client() -> None:
        change(shop, price=13_000)
        refused(buyer, {**order, "version": version}, "price_changed")

    with meanwhile("PutItem", other_client, table="baskets"):
        buyer.basket()
    assert told(refused(buyer, order, "price_changed")) == [("price", "100", "130")]
    buyer.basket()
    assert buyer.post("/order", order).status == 200


def test_a_basket_of_the_version_before_is_ordered_as_it_was(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 4))
    basket = buyer.basket()
    order = request(buyer, basket)
    change(shop, price=12_000)
    refused(buyer, {**order, "version": basket["version"]}, "price_changed")
    Basket.at(buyer.user_id).update(actions=[Basket.refused.remove()])
    assert buyer.post("/order", order).status == 200
