"""What a supplier may see and switch."""

import json
from typing import Any

import pytest

from chalicelib.models.orders import Part
from tests.integration.calls import watched
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price=100))


@pytest.fixture
def other(world: World) -> Person:
    return world.shop("other@a.example", good(7, price=5000))


@pytest.fixture
def buyer(world: World) -> Person:
    return world.person("secret.buyer@b.example")


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
    assert {"id", "email"}.isdisjoint(part.contact)


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


def test_a_shop_tells_whether_it_takes_orders(shop: Person) -> None:
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
def test_what_is_no_state_is_refused(shop: Person, state: object) -> None:
    answer = shop.post("/partner/state", {"state": state})
    assert (answer.status, list(answer.body["Errors"])) == (400, ["state"])


CALLS = [
    ("GET", "/partner/state"),
    ("POST", "/partner/state"),
    ("GET", "/partner/orders"),
    ("GET", "/partner/imports/5"),
    ("POST", "/partner/update"),
    ("POST", "/partner/update/url"),
    ("POST", "/partner/update/file"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_nobody_is_a_supplier_without_a_token(world: World, method: str, path: str) -> None:
    answer = world.call(method, path, {"state": "on"})
    assert (answer.status, "WWW-Authenticate" in answer.headers) == (401, True)


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("role", ["buyer", "administrator"])
def test_the_calls_of_suppliers_are_for_suppliers(world: World, method: str, path: str, role: str) -> None:
    token = world.person("who@b.example", role).token
    assert world.call(method, path, {"state": "on"}, token).status == 403


@pytest.mark.parametrize("body", [{}, {"url": ""}, {"url": None}, {"url": "ftp://a.example/x"}, {"url": "x" * 3000}])
@pytest.mark.parametrize("path", ["/partner/update", "/partner/update/url"])
def test_what_is_no_source_is_refused(shop: Person, path: str, body: dict[str, Any]) -> None:
    answer = shop.post(path, body)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["url"])


@pytest.mark.parametrize("body", [{}, {"file": "text"}, {"file": 1}, {"url": "http://a.example/x.yaml"}])
def test_what_is_no_file_is_refused(shop: Person, body: dict[str, Any]) -> None:
    answer = shop.post("/partner/update/file", body)
    assert (answer.status, list(answer.body["Errors"])) == (400, ["file"])


def test_a_file_field_without_a_chosen_file_counts_for_nothing(shop: Person) -> None:
    part = '--B\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
    blank = part.format("file", '; filename=""', "")
    form = (blank + part.format("url", "", "http://a.example/x.yaml") + "--B--\r\n").encode()
    assert shop.post("/partner/update", form, content_type="multipart/form-data; boundary=B").status == 200
    alone = shop.post("/partner/update", (blank + "--B--\r\n").encode(), content_type="multipart/form-data; boundary=B")
    assert (alone.status, list(alone.body["Errors"])) == (400, ["url"])
