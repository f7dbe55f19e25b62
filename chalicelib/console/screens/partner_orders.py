"""A supplier's parts of orders: the queue, and what is done with many of them at once."""

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
# What the address of the list has after many parts were moved: their orders, and where they were to go.
_MOVED, _TARGET = "moved", "target"
_TARGETS = [target for state in STATES for target in moves_on(state, "shop")]
# The button that prints what is ticked instead of moving it.
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
    """A state to look at; ``state`` is "" for all of them, ``query`` the list's with it."""

    state: str
    query: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class MovedLine:
    """What became of a part that was moved with others: done, left for another request, or not possible any more."""

    order_id: int
    number: str
    state: State
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of parts that were to have the state ``target``: of how many, which got it, and which did not."""

    target: State
    done: list[MovedLine]
    others: list[MovedLine]

    @property
    def count(self) -> int:
        """How many there were."""
        return len(self.done) + len(self.others)

    @property
    def sheets(self) -> str:
        """The address of the picking lists of those that are to be picked now, "" if none are."""
        return printed([line.order_id for line in self.done]) if self.done and self.target == "confirmed" else ""


@dataclass(frozen=True, slots=True)
class QueueView:
    """A page of parts of one state, or of all; ``targets`` are where all of them may be moved at once.

    ``query`` is that of this page, for the form to come back to it; ``next`` of the next one, "" at the end.
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
        """The state that all of them have, "" if any is shown."""
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
    """Move the parts whose boxes are ticked, and show what became of each; or print their picking lists."""
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
    """Return what became of the parts that an address names, by what they are now; None if it names none."""
    moved = Moved(target, [], [])
    for part in own_parts(shop_id, ids_in(orders)[:MAX_PARTS]):
        state = cast(State, part.state)
        outcome = _outcome(state, target)
        line = MovedLine(part.order_id, part_number(part), state, outcome)
        (moved.done if outcome == "done" else moved.others).append(line)
    return moved if moved.count else None


def _outcome(state: State, target: str) -> Outcome:
    # It may have gone further since: the address is that of a page that was reloaded.
    if state != "canceled" and STATES.index(state) >= STATES.index(target):
        return "done"
    return "later" if target in allowed_moves(state, "shop") else "refused"


def _without_result(visit: Visit) -> dict[str, str]:
    return {name: value for name, value in visit.query.items() if name not in {_MOVED, _TARGET}}


def _address(query: Mapping[str, str]) -> str:
    return f"?{urlencode(query)}" if query else ""
