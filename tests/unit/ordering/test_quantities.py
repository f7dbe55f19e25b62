"""Which quantities of an offer can be ordered."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.ordering.quantities import QuantityRule

RULES = st.builds(
    QuantityRule, minimum=st.integers(1, 60), step=st.integers(1, 30), maximum=st.none() | st.integers(1, 130)
)


def valid(rule: QuantityRule, stock: int) -> list[int]:
    """Every quantity that the words of the rule admit, found by looking at each."""
    top = stock if rule.maximum is None else min(stock, rule.maximum)
    return [one for one in range(1, top + 1) if one >= rule.minimum and one % rule.step == 0]


@given(RULES, st.integers(0, 120))
@example(QuantityRule(), 0)
@example(QuantityRule(48, 24, 48), 48)
@example(QuantityRule(1, 24, 7), 60)
def test_exactly_the_valid_quantities_are_admitted(rule: QuantityRule, stock: int) -> None:
    admitted = [one for one in range(1, 131) if rule.breach(one, stock) is None]
    assert admitted == valid(rule, stock)
    assert rule.most(stock) == max(admitted, default=0)


@given(RULES, st.integers(0, 120))
@example(QuantityRule(), 0)
@example(QuantityRule(48, 24, 48), 48)
@example(QuantityRule(1, 24, 7), 60)
def test_the_nearest_are_the_valid_ones_on_either_side(rule: QuantityRule, stock: int) -> None:
    possible = valid(rule, stock)
    for wanted in range(1, 131):
        around = {
            max((p for p in possible if p <= wanted), default=0),
            min((p for p in possible if p >= wanted), default=0),
        }
        assert rule.nearest(wanted, stock) == tuple(sorted(around - {0}))


@pytest.mark.parametrize(
    ("wanted", "stock", "reason"),
    [
        (50, 100, "multiple"),
        (24, 100, "minimum"),
        (120, 200, "maximum"),
        (72, 60, "shortage"),
        (48, 20, "shortage"),
        (48, 100, None),
        (96, 100, None),
    ],
)
def test_a_breach_has_its_reason(wanted: int, stock: int, reason: str | None) -> None:
    assert QuantityRule(48, 24, 96).breach(wanted, stock) == reason


def test_fifty_of_a_pack_of_twenty_four_is_answered_with_the_two_next_to_it() -> None:
    assert QuantityRule(48, 24).nearest(50, 100) == (48, 72)
    assert QuantityRule(48, 24).nearest(50, 60) == (48,)
