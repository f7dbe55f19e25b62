"""The table of states, compared with one written here by hand, and what is derived from it."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.ordering import states
from chalicelib.ordering.states import (
    RULES,
    STATES,
    Role,
    State,
    allowed_moves,
    is_partial,
    live_total,
    order_state,
    shrinkable_states,
)
from chalicelib.texts import text

ROOT = Path(__file__).parents[3]

ALL_STATES: tuple[State, ...] = get_args(State)
ACTORS: tuple[Role, ...] = get_args(Role)
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
def test_nothing_leads_out_of_an_end(state: State, actor: Role) -> None:
    assert allowed_moves(state, actor) == []


def test_every_state_is_in_the_order_of_states_once() -> None:
    assert sorted(STATES) == sorted(ALL_STATES)


def test_every_state_has_a_rule_and_a_name_in_both_languages() -> None:
    assert [*RULES] == [*STATES]
    assert all(text("mail", f"state.{state}", "ru") != text("mail", f"state.{state}", "en") for state in STATES)


def test_a_shop_may_deliver_less_until_the_goods_are_assembled() -> None:
    assert shrinkable_states() == ["new", "confirmed"]


def spelled_lists(path: Path) -> Iterator[int]:
    """The lines on which a file lists states of its own: a tuple, list, set or dict of them, or a Literal."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        listed: list[Any] = getattr(node, "elts", None) or getattr(node, "keys", None) or []
        if len({one.value for one in listed if isinstance(one, ast.Constant)} & {*STATES}) > 1:
            yield listed[0].lineno


def test_no_other_module_lists_the_states() -> None:
    own = Path(states.__file__)
    assert [*spelled_lists(own)] != []
    others = [path for path in (ROOT / "chalicelib").rglob("*.py") if path != own]
    assert [f"{path}:{line}" for path in others for line in spelled_lists(path)] == []


ADD_A_STATE = """
import json
from typing import Literal, get_args
import tests.conftest
from chalicelib.ordering import states
states.State = Literal[(*get_args(states.State), "packed")]
states.STATES = get_args(states.State)
states.RULES["packed"] = states.StateRule()
import app
from chalicelib.documentation.openapi import openapi
print(json.dumps(openapi("http://x/v1"), default=str))
"""


def enums(node: Any) -> Iterator[list[Any]]:
    """Every list of allowed values in a JSON document."""
    if isinstance(node, dict):
        if isinstance(node.get("enum"), list):
            yield node["enum"]
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from enums(one)


def test_a_state_that_is_added_to_the_table_reaches_requests_and_answers() -> None:
    done = subprocess.run([sys.executable, "-c", ADD_A_STATE], cwd=ROOT, capture_output=True, text=True, check=True)
    document = json.loads(done.stdout)
    listed = [enum for enum in enums(document) if "assembled" in enum]
    assert [enum for enum in listed if enum != [*STATES, "packed"]] == []
    lists = {path for path, operations in document["paths"].items() if '"packed"' in json.dumps(operations)}
    assert lists == {"/order", "/partner/orders", "/admin/orders"}
    described = {name for name, schema in document["components"]["schemas"].items() if '"packed"' in json.dumps(schema)}
    assert {"PartMove", "AdminMove", "ShopExport", "OrdersExport", "AdminExport", "Order", "ShopOrder"} <= described


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
