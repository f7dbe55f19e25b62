"""Orders of all buyers, and one of them: its parts, who did what, and the mails about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from chalicelib.administration.lists import shop_names
from chalicelib.administration.mails import mails_of_order
from chalicelib.administration.meant import Meant, order_of_number, people_meant
from chalicelib.answers.administration import AdminEvent, admin_event
from chalicelib.answers.order_events import part_number
from chalicelib.console.acting import acting
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import PAGE, admin_of
from chalicelib.console.screens.admin_meant import list_of_one
from chalicelib.console.screens.documents import documents_page
from chalicelib.console.screens.mail_lines import MailLine, mail_lines
from chalicelib.console.screens.orders import OrderLine, line_of
from chalicelib.console.screens.partner_part import AnsweredView, answered_rows, problems_of, typed_answers
from chalicelib.console.visit import Answer, Notice, Page, Redirect, Visit
from chalicelib.console.wording import money, state
from chalicelib.documents.kept import order_documents
from chalicelib.errors import NotFound
from chalicelib.ids import as_id
from chalicelib.models.accounts import User
from chalicelib.models.orders import Order, Part
from chalicelib.ordering.orders import events_of, get_order
from chalicelib.ordering.search import find_orders
from chalicelib.ordering.shortages import ShopAnswer, answer_rows
from chalicelib.ordering.states import STATES, State, allowed_moves, moves_on, shrinkable_states
from chalicelib.ordering.transitions import move_order
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import AdminMove, FoundOrdersQuery


@dataclass(frozen=True, slots=True)
class BuyersLine:
    """An order in the list, and its buyer."""

    line: OrderLine
    buyer_id: int
    buyer: str


@dataclass(frozen=True, slots=True)
class OrdersView:
    """A page of orders, what it was filtered by, and the query of the next page, "" at the end.

    ``shop`` and ``buyer`` are the names of those whose orders alone are shown. ``meant`` are those to choose from if
    the words that were searched for fit several; ``is_unknown`` says that they fit nothing.
    """

    lines: list[BuyersLine]
    filter: Filter
    next: str
    shop: str = ""
    buyer: str = ""
    meant: Meant | None = None
    is_unknown: bool = False
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
    """An order with all that is known of it; the newest event and the newest mail come first.

    ``others`` are the states of parts that are not in the order's.
    """

    order: Order
    parts: list[AdminPart]
    events: list[AdminEvent]
    mails: list[MailLine]
    others: Sequence[State]


def orders(visit: Visit) -> Answer:
    """Show orders, the newest first, by state, period, shop and buyer.

    Words lead to the order of that number, or to the orders of the buyer or shop that they mean.
    """
    query, shown = queried(visit, FoundOrdersQuery, ("q", "state", "from", "to", "shop", "buyer"))
    if query.q:
        return _meant(query.q, shown)
    scope = f"console/{query.scope}"
    found, position = find_orders(query.wanted, PAGE, query.after(scope))
    lines = [BuyersLine(line_of(*one), one[0].buyer_id, one[0].buyer_company or one[0].buyer_name) for one in found]
    shop = shop_names([query.shop]).get(query.shop, "") if query.shop else ""
    buyer = User.at(query.buyer).find() if query.buyer else None
    return Page(
        "admin/orders",
        OrdersView(lines, shown, page_after(visit, scope, position), shop, name_of(buyer) if buyer else ""),
    )


def _meant(words: str, shown: Filter) -> Answer:
    """Lead to what the words mean, if that is one thing; otherwise show what there is to choose from."""
    if (order_found := order_of_number(words)) is not None:
        order_id, shop_id = order_found
        return Redirect(f"admin/orders/{order_id}{f'#part-{shop_id}' if shop_id else ''}")
    meant = people_meant(words)
    is_unknown = not (meant.buyers or meant.shops)
    choice = Page("admin/orders", OrdersView([], shown, "", meant=meant, is_unknown=is_unknown))
    return list_of_one("admin/orders", meant, shown, {"state", "from", "to"}) or choice


def name_of(user: User) -> str:
    """Return what an account is called in lists: its company, or the person, and the address."""
    name = user.company or f"{user.first_name} {user.last_name}".strip()
    return f"{name}, {user.email}" if name else user.email


def order(visit: Visit, order_id: str) -> Page:
    """Show one order."""
    head, parts = get_order(path_id(order_id))
    problems = problems_of(visit)
    events = [admin_event(event, parts) for event in reversed(events_of(head.order_id))]
    mails = mail_lines(mails_of_order(head.order_id)[::-1])
    shown = [_part(part, problems) for part in parts]
    view = AdminOrderView(head, shown, events, mails, line_of(head, parts).others)
    return Page("admin/order", view)


def _part(part: Part, problems: dict[int, str]) -> AdminPart:
    now = cast(State, part.state)
    return AdminPart(
        *(part, part_number(part), answered_rows(part, problems), moves_on(now, "administrator")),
        *(part.state in shrinkable_states(), "canceled" in allowed_moves(now, "administrator")),
    )


def documents(_: Visit, order_id: str) -> Page:
    """Show the documents of an order."""
    head, parts = get_order(path_id(order_id))
    return documents_page(head.number, f"admin/orders/{head.order_id}", order_documents(head, parts))


def move(visit: Visit, order_id: str) -> Redirect:
    """Move one shop's part to another state, or cancel it with a reason."""
    form, number, admin = visit.read(AdminMove), path_id(order_id), admin_of(visit)
    _, parts = move_order(number, form.state, shop_id=form.shop, by=acting(visit, "administrator"), reason=form.reason)
    admin.did("move", number, state=form.state, shop_id=form.shop, reason=form.reason)
    moved = [part for part in parts if form.shop in {None, part.shop_id}]
    return Redirect(f"admin/orders/{number}", _done(moved, form.state, visit))


def _done(moved: Sequence[Part], target: str, visit: Visit) -> Notice:
    """Return what was done to the parts."""
    numbers = ", ".join(map(part_number, moved))
    if target != "canceled":
        return Notice("admin.part_moved", {"number": numbers, "state": state(target, visit.language)})
    total = money(sum(part.goods_sum + part.delivery for part in moved), visit.language)
    return Notice("admin.part_canceled", {"number": numbers, "rows": sum(len(one.rows) for one in moved), "sum": total})


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
