"""Kopecks inside, exact numbers outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.http import to_json
from chalicelib.money import as_number


@pytest.mark.parametrize(
    ("minor", "written"),
    [
        *[(0, "0"), (11_000_000, "110000"), (1990, "19.90"), (1, "0.01"), (50, "0.50"), (-150, "-1.50"), (-100, "-1")],
        *[(2**53 + 1, "90071992547409.93")],
    ],
)
def test_whole_roubles_are_integers_and_others_have_two_decimals(minor: int, written: str) -> None:
    assert to_json(as_number(minor)) == written


@given(st.integers(min_value=-(10**18), max_value=10**18))
def test_no_amount_is_rounded(minor: int) -> None:
    assert as_number(minor) * 100 == minor
