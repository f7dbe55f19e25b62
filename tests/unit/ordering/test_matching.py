"""Which offer a code means, of those that have it."""

import pytest

from chalicelib.models.catalogue import Offer
from chalicelib.ordering.codes import CANDIDATES, Code, Match
from chalicelib.ordering.matching import match

GTIN = "4601234567893"
ANY = Code("KD-55")


def offer(number: int, **differs: object) -> Offer:
    """An offer of its own product and shop, of the model KD-55."""
    made = Offer.at(number)
    made.offer_id = made.product_id = number
    made.shop_id, made.ext_id, made.name = 1000 + number, f"id-{number}", f"Товар {number}"
    made.model, made.category_id, made.price, made.quantity = "KD-55", 7, number * 100, 10
    for name, value in differs.items():
        setattr(made, name, value)
    return made


def ids(found: Match) -> list[int]:
    return [one.offer_id for one in found.candidates]


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("kd 55", {}),
        ("КД-55", {"model": "КД55"}),
        (GTIN, {"gtin": GTIN}),
        ("0" + GTIN, {"gtin": GTIN}),
        (GTIN, {"gtin": "0" + GTIN}),
        ("4 601234 567893", {"gtin": GTIN}),
        ("ID/1", {}),
    ],
)
def test_a_code_of_one_offer_means_it_in_any_punctuation(text: str, has: dict[str, object]) -> None:
    only = offer(1, **has)
    assert match(Code(text), 1, [only]) == Match(only)


def test_what_no_longer_has_the_code_is_not_meant() -> None:
    assert match(Code("KD-56"), 1, [offer(1)]) == match(ANY, 1, []) == Match(refused="code_not_found")


def test_a_named_shop_excludes_the_others() -> None:
    offers = [offer(1), offer(2)]
    assert match(Code("KD-55", 1002), 1, offers).offer is offers[1]
    assert match(Code("KD-55", 7), 1, offers).refused == "code_not_found"


def test_candidates_are_in_stock_first_then_the_cheapest() -> None:
    offers = [
        offer(1, quantity=0),
        offer(4),
        offer(3),
        offer(2, quantity=3, min_quantity=5),  # which nobody can order either
    ]
    found = match(ANY, 1, offers)
    assert (found.offer, found.refused, found.more) == (None, "ambiguous_code", False)
    assert ids(found) == [3, 4, 1, 2]


def test_candidates_are_bounded_and_say_so() -> None:
    found = match(ANY, 1, [offer(number) for number in range(1, CANDIDATES + 2)])
    assert (ids(found), found.more) == ([1, 2, 3, 4, 5], True)


def test_partly_known_codes_are_neither_certain_nor_missing() -> None:
    only = offer(1)
    assert match(ANY, 1, [only], complete=False) == Match(refused="ambiguous_code", candidates=(only,), more=True)
    assert match(ANY, 1, [], complete=False) == Match(refused="ambiguous_code", more=True)


ONE_GOOD = [
    {"product_id": 5},
    {"gtin": GTIN, "category_id": 8},
    {"gtin": "0" + GTIN},
    {},  # the model that was asked for, in one category
    {"unit": "Шт."},
]
OTHERS = [
    {"unit": "упак"},
    {"category_id": 8},
    {"model": "M-1", "ext_id": "kd55"},
    {"product_id": 5, "unit": "кг"},
]


@pytest.mark.parametrize("differs", ONE_GOOD)
def test_the_cheapest_of_one_good_is_chosen_if_asked_for(differs: dict[str, object]) -> None:
    first = offer(2, product_id=5, gtin=GTIN, unit="шт")
    offers = [first, offer(3, **differs)]
    found = match(ANY, 1, offers, choose_cheapest=True)
    assert (found.offer, found.chosen) == (first, True)
    assert match(ANY, 1, offers).refused == "ambiguous_code"


@pytest.mark.parametrize("differs", OTHERS)
def test_nothing_is_chosen_between_different_goods_or_units(differs: dict[str, object]) -> None:
    offers = [offer(2, product_id=5), offer(3, **differs)]
    found = match(ANY, 1, offers, choose_cheapest=True)
    assert (found.offer, found.refused, ids(found)) == (None, "ambiguous_code", [2, 3])


def test_nothing_is_chosen_by_a_model_that_one_shop_uses_for_several_goods() -> None:
    red, blue, elsewhere = offer(1, shop_id=7), offer(2, shop_id=7), offer(3)
    assert match(ANY, 1, [red, blue, elsewhere], choose_cheapest=True).refused == "ambiguous_code"
    assert match(ANY, 1, [red, elsewhere], choose_cheapest=True).offer == red
    twice = offer(2, shop_id=7, product_id=1)
    assert match(ANY, 1, [red, twice, elsewhere], choose_cheapest=True).offer == red


def test_the_cheapest_that_can_be_had_in_this_quantity_is_chosen() -> None:
    few, step, enough = offer(1, quantity=3), offer(2, step_quantity=4), offer(3)

    def chosen(quantity: int) -> Offer | None:
        return match(ANY, quantity, [enough, step, few], choose_cheapest=True).offer

    assert [chosen(quantity) for quantity in (3, 4, 5, 11)] == [few, step, enough, few]


def test_a_single_offer_is_not_called_chosen() -> None:
    only = offer(1)
    assert match(ANY, 1, [only], choose_cheapest=True) == Match(only)
