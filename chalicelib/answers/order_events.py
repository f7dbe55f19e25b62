"""What happened to an order, as its buyer, its shops and administrators see it."""

from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from chalicelib.answers.common import Moment
from chalicelib.models import orders as stored
from chalicelib.ordering.states import State
from chalicelib.roles import Role

EventKind = Literal["placed", "moved", "answered", "received"]


class StateChanged(TypedDict):
    """A change of the state of one shop's part."""

    shop: int
    part: str
    was: State
    now: State


class RowReduced(TypedDict):
    """A row of which ``now`` pieces are delivered, or arrived, where it ``was`` more, and why."""

    shop: int
    part: str
    id: int
    name: str
    was: int
    now: int
    reason: str


class EventBase(TypedDict):
    """Something that happened to an order.

    ``changes`` are of the state of a part, from ``was`` to ``now``; ``rows`` are delivered, or arrived, in a quantity
    of ``now`` where it ``was`` more. ``part`` is there if an event of kind ``received`` is of one of these parts: its
    rows were counted, and ``rows`` are the differences, none if all of what was counted arrived.
    """

    at: Moment
    kind: EventKind
    actor: Role
    reason: str | None
    part: NotRequired[str]
    changes: list[StateChanged]
    rows: list[RowReduced]


class OrderEvent(EventBase):
    """Something that happened to an order, with the request and the network address if the caller did it."""

    request_id: NotRequired[str]
    source: NotRequired[str]


def part_number(part: stored.Part) -> str:
    """Return the number of a part: that of its order and its place there, ``1001-1``."""
    return f"{part.number}-{part.position}"


def event_base(event: stored.Event, parts: list[stored.Part]) -> EventBase:
    """Return what happened to these parts; what happened to others is left out."""
    numbers = {part.shop_id: part_number(part) for part in parts}
    body: EventBase = {
        "at": event.at_time,
        "kind": cast("EventKind", event.kind),
        "actor": cast("Role", event.actor_role),
        "reason": event.reason,
        "changes": [
            {"shop": int(shop_id), "part": numbers[int(shop_id)], "was": was, "now": now}
            for shop_id, (was, now) in sorted(event.changes.items())
            if int(shop_id) in numbers
        ],
        "rows": [
            cast("RowReduced", {**row, "part": numbers[row["shop"]]}) for row in event.rows if row["shop"] in numbers
        ],
    }
    if event.shop_id in numbers:
        body["part"] = numbers[event.shop_id]
    return body


def event_body(event: stored.Event, parts: list[stored.Part], viewer_id: int) -> OrderEvent:
    """Return what happened to these parts, and the origin of the request only if the viewer made it."""
    body = cast("OrderEvent", event_base(event, parts))
    if event.actor_id == viewer_id:
        body["request_id"] = event.request_id
        body["source"] = event.source
    return body


def concerns(event: stored.Event, body: EventBase, shop_id: int) -> bool:
    """Return whether the event, of which ``body`` is what its part shows, is about the part of this shop."""
    return event.kind == "placed" or event.shop_id == shop_id or bool(body["changes"] or body["rows"])
