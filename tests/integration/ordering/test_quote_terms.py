"""The quote covers what is bought: another unit or other quantities have to be agreed to, a new name is reported."""

from typing import Any

import pytest

from chalicelib.models.catalogue import Offer
from chalicelib.ordering import basket, terms
from tests.integration.calls import meanwhile
from tests.integration.ordering.terms import BUN, PACK, bakery, change, request, rows, unit_change
from tests.integration.world import Person, World, good, price_list


@pytest.fixture
def shop(world: World) -> Person:
    return bakery(world)


def relist(world: World, shop: Person, **more: Any) -> None:
    """The supplier's next price list says this of the bun."""
    assert world.drop(shop.shop_id, price_list(good(1, **{**BUN, "unit": "шт", **more}), good(2, price=20)))


@pytest.mark.parametrize("versioned", [True, False])
@pytest.mark.parametrize(("was", "now"), [("шт", PACK), (PACK, "шт")])
def test_another_unit_at_the_same_price_is_refused_with_was_and_now(
    world: World, buyer: Person, shop: Person, was: str, now: str, versioned: bool
) -> None:
    relist(world, shop, unit=was)
    buyer.add((shop.sells(1), 7))
    order = request(buyer, versioned=versioned)
    relist(world, shop, unit=now)
    answer = buyer.post("/order", order)
    assert rows(answer) == [unit_change(shop, was, now)]
    assert shop.offer(1).quantity == 100
    assert buyer.post("/order", order).status == 409
    # Who names the version of the answer has read it.
    assert buyer.post("/order", order | {"version": answer.body["version"]}).status == 200
    assert buyer.get("/order").body[0]["ordered_items"][0]["unit"] == now


@pytest.mark.parametrize("versioned", [True, False])
@pytest.mark.parametrize(
    ("now", "stored"),
    [
        ({"min_quantity": 3, "step_quantity": 3, "max_quantity": None}, {"min_quantity": 3, "step_quantity": 3}),
        ({"min_quantity": 6, "step_quantity": 1, "max_quantity": None}, {"min_quantity": 6}),
        ({"min_quantity": 1, "step_quantity": 1, "max_quantity": 6}, {"max_quantity": 6}),
    ],
)
def test_other_quantities_are_refused_although_the_wanted_one_is_still_valid(
    buyer: Person, shop: Person, now: dict[str, Any], stored: dict[str, int], versioned: bool
) -> None:
    buyer.add((shop.sells(1), 6))
    order = request(buyer, versioned=versioned)
    change(shop, **stored)
    was = {"min_quantity": 1, "step_quantity": 1, "max_quantity": None}
    answer = buyer.post("/order", order)
    assert rows(answer) == [{"id": shop.sells(1), "reason": "quantities", "was": was, "now": now}]
    assert buyer.post("/order", order | {"version": answer.body["version"]}).status == 200


def test_all_that_changed_is_named_at_once(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 6))
    order = request(buyer)
    change(shop, unit=PACK, step_quantity=2, price=6_000, name="Булки", model="б/2")
    answer = buyer.post("/order", order)
    assert [row["reason"] for row in rows(answer)] == ["unit", "quantities", "price"]
    assert rows(answer)[0] == unit_change(shop, "шт", PACK, 60)
    was, now = {"name": "Булка 500 г", "model": "m/1"}, {"name": "Булки", "model": "б/2"}
    assert answer.body["renamed"] == [{"id": shop.sells(1), "was": was, "now": now}]


def test_a_quantity_that_is_no_longer_sold_is_refused_together_with_the_new_unit(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 7))
    order = request(buyer)
    change(shop, unit=PACK, step_quantity=2)
    refused = rows(buyer.post("/order", order), "rows_refused")
    assert [row["reason"] for row in refused] == ["multiple", "unit"]
    # Another quantity agrees to nothing that no answer has shown.
    assert buyer.put("/basket", {"items": [{"id": shop.sells(1), "quantity": 8}]}).status == 200
    assert [row["reason"] for row in rows(buyer.post("/order", order))] == ["unit", "quantities"]
    buyer.basket()
    assert buyer.post("/order", order).status == 200


def test_the_basket_shows_once_what_was(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 6))
    change(shop, unit=PACK, min_quantity=2, step_quantity=2, max_quantity=8, name="Булки", model="б/2")
    row = buyer.basket()["ordered_items"][0]
    assert {key: row[key] for key in row if key.endswith("_was")} == {
        **{"unit_was": "шт", "min_quantity_was": 1, "step_quantity_was": 1, "max_quantity_was": None},
        **{"name_was": "Булка 500 г", "model_was": "m/1"},
    }
    assert row["product_info"]["unit"] == PACK
    assert not [key for key in buyer.basket()["ordered_items"][0] if key.endswith("_was")]
    assert buyer.place().status == 200


