"""The basket: its published shapes, and what may stand in it."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.integration.calls import meanwhile, watched
from tests.integration.world import Person, World, good

FORM = "multipart/form-data; boundary=edge"


def in_form(**fields: str) -> bytes:
    parts = [f'--edge\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    return ("".join(parts) + "--edge--\r\n").encode()


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price="19,90", price_rrc=25), good(2, quantity=3))


def quantities(person: Person) -> dict[int, int]:
    return {row["id"]: row["quantity"] for row in person.basket()["ordered_items"]}


def test_an_empty_basket_is_an_empty_list(buyer: Person) -> None:
    assert buyer.get("/basket").body == []


def test_the_basket_has_the_published_keys(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    basket = buyer.basket()
    assert basket["state"] == "basket"
    assert basket["contact"] is None
    assert basket["total_sum"] == 39.80
    assert {"id", "ordered_items", "dt"} <= basket.keys()


def test_a_row_shows_its_good_as_the_product_list_does(buyer: Person, shop: Person, world: World) -> None:
    buyer.add((shop.sells(1), 2))
    listed = {offer["id"]: offer for offer in world.call("GET", "/products").body}
    assert buyer.basket()["ordered_items"] == [
        {
            "id": shop.sells(1),
            "product_info": listed[shop.sells(1)],
            "quantity": 2,
            **{"price": 19.9, "stock": 10, "possible": 10},
        }
    ]


def test_adding_answers_with_the_number_of_rows(buyer: Person, shop: Person) -> None:
    assert buyer.add((shop.sells(1), 2), (shop.sells(2), 1)).body == {"Status": True, "Создано объектов": 2}


def test_adding_twice_adds_up(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    buyer.add((shop.sells(1), 3), (shop.sells(1), 1))
    assert quantities(buyer) == {shop.sells(1): 6}


def test_putting_sets_the_quantity(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2), (shop.sells(2), 1))
    answer = buyer.put("/basket", {"items": [{"id": shop.sells(1), "quantity": 7}]})
    assert answer.body == {"Status": True, "Обновлено объектов": 1}
    assert quantities(buyer) == {shop.sells(1): 7, shop.sells(2): 1}


@pytest.mark.parametrize("written", [lambda i: str(i), lambda i: [i], lambda i: f" {i},  {i}, 6add"])
def test_deleting_takes_rows_as_text_or_list(buyer: Person, shop: Person, written: Callable[[int], Any]) -> None:
    buyer.add((shop.sells(1), 2), (shop.sells(2), 1))
    answer = buyer.delete("/basket", {"items": written(shop.sells(1))})
    assert answer.body == {"Status": True, "Удалено объектов": 1}
    assert quantities(buyer) == {shop.sells(2): 1}


def test_deleting_from_an_empty_basket_deletes_no_rows(buyer: Person) -> None:
    assert buyer.delete("/basket", {"items": "1,2"}).body == {"Status": True, "Удалено объектов": 0}


def test_a_basket_whose_last_row_was_deleted_is_empty_and_can_be_filled(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    buyer.delete("/basket", {"items": [shop.sells(1)]})
    assert buyer.get("/basket").body == []
    buyer.add((shop.sells(2), 1))
    assert quantities(buyer) == {shop.sells(2): 1}


@pytest.mark.parametrize("id_type", [int, str])
def test_items_are_taken_as_a_list_and_as_json_text_in_json(buyer: Person, shop: Person, id_type: type) -> None:
    items = [{"product_info": id_type(shop.sells(1)), "quantity": 1}]
    assert buyer.post("/basket", {"items": items}).status == 200
    assert buyer.post("/basket", {"items": json.dumps(items)}).status == 200
    assert quantities(buyer) == {shop.sells(1): 2}


def test_items_are_taken_as_json_text_in_both_kinds_of_form(buyer: Person, shop: Person) -> None:
    items = json.dumps([{"product_info": shop.sells(1), "quantity": "2"}])
    assert buyer.post("/basket", in_form(items=items), content_type=FORM).status == 200
    encoded = urlencode({"items": items}).encode()
    assert buyer.post("/basket", encoded, content_type="application/x-www-form-urlencoded").status == 200
    assert quantities(buyer) == {shop.sells(1): 4}


def test_putting_and_deleting_take_forms_too(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2), (shop.sells(2), 1))
    items = json.dumps([{"id": str(shop.sells(1)), "quantity": 5}])
    assert buyer.put("/basket", in_form(items=items), content_type=FORM).body["Обновлено объектов"] == 1
    gone = buyer.delete("/basket", in_form(items=str(shop.sells(2))), content_type=FORM)
    assert gone.body["Удалено объектов"] == 1
    assert quantities(buyer) == {shop.sells(1): 5}


@pytest.mark.parametrize("quantity", [0, -1, 1.5, "1.5", 10**7, 10**40, True, None, "", [], {}, "много"])
@pytest.mark.parametrize("method", ["post", "put"])
def test_refuses_a_quantity_that_is_not_a_positive_integer(
    buyer: Person, shop: Person, method: str, quantity: object
) -> None:
    buyer.add((shop.sells(1), 2))
    item = {"product_info": shop.sells(1), "id": shop.sells(1), "quantity": quantity}
    answer = getattr(buyer, method)("/basket", {"items": [item]})
    assert (answer.status, answer.body["code"]) == (400, "invalid_fields")
    assert list(answer.body["Errors"]) == ["items.0.quantity"]
    assert quantities(buyer) == {shop.sells(1): 2}


@pytest.mark.parametrize("items", [None, "", "товар", "[", [], "[]", 5, True, [1], ["x"], [[]], "7", "null"])
@pytest.mark.parametrize("method", ["post", "put"])
def test_refuses_items_that_are_not_a_list(buyer: Person, method: str, items: object) -> None:
    answer = getattr(buyer, method)("/basket", {"items": items})
    assert (answer.status, answer.body["code"]) == (400, "invalid_fields")


def test_an_unknown_offer_is_named_with_its_position(buyer: Person, shop: Person) -> None:
    answer = buyer.add((shop.sells(1), 1), (shop.sells(99), 1))
    assert answer.status == 400
    assert list(answer.body["Errors"]) == ["items.1.product_info"]
    assert buyer.get("/basket").body == []


def test_an_unknown_row_is_named_with_its_position(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 1))
    items = [{"id": shop.sells(1), "quantity": 4}, {"id": shop.sells(2), "quantity": 1}]
    answer = buyer.put("/basket", {"items": items})
    assert answer.status == 400
    assert list(answer.body["Errors"]) == ["items.1.id"]
    assert quantities(buyer) == {shop.sells(1): 1}


def test_rows_keep_the_order_in_which_they_were_added(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(2), 1))
    buyer.add((shop.sells(1), 1))
    buyer.add((shop.sells(2), 1))
    assert list(quantities(buyer)) == [shop.sells(2), shop.sells(1)]


def test_a_concurrent_change_is_not_lost(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 1))
    with meanwhile("PutItem", lambda: buyer.add((shop.sells(2), 1)), table="baskets"):
        assert buyer.add((shop.sells(1), 2)).status == 200
    assert quantities(buyer) == {shop.sells(1): 3, shop.sells(2): 1}


def test_the_first_item_of_a_basket_does_not_replace_a_concurrent_one(buyer: Person, shop: Person) -> None:
    with meanwhile("PutItem", lambda: buyer.add((shop.sells(2), 1)), table="baskets"):
        assert buyer.add((shop.sells(1), 2)).status == 200
    assert quantities(buyer) == {shop.sells(1): 2, shop.sells(2): 1}


def test_a_basket_that_keeps_changing_is_given_up_politely(
    buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.ordering.basket._store", lambda *_: False)
    answer = buyer.add((shop.sells(1), 1))
    assert (answer.status, answer.body["code"]) == (409, "basket_changed")


def test_buyers_have_baskets_of_their_own(world: World, buyer: Person, shop: Person) -> None:
    other = world.person("other@b.example")
    buyer.add((shop.sells(1), 1))
    assert other.get("/basket").body == []
    assert other.delete("/basket", {"items": [shop.sells(1)]}).body["Удалено объектов"] == 0
    assert other.put("/basket", {"items": [{"id": shop.sells(1), "quantity": 5}]}).status == 400
    assert quantities(buyer) == {shop.sells(1): 1}


def test_showing_a_basket_takes_three_calls_whatever_is_in_it(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 1), (shop.sells(2), 1))
    with watched() as calls:
        buyer.basket()
    assert [(call.operation, call.table) for call in calls] == [
        ("GetItem", "accounts"),
        ("GetItem", "baskets"),
        ("BatchGetItem", "catalogue"),
    ]


def test_a_basket_is_shown_by_the_cheaper_reading_and_what_that_lacks_is_looked_for_again(
    buyer: Person, shop: Person
) -> None:
    def readings() -> list[bool]:
        with watched() as calls:
            assert buyer.get("/basket").status == 200
        asked = [call.request["RequestItems"] for call in calls if call.operation == "BatchGetItem"]
        return [tables["retail-orders-test-catalogue"]["ConsistentRead"] for tables in asked]

    buyer.add((shop.sells(1), 1), (shop.sells(2), 1))
    assert readings() == [False]
    shop.offer(1).delete()
    assert readings() == [False, True]


@pytest.mark.parametrize("query", ["", "?category_id={}"])
def test_lists_read_offers_and_shops_as_they_may_have_been_a_moment_ago(world: World, shop: Person, query: str) -> None:
    category = shop.offer(1).category_id
    with watched() as calls:
        assert len(world.call("GET", f"/products{query.format(category)}").body) == 2
    asked = [call.request["RequestItems"] for call in calls if call.operation == "BatchGetItem"]
    assert [wanted["ConsistentRead"] for tables in asked for wanted in tables.values()] == [False]
