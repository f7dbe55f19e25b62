"""What changed of the terms that a buyer was shown."""

import json
from typing import Any

import pytest

from chalicelib.models.baskets import Basket
from chalicelib.ordering.basket import MAX_ROWS, MAX_SHOPS, size_of
from chalicelib.ordering.quantities import MAX_QUANTITY, QuantityRule
from chalicelib.ordering.terms import MOST_BYTES, Terms, TermsChange, fitting, renames_shown, stored_terms

SHOWN = Terms("шт", QuantityRule(1, 1, None), "Булка", "б/1")


def differs(was: Terms, now: Terms) -> tuple[bool, bool, bool]:
    change = TermsChange(1, was, now)
    return change.of_unit, change.of_rule, change.of_name


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (SHOWN, (False, False, False)),
        (Terms("кор", SHOWN.rule, "Булка", "б/1"), (True, False, False)),
        (Terms("шт", QuantityRule(1, 2, None), "Булка", "б/1"), (False, True, False)),
        (Terms("шт", QuantityRule(1, 1, 9), "Булка", "б/1"), (False, True, False)),
        (Terms("шт", SHOWN.rule, "Булки", "б/1"), (False, False, True)),
        (Terms("шт", SHOWN.rule, "Булка", "б/2"), (False, False, True)),
    ],
)
def test_each_term_differs_by_itself(now: Terms, expected: tuple[bool, bool, bool]) -> None:
    assert differs(SHOWN, now) == expected


def test_nothing_differs_from_what_is_unknown() -> None:
    assert differs(Terms(), SHOWN) == (False, False, False)


@pytest.mark.parametrize("terms", [SHOWN, Terms(), Terms("кор", QuantityRule(4, 2, 8)), Terms(None, None, "Б", "")])
def test_terms_are_read_as_they_were_stored(terms: Terms) -> None:
    assert stored_terms(json.loads(json.dumps(terms.stored))) == terms


def test_names_are_left_out_of_a_basket_that_would_be_too_large_and_units_never() -> None:
    many: dict[str, list[Any]] = {str(i): Terms("ш" * 50, SHOWN.rule, "Б" * 500, "").stored for i in range(200)}
    kept = fitting(many)
    assert len(json.dumps(many, ensure_ascii=False).encode()) > MOST_BYTES
    assert {stored_terms(one) for one in kept.values()} == {Terms("ш" * 50, SHOWN.rule)}
    few = dict(list(many.items())[:10])
    assert fitting(few) == few


def test_the_largest_basket_fits_into_its_item_beside_its_terms() -> None:
    ids = [str(10**15 + i) for i in range(MAX_ROWS)]
    rule = QuantityRule(10**9, 10**9, 10**9)
    full = Basket.at(1)
    full.rows = {i: [10**15, MAX_QUANTITY, 10**13] for i in ids}
    full.terms = fitting({i: Terms("😀" * 50, rule, "Ж" * 500, "ж" * 200).stored for i in ids})
    full.tariffs, full.shown = {i: [10**9, 10**9] for i in ids[:MAX_SHOPS]}, []
    assert size_of(full) < 390_000


def test_new_names_are_reported_as_far_as_an_order_can_hold_them() -> None:
    now = Terms("кор", SHOWN.rule, "Н" * 500, "м" * 200)
    found = renames_shown([TermsChange(i, SHOWN, now) for i in range(1000)])
    assert len(json.dumps(found, ensure_ascii=False).encode()) < 60_000
    assert found[0] == {
        "id": 0,
        "was": {"name": "Булка", "model": "б/1"},
        "now": {"name": "Н" * 120, "model": "м" * 120},
    }
    assert renames_shown([TermsChange(1, SHOWN, Terms("кор", SHOWN.rule, "Булка", "б/1"))]) == []
