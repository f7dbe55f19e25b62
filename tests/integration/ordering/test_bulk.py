"""Many goods into the basket at once: every entry gets its own result."""

import json
from typing import Any

import pytest

from chalicelib.catalogue.identity import offer_id
from chalicelib.catalogue.shops import set_accepting
from chalicelib.models.catalogue import Offer
from chalicelib.ordering import bulk
from tests.integration.calls import meanwhile, watched
from tests.integration.world import Person, World, good


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price=100), good("арт-2", quantity=3))


def put(buyer: Person, *items: Any, **more: str) -> Any:
    answer = buyer.post("/basket/items", {"items": list(items)}, **more)
    assert answer.status == 200
    assert answer.body["Status"] is True
    return answer.body


def results(body: Any) -> list[str]:
    return [row["result"] for row in body["results"]]


def held(buyer: Person) -> dict[int, int]:
    return {row["id"]: row["quantity"] for row in buyer.basket()["ordered_items"]}


def test_goods_are_added_by_offer_and_by_the_suppliers_own_id(buyer: Person, shop: Person) -> None:
    body = put(
        buyer,
        {"product_info": str(shop.sells(1)), "quantity": "2"},
        {"shop": shop.shop_id, "ext_id": "арт-2", "quantity": 3},
    )
    assert body == {
        "Status": True,
        "added": 2,
        "results": [
            {"position": 0, "result": "added", "id": shop.sells(1), "quantity": 2},
            {"position": 1, "result": "added", "id": shop.sells("арт-2"), "quantity": 3},
        ],
    }
    assert held(buyer) == {shop.sells(1): 2, shop.sells("арт-2"): 3}


def test_the_suppliers_own_id_may_be_a_number(buyer: Person, shop: Person) -> None:
    assert results(put(buyer, {"shop": str(shop.shop_id), "ext_id": 1, "quantity": 1})) == ["added"]


def test_one_refused_entry_does_not_keep_the_rest_out(world: World, buyer: Person, shop: Person) -> None:
    closed = world.shop("closed@a.example", good(9))
    set_accepting(closed.shop_id, False)
    body = put(
        buyer,
        {"product_info": 5, "quantity": 1},
        {"shop": shop.shop_id, "ext_id": "nothing", "quantity": 1},
        {"shop": 77, "ext_id": "1", "quantity": 1},
        {"product_info": shop.sells("арт-2"), "quantity": 4},
        {"shop": closed.shop_id, "ext_id": "9", "quantity": 1},
        {"product_info": shop.sells(1), "quantity": 0},
        {"product_info": shop.sells(1), "quantity": 1},
    )
    assert results(body) == ["not_found"] * 3 + ["too_many", "closed", "invalid", "added"]
    assert (body["added"], body["results"][3]["possible"]) == (1, 3)
    assert body["results"][3]["message"] == "Осталось 3"
    assert held(buyer) == {shop.sells(1): 1}


def test_messages_are_in_the_language_of_the_caller(buyer: Person, shop: Person) -> None:
    body = put(buyer, {"product_info": 5, "quantity": 1}, {"quantity": 1}, language="en")
    assert body["results"][0]["message"] == "No longer sold"
    assert "or shop and ext_id" in body["results"][1]["errors"]["product_info"][0]


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ("x", "body"),
        (None, "body"),
        ([], "body"),
        ({}, "quantity"),
        ({"quantity": 1}, "product_info"),
        ({"quantity": 1, "shop": 1}, "product_info"),
        ({"quantity": 1, "ext_id": "1"}, "product_info"),
        ({"quantity": 1, "product_info": "x"}, "product_info"),
        ({"quantity": 1, "shop": "x", "ext_id": "1"}, "shop"),
        ({"quantity": 1, "shop": 1, "ext_id": ""}, "ext_id"),
        ({"quantity": 1, "shop": 1, "ext_id": {}}, "ext_id"),
        ({"quantity": 1, "shop": 1, "ext_id": "x" * 501}, "ext_id"),
        ({"quantity": -1, "product_info": 1}, "quantity"),
        ({"quantity": True, "product_info": 1}, "quantity"),
        ({"quantity": 1.5, "product_info": 1}, "quantity"),
    ],
)
def test_an_unreadable_entry_is_answered_with_its_fault(buyer: Person, entry: object, field: str) -> None:
    row = put(buyer, entry, {"product_info": 5, "quantity": 1})["results"][0]
    assert (row["result"], row["id"], row["position"]) == ("invalid", None, 0)
    assert field in row["errors"]


