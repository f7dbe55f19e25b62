"""The life of an order's part: which moves there are and who may make them, as data. The order's state is derived.

new -> confirmed -> assembled -> sent -> delivered,   new | confirmed | assembled -> canceled
"""

from collections.abc import Iterable
from typing import Literal

State = Literal["new", "confirmed", "assembled", "sent", "delivered", "canceled"]
Actor = Literal["buyer", "shop", "administrator"]

# In the order a part goes through them; the last one is left of the way.
STATES: tuple[State, ...] = ("new", "confirmed", "assembled", "sent", "delivered", "canceled")

MOVES: dict[tuple[State, State], frozenset[Actor]] = {
    ("new", "confirmed"): frozenset({"shop", "administrator"}),
    ("confirmed", "assembled"): frozenset({"shop", "administrator"}),
    ("assembled", "sent"): frozenset({"shop", "administrator"}),
    ("sent", "delivered"): frozenset({"buyer", "administrator"}),
    ("new", "canceled"): frozenset({"buyer", "shop", "administrator"}),
    ("confirmed", "canceled"): frozenset({"shop", "administrator"}),
    ("assembled", "canceled"): frozenset({"shop", "administrator"}),
}


def allowed_moves(state: State, actor: Actor) -> list[State]:
    """The states that the actor may move a part of this state to."""
    return [target for target in STATES if actor in MOVES.get((state, target), frozenset())]


def is_partial(parts: Iterable[str]) -> bool:
    """Whether the parts that are not canceled stand at different points of their way."""
    return len({state for state in parts if state != "canceled"}) > 1


def live_total(parts: Iterable[tuple[str, int, int]]) -> int:
    """What an order costs, of (state, sum of goods, delivery) of each part: canceled ones cost nothing. Kopecks."""
    return sum(goods + delivery for state, goods, delivery in parts if state != "canceled")


def order_state(parts: Iterable[State]) -> State:
    """The state of an order with these parts: the least advanced of those not canceled, canceled when all are."""
    live = [state for state in parts if state != "canceled"]
    return min(live, key=STATES.index) if live else "canceled"
