"""A repeated request is answered with success only if it asks for what was done, and that still stands."""

from typing import Any

import pytest

from chalicelib.models.orders import Order
from tests.integration.calls import meanwhile
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, quantity=10), good(2, quantity=10))


@pytest.fixture
def asked(buyer: Person, shop: Person) -> dict[str, Any]:
    """An order that was placed, as it was asked for."""
    buyer.add((shop.sells(1), 2))
    basket = buyer.basket()
    asked = {"id": basket["id"], "contact": buyer.contact(), "version": basket["version"]}
    assert buyer.post("/order", asked).status == 200
    return asked


def refused(answer: Any, code: str) -> dict[str, Any]:
    assert (answer.status, answer.body["code"]) == (409, code)
    return {key: answer.body[key] for key in answer.body if key not in {"Status", "Errors", "code", "detail"}}


@pytest.mark.parametrize("key", ["", "a"])
@pytest.mark.parametrize("versioned", [True, False])
def test_an_unchanged_repeat_returns_the_order(
    buyer: Person, shop: Person, asked: dict[str, Any], versioned: bool, key: str
) -> None:
    again = asked if versioned else {**asked, "version": ""}
    first, second = (buyer.post("/order", again, key=key) for _ in range(2))
    assert (first.status, first.body["id"], second.body) == (200, asked["id"], first.body)
    assert shop.offer(1).quantity == 8


@pytest.mark.parametrize("key", ["", "a"])
def test_a_canceled_order_is_not_placed_and_leads_to_its_repetition(
    buyer: Person, shop: Person, asked: dict[str, Any], key: str
) -> None:
    if key:
        assert buyer.post("/order", asked, key=key).status == 200
    assert buyer.post(f"/order/{asked['id']}/cancel").status == 200
    order = buyer.get("/order").body[0]
    told = refused(buyer.post("/order", asked, key=key), "order_canceled")
    assert told == {"id": asked["id"], "number": order["number"], "repeat": f"order/{asked['id']}/repeat"}
    assert buyer.get("/order").body[0]["state"] == "canceled"
    assert buyer.post(f"/{told['repeat']}").body["added"] == 1
    assert buyer.place().status == 200


def test_an_order_of_which_one_part_was_canceled_still_stands(world: World, buyer: Person, shop: Person) -> None:
    other = world.shop("other@a.example", good(1))
    buyer.add((shop.sells(1), 1), (other.sells(1), 1))
    asked = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    buyer.post("/order", asked)
    shop.post(f"/partner/orders/{asked['id']}/state", {"state": "canceled", "reason": "нет"})
    assert buyer.post("/order", asked).status == 200


@pytest.mark.parametrize("contact", ["another", "unknown"])
@pytest.mark.parametrize("key", ["", "a"])
def test_another_contact_is_refused_whether_or_not_it_exists(
    buyer: Person, asked: dict[str, Any], contact: str, key: str
) -> None:
    number = buyer.get("/order").body[0]["number"]
    other = {**asked, "contact": buyer.contact() if contact == "another" else 77}
    told = refused(buyer.post("/order", other, key=key), "contact_differs")
    assert told == {"id": asked["id"], "number": number, "contact": asked["contact"]}
    # The refusal did not use up the key.
    assert buyer.post("/order", asked, key=key).status == 200


def test_a_contact_that_was_deleted_since_is_still_the_same_request(buyer: Person, asked: dict[str, Any]) -> None:
    assert buyer.delete("/user/contact", {"items": [asked["contact"]]}).status == 200
    assert buyer.post("/order", asked).status == 200


def test_a_version_that_was_not_ordered_is_refused_and_names_the_order(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    contact, first = buyer.contact(), buyer.basket()
    buyer.add((shop.sells(2), 1))
    second = buyer.basket()
    placed = buyer.post("/order", {"id": first["id"], "contact": contact, "version": second["version"]})
    stale = buyer.post("/order", {"id": first["id"], "contact": contact, "version": first["version"]})
    assert refused(stale, "version_differs") == {"id": first["id"], "number": placed.body["number"]}


@pytest.mark.parametrize("key", ["", "a"])
def test_a_repeat_while_another_basket_waits_returns_the_order_and_names_the_basket(
    buyer: Person, shop: Person, asked: dict[str, Any], key: str
) -> None:
    first = buyer.post("/order", asked, key=key)
    buyer.add((shop.sells(2), 3))
    waiting = buyer.basket()["id"]
    answer = buyer.post("/order", asked, key=key)
    assert (answer.status, answer.body) == (200, first.body)
    assert answer.headers["Waiting-Basket"] == str(waiting)
    assert "Waiting-Basket" in answer.headers["Access-Control-Expose-Headers"]
    assert buyer.basket()["id"] == waiting
    assert buyer.delete("/basket", {"items": [shop.sells(2)]}).status == 200
    assert "Waiting-Basket" not in buyer.post("/order", asked).headers


def test_an_order_stored_without_contact_id_and_versions_is_returned(buyer: Person, asked: dict[str, Any]) -> None:
    head = Order.at(asked["id"]).require()
    contact = {key: head.contact[key] for key in head.contact if key != "id"}
    Order.at(asked["id"]).update(actions=[Order.contact.set(contact), Order.versions.remove()])
    assert buyer.post("/order", {**asked, "version": "7-older"}).status == 200


@pytest.mark.parametrize(("what", "code"), [("contact", "contact_differs"), ("cancel", "order_canceled")])
def test_the_slower_of_two_requests_compares_itself_with_the_order_of_the_faster(
    buyer: Person, shop: Person, what: str, code: str
) -> None:
    buyer.add((shop.sells(1), 2))
    asked = {"id": buyer.basket()["id"], "contact": buyer.contact()}
    other = {**asked, "contact": buyer.contact()}

    def faster() -> None:
        assert buyer.post("/order", other if what == "contact" else asked).status == 200
        if what == "cancel":
            assert buyer.post(f"/order/{asked['id']}/cancel").status == 200

    with meanwhile("TransactWriteItems", faster):
        refused(buyer.post("/order", asked), code)
    assert len(buyer.get("/order").body) == 1
