"""Calls of administrators about orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.administration.acts import Admin
from chalicelib.errors import (
    AnswerTooLarge,
    Busy,
    ChangeRefused,
    FieldErrors,
    MoveRefused,
    NotFound,
    PartChanged,
    RowsRefused,
)
from chalicelib.http import Access, Call, endpoint, path_id

if TYPE_CHECKING:
    from chalicelib.requests.administration import AdminMove, OrdersQuery
    from chalicelib.requests.orders import ShopRowsAnswer

blueprint = Blueprint(__name__)


@endpoint(
    blueprint,
    "GET",
    "/admin/orders",
    access=Access.ADMINISTRATOR,
    query="administration.OrdersQuery",
    errors=(FieldErrors,),
)
def admin_orders(call: Call[OrdersQuery]) -> Any:
    """Orders of all buyers, newest first: a page with limit or cursor, else the newest 100 as a plain list."""
    from chalicelib.answers.fitting import fitting
    from chalicelib.answers.orders import order_body
    from chalicelib.ordering.search import OrderFilter, find_orders

    asked = call.body
    wanted = OrderFilter(asked.state, asked.shop, asked.buyer, asked.since, asked.until)
    found, after = find_orders(wanted, asked.size, asked.after(asked.scope))
    results, end = fitting(found, lambda one: order_body(*one), lambda one: one[0].placed_key, after)
    return asked.answer(asked.scope, results, end)


@endpoint(blueprint, "GET", "/admin/orders/{order_id}", access=Access.ADMINISTRATOR, errors=(NotFound,))
def admin_order(call: Call[None], order_id: str) -> dict[str, Any]:
    """One order with its events and the mails about it."""
    from chalicelib.administration.mails import mails_of_order
    from chalicelib.answers.administration import admin_order_body
    from chalicelib.answers.fitting import shortened
    from chalicelib.ordering.orders import events_of, get_order

    order, parts = get_order(path_id(order_id))
    return shortened(admin_order_body(order, parts, events_of(order.order_id), mails_of_order(order.order_id)))


@endpoint(blueprint, "GET", "/admin/orders/{order_id}/documents", access=Access.ADMINISTRATOR, errors=(NotFound,))
def admin_order_documents(call: Call[None], order_id: str) -> dict[str, Any]:
    """The documents of one order, as links that end soon."""
    from chalicelib.answers.documents import documents_body
    from chalicelib.documents.kept import order_documents
    from chalicelib.ordering.orders import get_order

    order, parts = get_order(path_id(order_id))
    return documents_body(order.order_id, order_documents(order, parts))


@endpoint(
    blueprint,
    "POST",
    "/admin/orders/{order_id}/state",
    access=Access.ADMINISTRATOR,
    body="administration.AdminMove",
    errors=(NotFound, MoveRefused),
)
def admin_order_move(call: Call[AdminMove], order_id: str) -> dict[str, Any]:
    """Move an order, or one shop's part of it, to another state."""
    from chalicelib.answers.fitting import shortened
    from chalicelib.answers.orders import order_body
    from chalicelib.ordering.transitions import By, move_order

    body, admin = call.body, Admin(call.caller.user_id, call.request_id)
    by = By("administrator", admin.user_id, admin.request_id, call.network)
    order, parts = move_order(path_id(order_id), body.state, shop_id=body.shop, by=by, reason=body.reason)
    admin.did("move", order.order_id, state=body.state, shop_id=body.shop, reason=body.reason)
    return shortened({"Status": True, **order_body(order, parts)})


@endpoint(
    blueprint,
    "POST",
    "/admin/orders/{order_id}/rows",
    access=Access.ADMINISTRATOR,
    body="orders.ShopRowsAnswer",
    errors=(NotFound, ChangeRefused, PartChanged, RowsRefused, AnswerTooLarge, Busy),
)
def admin_order_rows(call: Call[ShopRowsAnswer], order_id: str) -> dict[str, Any]:
    """Deliver less of rows of one shop's part, or nothing, each with a reason."""
    from chalicelib.answers.fitting import shortened
    from chalicelib.answers.orders import order_body
    from chalicelib.ordering.shortages import ShopAnswer, answer_rows
    from chalicelib.ordering.transitions import By

    body, admin = call.body, Admin(call.caller.user_id, call.request_id)
    by = By("administrator", admin.user_id, admin.request_id, call.network)
    given = ShopAnswer(path_id(order_id), body.shop, body.answers, body.version)
    order, parts = answer_rows(given, by)
    admin.did("answer", order.order_id, shop_id=body.shop)
    return shortened({"Status": True, **order_body(order, parts)})