@pytest.mark.parametrize("items", [None, [], "", "x", 1, [{}] * 1_001, "[]"])
def test_refuses_entries_that_are_not_a_list(buyer: Person, items: object) -> None:
    answer = buyer.post("/basket/items", {"items": items})
    assert (answer.status, list(answer.body["Errors"])) == (400, ["items"])


def test_entries_may_be_json_text_in_a_form(world: World, buyer: Person, shop: Person) -> None:
    items = json.dumps([{"product_info": shop.sells(1), "quantity": 1}])
    assert results(buyer.post("/basket/items", {"items": items}).body) == ["added"]


def test_entries_of_one_offer_add_up_to_what_there_is(buyer: Person, shop: Person) -> None:
    entry = {"product_info": shop.sells("арт-2"), "quantity": 2}
    body = put(buyer, entry, entry, {**entry, "quantity": 1})
    assert results(body) == ["added", "too_many", "added"]
    assert held(buyer) == {shop.sells("арт-2"): 3}


def test_goods_already_in_the_basket_get_more(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 2))
    assert put(buyer, {"product_info": shop.sells(1), "quantity": 3})["results"][0]["quantity"] == 5


def test_a_basket_takes_as_many_rows_as_an_order_can_carry(
    world: World, buyer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = world.shop("large@a.example", *[good(n) for n in range(5)])
    monkeypatch.setattr("chalicelib.ordering.basket.MAX_ROWS", 3)
    body = put(buyer, *[{"shop": shop.shop_id, "ext_id": str(n), "quantity": 1} for n in range(5)])
    assert (body["added"], results(body)) == (3, ["added"] * 3 + ["full"] * 2)
    more = put(buyer, {"product_info": shop.sells(0), "quantity": 1}, {"product_info": shop.sells(4), "quantity": 1})
    assert results(more) == ["added", "full"]
    assert buyer.place().status == 200


def test_five_hundred_entries_take_one_write_and_few_reads(buyer: Person, shop: Person) -> None:
    entries = [{"shop": shop.shop_id, "ext_id": f"none-{n}", "quantity": 1} for n in range(499)]
    with watched() as calls:
        body = put(buyer, *entries, {"product_info": shop.sells(1), "quantity": 1})
    assert body["added"] == 1
    # Session, 499 names, the offer that is left and its shop, basket, its write.
    operations = [call.operation for call in calls]
    assert operations == ["GetItem", *["BatchGetItem"] * 7, "GetItem", "PutItem"]


def test_nothing_is_written_where_nothing_is_added(buyer: Person) -> None:
    with watched() as calls:
        put(buyer, {"product_info": 5, "quantity": 1}, {"quantity": 1})
    assert "PutItem" not in [call.operation for call in calls]
    assert buyer.get("/basket").body == []


def test_a_row_added_at_the_same_moment_is_kept(buyer: Person, shop: Person) -> None:
    with meanwhile("PutItem", lambda: buyer.add((shop.sells("арт-2"), 2)), table="baskets"):
        body = put(
            buyer,
            {"product_info": shop.sells(1), "quantity": 1},
            {"product_info": shop.sells("арт-2"), "quantity": 2},
        )
    assert results(body) == ["added", "too_many"]
    assert held(buyer) == {shop.sells("арт-2"): 2, shop.sells(1): 1}


def stored_under(shop: Person, ext_id: str, attempt: int, of_shop: int, named: str) -> None:
    """An offer that stands where the shop's good would be looked for."""
    template = shop.offer(1)
    offer = Offer.at(offer_id(shop.shop_id, ext_id, attempt))
    for name, value in template.attribute_values.items():
        if name not in {"pk", "sk"}:
            setattr(offer, name, value)
    offer.offer_id, offer.shop_id, offer.ext_id = int(offer.pk.partition("#")[2]), of_shop, named
    offer.save()


@pytest.mark.parametrize("taken", [1, 2])
def test_a_good_that_stepped_over_a_foreign_id_is_found(shop: Person, taken: int) -> None:
    for attempt in range(taken):
        stored_under(shop, "x", attempt, 77, f"foreign-{attempt}")
    stored_under(shop, "x", taken, shop.shop_id, "x")
    name = (shop.shop_id, "x")
    assert bulk.find_by_ext_id({name}) == {name: offer_id(*name, taken)}


def test_a_good_of_another_shop_with_the_same_id_is_not_taken_for_it(buyer: Person, shop: Person) -> None:
    for attempt in range(3):
        stored_under(shop, "x", attempt, 77, "x")
    assert results(put(buyer, {"shop": shop.shop_id, "ext_id": "x", "quantity": 1})) == ["not_found"]
