"""The status table, compared with one written here by hand, and the state derived from the parts."""

from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ordering.states import STATES, Actor, State, allowed_moves, is_partial, live_total, order_state

ALL_STATES: tuple[State, ...] = get_args(State)
ACTORS: tuple[Actor, ...] = get_args(Actor)
# (from, to) and the first letters of those who may: b(uyer), s(hop), a(dministrator).
TABLE = {
    ("new", "confirmed"): "sa",
    ("confirmed", "assembled"): "sa",
    ("assembled", "sent"): "sa",
    ("sent", "delivered"): "ba",
    ("new", "canceled"): "bsa",
    ("confirmed", "canceled"): "sa",
    ("assembled", "canceled"): "sa",
}
PARTS = st.lists(st.sampled_from(ALL_STATES), min_size=1, max_size=8)


def test_only_the_moves_of_the_table_are_allowed() -> None:
    allowed = {
        (state, target): "".join(actor[0] for actor in ACTORS if target in allowed_moves(state, actor))
        for state, target in product(ALL_STATES, ALL_STATES)
    }
    assert {move: {*who} for move, who in allowed.items() if who} == {move: {*who} for move, who in TABLE.items()}


@pytest.mark.parametrize("state", ["delivered", "canceled"])
@pytest.mark.parametrize("actor", ACTORS)
def test_nothing_leads_out_of_an_end(state: State, actor: Actor) -> None:
    assert allowed_moves(state, actor) == []


def test_every_state_is_in_the_order_of_states_once() -> None:
    assert sorted(STATES) == sorted(ALL_STATES)


@given(PARTS)
def test_an_order_is_never_ahead_of_its_least_advanced_live_part(parts: list[State]) -> None:
    live = [STATES.index(part) for part in parts if part != "canceled"]
    assert STATES.index(order_state(parts)) == min(live, default=STATES.index("canceled"))


@given(PARTS)
def test_the_state_of_an_order_is_that_of_one_of_its_parts(parts: list[State]) -> None:
    assert order_state(parts) in parts


@given(PARTS, st.integers(min_value=0, max_value=7))
def test_canceling_a_part_never_moves_an_order_back(parts: list[State], which: int) -> None:
    changed = [*parts]
    changed[which % len(parts)] = "canceled"
    assert STATES.index(order_state(changed)) >= STATES.index(order_state(parts))


@given(PARTS)
def test_the_order_of_the_parts_does_not_matter(parts: list[State]) -> None:
    assert order_state(parts) == order_state(sorted(parts))


@given(PARTS)
def test_an_order_is_partial_where_live_parts_differ(parts: list[State]) -> None:
    live = [part for part in parts if part != "canceled"]
    assert is_partial(parts) == any(part != live[0] for part in live)


def test_a_total_is_that_of_live_parts_with_their_delivery() -> None:
    assert live_total([("new", 100, 10), ("canceled", 1000, 5), ("sent", 1, 0)]) == 111
    assert live_total([("canceled", 1000, 5)]) == 0
