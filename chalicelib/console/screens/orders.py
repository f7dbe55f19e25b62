"""A buyer's orders: the list, one order, and what its buyer does with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from chalicelib.answers.order_events import EventBase, event_base, part_number
from chalicelib.console.acting import acting
from chalicelib.console.forms import form_key
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.models.orders import Order, Part, stated_rows
from chalicelib.ordering.finding import find_own
from chalicelib.ordering.orders import events_of, order_of_buyer
from chalicelib.ordering.search import OrderFilter, find_orders
from chalicelib.ordering.states import STATES, State, allowed_moves, receivable_states
from chalicelib.ordering.transitions import cancel_own, receive_own
from chalicelib.path_ids import path_id
from chalicelib.requests.lists import OwnOrdersQuery
from chalicelib.requests.orders import Cancellation, Receipt

PAGE = 25


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order in a list; ``total`` is kopecks."""

    order_id: int
    number: int
    placed_at: str
    state: State
    part_states: frozenset[str]
    shops: Sequence[str]
    total: int

    @property
    def others(self) -> list[State]:
        """The states of parts that differ from the order's, in the order of STATES."""
        return [one for one in STATES if one in self.part_states and one != self.state]


@dataclass(frozen=True, slots=True)
class OrdersView:
    """A page of orders, what it was filtered by, and the address of the next page, "" at the end."""

    lines: list[OrderLine]
    filter: Filter
    next: str
    states: Sequence[str] = STATES


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of an order; ``may_receive``: its buyer can confirm the receipt now; ``may_count``: and count its rows.

    ``arrived`` has, by row, how much of it arrived and the reason why not all. ``why_canceled`` is the reason given for
    a cancellation, if any.
    """

    part: Part
    number: str
    may_receive: bool
    may_count: bool
    arrived: Mapping[int, tuple[int, str]]
    why_canceled: str


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as its buyer sees it; ``events`` are what happened to it, the newest first."""

    order: Order
    parts: list[PartView]
    events: list[EventBase]
    line: OrderLine
    may_cancel: bool
    key: str

    @property
    def goods(self) -> int:
        """The price of the goods that are not canceled, in kopecks."""
        return sum(one.part.goods_sum for one in self.parts if one.part.state != "canceled")

    @property
    def delivery(self) -> int:
        """The cost of their delivery, in kopecks."""
        return self.order.total - self.goods

    @property
    def may_receive(self) -> bool:
        """Whether any part can be received."""
        return any(one.may_receive for one in self.parts)


def line_of(order: Order, parts: Sequence[Part]) -> OrderLine:
    """Return an order as a line of a list."""
    states = [part.state for part in parts]
    names = [part.shop_name for part in parts]
    return OrderLine(
        *(order.order_id, order.number, order.placed_at, cast(State, order.state)),
        *(frozenset(states), names, order.total),
    )


def orders(visit: Visit) -> Page:
    """Show the buyer's orders, the newest first, by number or good, state and period."""
    query, shown = queried(visit, OwnOrdersQuery, ("q", "state", "from", "to"))
    wanted = OrderFilter(query.state, None, visit.caller.user_id, query.since, query.before)
    scope = f"console/orders/{wanted}/{query.q or ''}"
    after = query.after(scope)
    found, position = find_own(wanted, query.q, PAGE, after) if query.q else find_orders(wanted, PAGE, after)
    lines = [line_of(order, parts) for order, parts in found]
    return Page("orders/list", OrdersView(lines, shown, page_after(visit, scope, position)))


def order(visit: Visit, order_id: str) -> Page:
    """Show one of the buyer's orders."""
    head, parts = order_of_buyer(visit.caller.user_id, path_id(order_id))
    events = [event_base(event, parts) for event in reversed(events_of(head.order_id))]
    moves = [allowed_moves(cast(State, part.state), "buyer") for part in parts]
    shown = [
        PartView(
            *(part, part_number(part), "delivered" in allowed, part.state in receivable_states(), stated_rows(part)),
            why_canceled=_why_canceled(part, events),
        )
        for part, allowed in zip(parts, moves, strict=True)
    ]
    live = [allowed for part, allowed in zip(parts, moves, strict=True) if part.state != "canceled"]
    may_cancel = bool(live) and all("canceled" in allowed for allowed in live)
    return Page("orders/order", OrderView(head, shown, events, line_of(head, parts), may_cancel, form_key(visit)))


def _why_canceled(part: Part, events: Sequence[EventBase]) -> str:
    """Return the reason for which a part was canceled, "" if it was not or none was given."""
    moved = [event for event in events if any(one["shop"] == part.shop_id for one in event["changes"])]
    return (moved[0]["reason"] or "") if moved and part.state == "canceled" else ""


def cancel(visit: Visit, order_id: str) -> Redirect:
    """Cancel an order that no shop has started on."""
    cancel_own(path_id(order_id), acting(visit, "buyer"), visit.read(Cancellation).reason)
    return Redirect(f"orders/{order_id}", Notice("order.canceled"))


def receive(visit: Visit, order_id: str) -> Redirect:
    """Confirm the receipt of one part, or of all that were sent."""
    receive_own(path_id(order_id), acting(visit, "buyer"), visit.read(Receipt).shop)
    return Redirect(f"orders/{order_id}", Notice("order.received"))
