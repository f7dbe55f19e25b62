"""VAT by the day of the order, within prices, rounded per row."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.vat import general_rate, rate_on, vat_by_rate, vat_within


@pytest.mark.parametrize(
    ("day", "rate"),
    [(date(2018, 6, 1), 20), (date(2019, 1, 1), 20), (date(2025, 12, 31), 20), (date(2026, 1, 1), 22)],
)
def test_the_general_rate_is_that_of_the_day(day: date, rate: int) -> None:
    assert general_rate(day) == rate


@pytest.mark.parametrize(
    ("marked", "before", "after"),
    [(20, 20, 22), (22, 20, 22), (10, 10, 10), (0, 0, 0), (None, None, None), (5, 5, 5), (7, 7, 7)],
)
def test_a_general_rate_follows_the_day_and_the_others_stay(
    marked: int | None, before: int | None, after: int | None
) -> None:
    assert rate_on(marked, date(2025, 12, 31)) == before
    assert rate_on(marked, date(2026, 1, 1)) == after


@pytest.mark.parametrize(
    ("amount", "rate", "vat"),
    [(12_200, 22, 2_200), (11_000, 10, 1_000), (10_000, 22, 1_803), (10_000, 0, 0), (10_000, None, 0), (3, 20, 1)],
)
def test_vat_is_within_the_price(amount: int, rate: int | None, vat: int) -> None:
    assert vat_within(amount, rate) == vat


@given(st.integers(0, 10**15), st.sampled_from([5, 7, 10, 20, 22]))
def test_vat_is_rounded_half_up_to_whole_kopecks(amount: int, rate: int) -> None:
    exact = Decimal(amount) * rate / (100 + rate)
    assert vat_within(amount, rate) == exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)


ROWS = st.lists(st.tuples(st.sampled_from([None, 0, 5, 10, 22]), st.integers(0, 10**9), st.integers(0, 10**8)))


@given(ROWS)
def test_sums_by_rate_lose_nothing(rows: list[tuple[int | None, int, int]]) -> None:
    told = vat_by_rate(rows)
    assert [sum(one[place] for one in told) for place in (1, 2)] == [
        sum(row[place] for row in rows) for place in (1, 2)
    ]
    assert {rate for rate, _, _ in told} == {rate for rate, _, _ in rows}


def test_the_highest_rate_comes_first_and_none_last() -> None:
    rows = [(None, 5, 0), (10, 11, 1), (0, 3, 0), (22, 122, 22), (10, 22, 2)]
    assert vat_by_rate(rows) == [(22, 122, 22), (10, 33, 3), (0, 3, 0), (None, 5, 0)]
