"""A supplier's parts of orders: the queue, and actions on many of them at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast
from urllib.parse import urlencode

from chalicelib.answers.order_events import part_number
from chalicelib.console.acting import acting
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.partner_picking import printed
from chalicelib.console.visit import Page, Redirect, Visit
from chalicelib.errors import field_error
from chalicelib.ids import as_id, ids_in
from chalicelib.models.orders import Part
from chalicelib.ordering.many_moves import MAX_PARTS, move_many
from chalicelib.ordering.orders import PartFilter, own_parts, parts_of_shop
from chalicelib.ordering.states import STATES, State, allowed_moves, moves_on
from chalicelib.requests.base import parse
from chalicelib.requests.lists import OrdersQuery
from chalicelib.requests.many_moves import ManyMoves

_LIST = "partner/orders"
_CHOSEN = "order."
# The parameters that the list's address gets after many parts were moved: their orders, and the requested state.
_MOVED, _TARGET = "moved", "target"
_TARGETS = [target for state in STATES for target in moves_on(state, "shop")]
# The button that prints the ticked parts instead of moving them.
_PRINT = "picking"
Outcome = Literal["done", "later", "refused"]


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part in a list; ``total`` is kopecks. ``is_chosen`` says that its box is ticked."""

    order_id: int
    number: str
    placed_at: str
    company: str
    city: str
    rows: int
    total: int
    state: State
    is_chosen: bool = True


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of the list: its state, "" for all states, and the query that shows it."""

    state: str
    query: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class MovedLine:
    """The result for a part that was moved together with others; "later" means in another request."""

    order_id: int
    number: str
    state: State
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Moved:
    """The results of moving parts to the state ``target``: those that have it now, and the others."""

    target: State
    done: list[MovedLine]
    others: list[MovedLine]

    @property
    def count(self) -> int:
        """The number of parts to move."""
        return len(self.done) + len(self.others)

    @property
    def sheets(self) -> str:
        """The address of the picking lists of the parts to be picked now, "" if there are none."""
        return printed([line.order_id for line in self.done]) if self.done and self.target == "confirmed" else ""


@dataclass(frozen=True, slots=True)
class QueueView:
    """A page of parts in one state or all; ``targets`` are the states to which they can be moved together.

    ``query`` is that of this page, for the form to return to it; ``next`` that of the next one, "" at the end.
    """

    lines: list[PartLine]
    tabs: list[Tab]
    filter: Filter
    targets: Sequence[State]
    query: str
    next: str
    moved: Moved | None

    @property
    def state(self) -> str:
        """The state that the list is filtered by, "" if it is not."""
        return next((tab.state for tab in self.tabs if tab.is_here), "")

    @property
    def chosen(self) -> int:
        """How many boxes are ticked."""
        return sum(line.is_chosen for line in self.lines)


def queue(visit: Visit) -> Page:
    """Show the shop's own parts, the newest first; those that are new unless another state is asked for."""
    shop_id = visit.caller.shop_id
    asked = replace(visit, query={"state": "new", **_without_result(visit)})
    query, shown = queried(asked, OrdersQuery, ("state", "from", "to"))
    wanted = PartFilter(query.state, query.since or "", query.before or "")
    scope = f"console/partner/orders/{shop_id}/{wanted}"
    parts, position = parts_of_shop(shop_id, wanted, MAX_PARTS, query.after(scope))
    target = next((one for one in _TARGETS if one == visit.query.get(_TARGET)), None)
    moved = _moved(shop_id, visit.query.get(_MOVED, ""), target) if target else None
    targets = moves_on(query.state, "shop") if query.state else []
    view = QueueView(
        *([_line(part, visit) for part in parts], _tabs(asked, query.state), shown, targets if parts else []),
        *(_address(asked.query), page_after(asked, scope, position), moved),
    )
    return Page("partner/queue", view)


def move_chosen(visit: Visit) -> Redirect:
    """Move the ticked parts and show the result for each, or print their picking lists."""
    chosen = list(visit.starting(_CHOSEN))
    if not chosen:
        raise field_error("orders", "nothing_chosen")
    if len(chosen) > MAX_PARTS:
        # They would not fit into an address either.
        raise field_error("orders", "too_many", limit=MAX_PARTS)
    if visit.form.get(_TARGET) == _PRINT:
        return Redirect(printed([found for one in chosen if (found := as_id(one)) is not None]))
    form = parse(ManyMoves, {"orders": chosen, "state": visit.form.get(_TARGET, "")})
    move_many(form.orders, form.state, visit.caller.shop_id, acting(visit, "shop"), None)
    moved = {_MOVED: ",".join(map(str, form.orders)), _TARGET: form.state}
    return Redirect(_LIST + _address({**_without_result(visit), **moved}))


def _line(part: Part, visit: Visit) -> PartLine:
    again = visit.error is not None and bool(visit.starting(_CHOSEN))
    return PartLine(
        *(part.order_id, part_number(part), part.placed_at, part.contact.get("company", "")),
        *(part.contact.get("city", ""), len(part.rows), part.goods_sum + part.delivery, cast(State, part.state)),
        is_chosen=not again or f"{_CHOSEN}{part.order_id}" in visit.form,
    )


def _tabs(asked: Visit, here: str | None) -> list[Tab]:
    rest = {name: value for name, value in asked.query.items() if name in {"from", "to"}}
    return [Tab(one, _address({"state": one, **rest}), one == (here or "")) for one in (*STATES, "")]


def _moved(shop_id: int, orders: str, target: State) -> Moved | None:
    """Return the results for the parts that an address names, by their present states; None if it names none."""
    moved = Moved(target, [], [])
    for part in own_parts(shop_id, ids_in(orders)[:MAX_PARTS]):
        state = cast(State, part.state)
        outcome = _outcome(state, target)
        line = MovedLine(part.order_id, part_number(part), state, outcome)
        (moved.done if outcome == "done" else moved.others).append(line)
    return moved if moved.count else None


def _outcome(state: State, target: str) -> Outcome:
    # The part may have moved further since, if the page is reloaded.
    if state != "canceled" and STATES.index(state) >= STATES.index(target):
        return "done"
    return "later" if target in allowed_moves(state, "shop") else "refused"


def _without_result(visit: Visit) -> dict[str, str]:
    return {name: value for name, value in visit.query.items() if name not in {_MOVED, _TARGET}}


def _address(query: Mapping[str, str]) -> str:
    return f"?{urlencode(query)}" if query else ""
