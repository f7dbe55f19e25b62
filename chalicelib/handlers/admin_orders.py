"""Calls of administrators about orders."""

from chalicelib.administration.mails import mails_of_order
from chalicelib.answers.administration import AdminOrder, admin_order_body
from chalicelib.answers.documents import OrderDocuments, documents_body
from chalicelib.answers.fitting import fitting, shortened
from chalicelib.answers.orders import Order, OrderMoved, order_body
from chalicelib.answers.pages import Page, list_body
from chalicelib.documents.kept import order_documents
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call
from chalicelib.ordering.orders import events_of, get_order
from chalicelib.ordering.search import find_orders
from chalicelib.ordering.shortages import ShopAnswer, answer_rows
from chalicelib.ordering.transitions import By, move_order
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import AdminMove, OrdersQuery
from chalicelib.requests.orders import ShopRowsAnswer


def admin_orders(call: Call[None], query: OrdersQuery) -> list[Order] | Page[Order]:
    """Orders of all buyers, newest first: a plain list of the newest 100, or a page if limit or cursor is given."""
    found, after = find_orders(query.wanted, query.size, query.after(query.scope))
    results, end = fitting(found, lambda one: order_body(*one), lambda one: str(one[0].placed_key), after)
    return list_body(query, query.scope, results, end)


def admin_order(call: Call[None], order_id: str) -> AdminOrder:
    """One order with its events and the mails about it."""
    order, parts = get_order(path_id(order_id))
    return shortened(admin_order_body(order, parts, events_of(order.order_id), mails_of_order(order.order_id)))


def admin_order_documents(call: Call[None], order_id: str) -> OrderDocuments:
    """The documents of one order, as links that expire soon."""
    order, parts = get_order(path_id(order_id))
    return documents_body(order.order_id, order_documents(order, parts))


def admin_order_move(call: Call[AdminMove], order_id: str) -> OrderMoved:
    """Move an order, or one shop's part of it, to another state."""
    body, admin = call.body, acting_admin(call)
    by = By("administrator", admin.user_id, admin.request_id, call.network)
    order, parts = move_order(path_id(order_id), body.state, shop_id=body.shop, by=by, reason=body.reason)
    admin.did("move", order.order_id, state=body.state, shop_id=body.shop, reason=body.reason)
    moved: OrderMoved = {"Status": True, **order_body(order, parts)}
    return shortened(moved)


def admin_order_rows(call: Call[ShopRowsAnswer], order_id: str) -> OrderMoved:
    """Reduce or cancel rows of one shop's part, each with a reason."""
    body, admin = call.body, acting_admin(call)
    by = By("administrator", admin.user_id, admin.request_id, call.network)
    given = ShopAnswer(path_id(order_id), body.shop, body.answers, body.version)
    order, parts = answer_rows(given, by)
    admin.did("answer", order.order_id, shop_id=body.shop)
    moved: OrderMoved = {"Status": True, **order_body(order, parts)}
    return shortened(moved)
