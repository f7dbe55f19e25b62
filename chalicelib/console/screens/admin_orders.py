"""Orders of all buyers, and one of them: its parts, who did what, and the mails about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from chalicelib.administration.mails import mails_of_order
from chalicelib.answers.administration import AdminEvent, admin_event
from chalicelib.answers.order_events import part_number
from chalicelib.console.acting import acting
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import PAGE, admin_of
from chalicelib.console.screens.documents import documents_page
from chalicelib.console.screens.orders import OrderLine, line_of
from chalicelib.console.screens.partner_part import AnsweredView, answered_rows, problems_of, typed_answers
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.documents.kept import order_documents
from chalicelib.errors import NotFound
from chalicelib.ids import as_id
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Order, Part
from chalicelib.ordering.orders import events_of, get_order
from chalicelib.ordering.search import OrderFilter, find_orders
from chalicelib.ordering.shortages import ShopAnswer, answer_rows
from chalicelib.ordering.states import STATES, State, allowed_moves, is_partial, shrinkable_states
from chalicelib.ordering.transitions import move_order
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import AdminMove, OrdersQuery


@dataclass(frozen=True, slots=True)
class BuyersLine:
    """An order in the list, and its buyer."""

    line: OrderLine
    buyer_id: int
    buyer: str


@dataclass(frozen=True, slots=True)
class OrdersView:
    """A page of orders, what it was filtered by, and the query of the next page, "" at the end."""

    lines: list[BuyersLine]
    filter: Filter
    next: str
    states: Sequence[str] = STATES


@dataclass(frozen=True, slots=True)
class AdminPart:
    """A part of an order; ``moves`` are the states that an administrator may move it to, without cancellation."""

    part: Part
    number: str
    rows: list[AnsweredView]
    moves: Sequence[State]
    may_answer: bool
    may_cancel: bool


@dataclass(frozen=True, slots=True)
class AdminOrderView:
    """An order with all that is known of it; the newest event and the newest mail come first."""

    order: Order
    parts: list[AdminPart]
    events: list[AdminEvent]
    mails: list[Mail]
    is_partial: bool


def orders(visit: Visit) -> Page:
    """Show orders, the newest first, by state, period, shop and buyer."""
    query, shown = queried(visit, OrdersQuery, ("state", "from", "to", "shop", "buyer"))
    wanted = OrderFilter(query.state, query.shop, query.buyer, query.since, query.until)
    scope = f"console/{query.scope}"
    found, position = find_orders(wanted, PAGE, query.after(scope))
    lines = [BuyersLine(line_of(*one), one[0].buyer_id, one[0].buyer_company or one[0].buyer_name) for one in found]
    return Page("admin/orders", OrdersView(lines, shown, page_after(visit, scope, position)))


def order(visit: Visit, order_id: str) -> Page:
    """Show one order."""
    head, parts = get_order(path_id(order_id))
    problems = problems_of(visit)
    events = [admin_event(event, parts) for event in reversed(events_of(head.order_id))]
    mails = mails_of_order(head.order_id)[::-1]
    shown = [_part(part, problems) for part in parts]
    view = AdminOrderView(head, shown, events, mails, is_partial(part.state for part in parts))
    return Page("admin/order", view)


def _part(part: Part, problems: dict[int, str]) -> AdminPart:
    moves = allowed_moves(cast(State, part.state), "administrator")
    return AdminPart(
        *(part, part_number(part), answered_rows(part, problems), [one for one in moves if one != "canceled"]),
        *(part.state in shrinkable_states(), "canceled" in moves),
    )


def documents(_: Visit, order_id: str) -> Page:
    """Show the documents of an order."""
    head, parts = get_order(path_id(order_id))
    return documents_page(head.number, f"admin/orders/{head.order_id}", order_documents(head, parts))


def move(visit: Visit, order_id: str) -> Redirect:
    """Move one shop's part to another state, or cancel it with a reason."""
    form, number, admin = visit.read(AdminMove), path_id(order_id), admin_of(visit)
    move_order(number, form.state, shop_id=form.shop, by=acting(visit, "administrator"), reason=form.reason)
    admin.did("move", number, state=form.state, shop_id=form.shop, reason=form.reason)
    return Redirect(f"admin/orders/{number}", Notice("part.canceled" if form.state == "canceled" else "part.moved"))


def answer(visit: Visit, order_id: str) -> Redirect:
    """Deliver less of the rows of one part where less was typed."""
    number = path_id(order_id)
    _, parts = get_order(number)
    part = next((one for one in parts if str(one.shop_id) == visit.form.get("shop")), None)
    if part is None:
        raise NotFound
    answers = typed_answers(visit, part.rows)
    if not answers:
        return Redirect(f"admin/orders/{number}", Notice("part.unchanged"))
    seen = as_id(visit.form.get("version", ""))
    answer_rows(ShopAnswer(number, part.shop_id, answers, seen), acting(visit, "administrator"))
    admin_of(visit).did("answer", number, shop_id=part.shop_id)
    return Redirect(f"admin/orders/{number}", Notice("part.answered", {"count": len(answers)}))
