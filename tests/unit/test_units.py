"""Spellings of units."""

import pytest

from chalicelib.units import BY_CODE, CODES, plain_unit, same_unit


@pytest.mark.parametrize(
    ("one", "other"),
    [("шт", "ШТ."), ("шт", " шт "), ("", "шт"), ("", " . "), ("упаковка 10 шт", "Упаковка  10 шт."), ("м²", "м²")],
)
def test_spellings_of_one_unit_are_the_same(one: str, other: str) -> None:
    assert same_unit(one, other)
    assert same_unit(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("шт", "упаковка 10 шт"), ("", "кор."), ("упаковка 10 шт", "упаковка 20 шт"), ("м", "м²"), ("г", "кг")],
)
def test_other_units_are_not(one: str, other: str) -> None:
    assert not same_unit(one, other)
    assert not same_unit(other, one)


def test_a_unit_that_a_code_names_has_that_code_in_turn() -> None:
    """What 1C sends by code goes back to it in orders by the same code."""
    assert {CODES[plain_unit(unit)] for unit in BY_CODE.values()} == BY_CODE.keys()
