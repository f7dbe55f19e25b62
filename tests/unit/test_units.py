"""Spellings of units."""

import pytest

from chalicelib.units import same_unit


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
