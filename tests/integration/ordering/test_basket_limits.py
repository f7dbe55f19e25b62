"""What a basket cannot hold: more than there is, what is not sold, and more than its limits."""

from typing import Any

import pytest

from chalicelib.catalogue.shops import set_accepting
from chalicelib.models.catalogue import Offer
from tests.integration.calls import meanwhile
from tests.integration.world import Person, World, good, price_list


@pytest.fixture
def shop(world: World) -> Person:
    return world.shop("shop@a.example", good(1, price="19,90", price_rrc=25), good(2, quantity=3))


def quantities(person: Person) -> dict[int, int]:
    return {row["id"]: row["quantity"] for row in person.basket()["ordered_items"]}


def refusal(answer: Any) -> list[tuple[int, str, int, int]]:
    assert (answer.status, answer.body["code"]) == (409, "rows_refused")
    return [(row["id"], row["reason"], row["wanted"], row["possible"]) for row in answer.body["rows"]]


def test_a_shortage_names_the_row_and_the_possible_quantity(buyer: Person, shop: Person) -> None:
    assert refusal(buyer.add((shop.sells(1), 1), (shop.sells(2), 4))) == [(shop.sells(2), "shortage", 4, 3)]
    assert buyer.get("/basket").body == []


def test_rows_already_in_the_basket_count_for_a_shortage(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(2), 2))
    assert refusal(buyer.add((shop.sells(2), 2))) == [(shop.sells(2), "shortage", 4, 3)]
    assert quantities(buyer) == {shop.sells(2): 2}


def test_setting_more_than_there_is_is_refused(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(2), 2))
    answer = buyer.put("/basket", {"items": [{"id": shop.sells(2), "quantity": 4}]})
    assert refusal(answer) == [(shop.sells(2), "shortage", 4, 3)]


def test_a_withdrawn_good_cannot_be_added(buyer: Person, shop: Person, world: World) -> None:
    world.drop(shop.shop_id, price_list(good(1)))
    assert refusal(buyer.add((shop.sells(2), 1))) == [(shop.sells(2), "gone", 1, 0)]


def test_a_good_of_a_closed_shop_cannot_be_added(buyer: Person, shop: Person) -> None:
    set_accepting(shop.shop_id, False)
    assert refusal(buyer.add((shop.sells(1), 1))) == [(shop.sells(1), "closed", 1, 0)]


def test_rows_that_cannot_be_ordered_any_more_are_marked_and_not_lost(
    buyer: Person, shop: Person, world: World
) -> None:
    other = world.shop("other@a.example", good(5))
    buyer.add((shop.sells(1), 1), (shop.sells(2), 1), (other.sells(5), 1))
    world.drop(shop.shop_id, price_list(good(1)))
    set_accepting(other.shop_id, False)
    problems = {row["id"]: row.get("problem", {}).get("reason") for row in buyer.basket()["ordered_items"]}
    assert problems == {shop.sells(1): None, shop.sells(2): "gone", other.sells(5): "closed"}


def test_a_row_whose_offer_does_not_exist_any_more_is_marked_and_can_be_deleted(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 1), (shop.sells(2), 1))
    Offer.at(shop.sells(1)).delete()
    row = buyer.basket()["ordered_items"][0]
    assert (row["product_info"], row["problem"]["reason"]) == (None, "gone")
    assert buyer.basket()["total_sum"] == 100
    assert buyer.delete("/basket", {"items": [shop.sells(1)]}).body["Удалено объектов"] == 1


def test_a_shortage_that_a_concurrent_change_makes_is_noticed(buyer: Person, shop: Person) -> None:
    with meanwhile("PutItem", lambda: buyer.add((shop.sells(2), 2)), table="baskets"):
        assert refusal(buyer.add((shop.sells(2), 2))) == [(shop.sells(2), "shortage", 4, 3)]
    assert quantities(buyer) == {shop.sells(2): 2}


def test_a_basket_holds_so_many_rows_and_no_more(buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.ordering.basket.MAX_ROWS", 1)
    assert buyer.add((shop.sells(1), 1)).status == 200
    answer = buyer.add((shop.sells(2), 1))
    assert (answer.status, answer.body["code"]) == (409, "basket_full")
    assert "1" in answer.body["Errors"]
    assert quantities(buyer) == {shop.sells(1): 1}


def test_a_basket_holds_the_goods_of_so_many_shops_and_no_more(
    world: World, buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = world.shop("other@a.example", good(5))
    monkeypatch.setattr("chalicelib.ordering.basket.MAX_SHOPS", 1)
    assert buyer.add((shop.sells(1), 1), (shop.sells(2), 1)).status == 200
    assert buyer.add((other.sells(5), 1)).body["code"] == "basket_full"


def test_a_full_basket_may_still_get_more_of_what_it_holds(
    buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    buyer.add((shop.sells(1), 1), (shop.sells(2), 1))
    monkeypatch.setattr("chalicelib.ordering.basket.MAX_ROWS", 1)
    assert buyer.add((shop.sells(1), 1)).status == 200


def test_a_basket_and_a_plain_list_end_before_they_have_too_many_bytes(
    world: World, buyer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = world.shop("wide@a.example", *[good(n, parameters={"Свойство": "я" * 500}) for n in range(4)])
    buyer.add(*[(wide.sells(n), 1) for n in range(4)])
    whole = buyer.basket()
    assert "shortened" not in whole
    # One good takes some 3,500 bytes in an answer, in which a Cyrillic letter is six.
    monkeypatch.setattr("chalicelib.answers.fitting.ANSWER_BYTES", 9_000)
    basket = buyer.basket()
    assert (basket["shortened"], basket["total_sum"]) == (True, whole["total_sum"])
    assert [row["product_info"]["product_parameters"] for row in basket["ordered_items"]] == [[]] * 4
    listed = buyer.get(f"/products?shop_id={wide.shop_id}").body
    assert len(listed) == 2
    assert listed[0]["product_parameters"] != []