@pytest.mark.parametrize(
    "values",
    [{"unit": PACK}, {"min_quantity": 2}, {"step_quantity": 2}, {"max_quantity": 9}, {"name": "Б"}, {"model": "б"}],
    ids=lambda values: next(iter(values)),
)
def test_the_version_covers_what_is_bought(buyer: Person, shop: Person, values: dict[str, Any]) -> None:
    buyer.add((shop.sells(1), 6))
    before = buyer.basket()["version"]
    change(shop, **values)
    assert buyer.basket()["version"] != before


@pytest.mark.parametrize("versioned", [True, False])
def test_a_new_name_is_reported_and_ordered_every_time(buyer: Person, shop: Person, versioned: bool) -> None:
    buyer.add((shop.sells(1), 6))
    order = request(buyer, versioned=versioned)
    change(shop, name="Булка пшеничная 500 г")
    first, again = buyer.post("/order", order), buyer.post("/order", order)
    was, now = {"name": "Булка 500 г", "model": "m/1"}, {"name": "Булка пшеничная 500 г", "model": "m/1"}
    assert (first.status, first.body["renamed"]) == (200, [{"id": shop.sells(1), "was": was, "now": now}])
    assert again.body == first.body
    assert "price_falls" not in first.body


@pytest.mark.parametrize("unit", ["ШТ.", " шт", ""])
def test_another_spelling_of_the_unit_is_no_change(buyer: Person, shop: Person, unit: str) -> None:
    buyer.add((shop.sells(1), 6))
    order = request(buyer)
    change(shop, unit=unit)
    assert buyer.post("/order", order).status == 200


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"unit": PACK}, "unit"), ({"max_quantity": 50}, "quantities"), ({"step_quantity": 3}, "quantities")],
)
@pytest.mark.parametrize("versioned", [True, False])
def test_terms_that_change_between_reading_and_writing_are_refused(
    buyer: Person, shop: Person, values: dict[str, Any], reason: str, versioned: bool
) -> None:
    buyer.add((shop.sells(1), 6))
    order = request(buyer, versioned=versioned)
    with meanwhile("TransactWriteItems", lambda: change(shop, **values)):
        assert [row["reason"] for row in rows(buyer.post("/order", order))] == [reason]
    assert shop.offer(1).quantity == 100


def test_terms_that_change_back_to_their_defaults_while_writing_are_refused(buyer: Person, shop: Person) -> None:
    change(shop, unit=PACK, min_quantity=2, step_quantity=2, max_quantity=8)
    buyer.add((shop.sells(1), 6))
    order = request(buyer)

    def unsaid() -> None:
        names = (Offer.unit, Offer.min_quantity, Offer.step_quantity, Offer.max_quantity)
        Offer.at(shop.sells(1)).update(actions=[one.remove() for one in names])

    with meanwhile("TransactWriteItems", unsaid):
        assert [row["reason"] for row in rows(buyer.post("/order", order))] == ["unit", "quantities"]
    buyer.basket()
    assert buyer.post("/order", order).status == 200


def test_more_of_a_good_never_turns_pieces_into_packs(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 6))
    order = request(buyer)
    change(shop, unit=PACK)
    buyer.add((shop.sells(1), 1))
    buyer.post("/basket/items", {"items": [{"product_info": shop.sells(1), "quantity": 1}]})
    assert rows(buyer.post("/order", order)) == [unit_change(shop, "шт", PACK)]


def test_the_version_of_an_answer_holds_the_terms_it_showed(buyer: Person, shop: Person) -> None:
    buyer.add((shop.sells(1), 6))
    order = request(buyer, versioned=True)
    change(shop, unit=PACK)
    told = order | {"version": buyer.post("/order", order).body["version"]}
    change(shop, unit="ящик")
    assert rows(buyer.post("/order", told)) == [unit_change(shop, PACK, "ящик")]
    assert rows(buyer.post("/order", order)) == [unit_change(shop, "шт", "ящик")]


def test_what_a_full_basket_cannot_remember_is_asked_about_again(
    buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(basket, "_MOST_BYTES", 10)
    buyer.add((shop.sells(1), 6))
    order = request(buyer, versioned=True)
    change(shop, unit=PACK)
    buyer.basket()
    assert buyer.post("/order", order).body["code"] == "basket_changed"
    assert buyer.post("/order", request(buyer, versioned=True)).status == 200


def test_a_basket_without_names_reports_none_and_still_holds_units(
    buyer: Person, shop: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terms, "MOST_BYTES", 10)
    buyer.add((shop.sells(1), 6))
    order = request(buyer)
    change(shop, name="Булки")
    assert "name_was" not in buyer.basket()["ordered_items"][0]
    change(shop, unit=PACK)
    answer = buyer.post("/order", order)
    assert rows(answer) == [unit_change(shop, "шт", PACK)]
    assert "renamed" not in answer.body
