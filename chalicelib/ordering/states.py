"""The life of an order's part as data: its states, the moves between them, and who may make which.

new -> confirmed -> assembled -> sent -> delivered,   new | confirmed | assembled -> canceled

This is the only place that lists the states. Requests, answers, lists and the description derive theirs from it. The
state of the whole order is derived from its parts. Pure rules.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from chalicelib.roles import Role

# In the order in which a part goes through them, except for the last one, which ends its way early.
State = Literal["new", "confirmed", "assembled", "sent", "delivered", "canceled"]

STATES: tuple[State, ...] = get_args(State)

_SUPPLIER: frozenset[Role] = frozenset({"shop", "administrator"})
_RECEIVER: frozenset[Role] = frozenset({"buyer", "administrator"})
_ANYONE: frozenset[Role] = _SUPPLIER | _RECEIVER


@dataclass(frozen=True, slots=True)
class StateRule:
    """What may happen to a part in one state.

    ``moves`` maps each possible next state to the actors who may move the part there. ``can_shrink``: the shop may
    still deliver less than was ordered. ``can_be_received``: the buyer may state what arrived.
    """

    moves: Mapping[State, frozenset[Role]] = field(default_factory=dict)
    can_shrink: bool = False
    can_be_received: bool = False


RULES: dict[State, StateRule] = {
    "new": StateRule({"confirmed": _SUPPLIER, "canceled": _ANYONE}, can_shrink=True),
    "confirmed": StateRule({"assembled": _SUPPLIER, "canceled": _SUPPLIER}, can_shrink=True),
    "assembled": StateRule({"sent": _SUPPLIER, "canceled": _SUPPLIER}),
    # A buyer may count the rows without first confirming the receipt.
    "sent": StateRule({"delivered": _RECEIVER}, can_be_received=True),
    "delivered": StateRule(can_be_received=True),
    "canceled": StateRule(),
}


def allowed_moves(state: State, actor: Role) -> list[State]:
    """Return the states the actor may move a part to from this one, in the order of STATES."""
    moves = RULES[state].moves
    return [target for target in STATES if actor in moves.get(target, ())]


def moves_on(state: State, actor: Role) -> list[State]:
    """Return the states to which the actor may move a part, without its cancellation, in the order of STATES."""
    return [target for target in allowed_moves(state, actor) if target != "canceled"]


def shrinkable_states() -> list[State]:
    """Return the states in which a shop may still deliver less than was ordered."""
    return [state for state in STATES if RULES[state].can_shrink]


def receivable_states() -> list[State]:
    """Return the states in which a buyer may state what arrived of a part."""
    return [state for state in STATES if RULES[state].can_be_received]


def is_over(state: State) -> bool:
    """Return whether nothing more can happen to a part in this state."""
    return not RULES[state].moves


def is_partial(parts: Iterable[str]) -> bool:
    """Return whether the parts that are not canceled are in different states."""
    return len({state for state in parts if state != "canceled"}) > 1


def live_total(parts: Iterable[tuple[str, int, int]]) -> int:
    """Return the price of an order in kopecks, from (state, goods sum, delivery) of each part.

    Canceled parts cost nothing.
    """
    return sum(goods + delivery for state, goods, delivery in parts if state != "canceled")


def order_state(parts: Iterable[State]) -> State:
    """Return the state of an order with these parts.

    It is the least advanced state among the parts that are not canceled, or canceled if all of them are.
    """
    live = [state for state in parts if state != "canceled"]
    return min(live, key=STATES.index) if live else "canceled"
