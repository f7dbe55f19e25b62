"""Calls about the caller's own orders."""

from typing import Any

from chalice.app import Response

from chalicelib.answers.basket import placed_body
from chalicelib.answers.bulk import repeat_body
from chalicelib.answers.documents import documents_body
from chalicelib.answers.fitting import fitting, shortened
from chalicelib.answers.orders import order_body, order_card
from chalicelib.documents import kept
from chalicelib.http import Call, path_id, to_json
from chalicelib.ordering.bulk import repeat_order
from chalicelib.ordering.orders import events_of, order_of_buyer
from chalicelib.ordering.placement import Wish, place_order
from chalicelib.ordering.search import OrderFilter, find_orders
from chalicelib.ordering.transitions import By, cancel_own, receive_own
from chalicelib.requests.lists import OrdersQuery
from chalicelib.requests.orders import Cancellation, Placement, Receipt


def orders(call: Call[None], query: OrdersQuery) -> Any:
    """The caller's own orders, newest first: a plain list of the newest 100, or pages."""
    wanted = OrderFilter(query.state, None, call.caller.user_id, query.since, query.before)
    scope = f"order/{wanted}"
    found, position = find_orders(wanted, query.size, query.after(scope))
    return query.answer(scope, *fitting(found, lambda one: order_body(*one), lambda one: one[0].placed_key, position))


def order_place(call: Call[Placement]) -> Response:
    """Place the basket as an order. The same basket gives the same order, however often it is sent."""
    body = call.body
    wish = Wish(call.caller.user_id, body.id, body.contact, body.version, call.idempotency_key, call.network)
    placed = place_order(wish, call.request_id)
    answer = Response(to_json(placed_body(placed.order)))
    if placed.again and call.idempotency_key:
        answer.headers["Idempotent-Replayed"] = "true"
    return answer


def order_one(call: Call[None], order_id: str) -> dict[str, Any]:
    """One of the caller's own orders, with what happened to it."""
    order, parts = order_of_buyer(call.caller.user_id, path_id(order_id))
    return shortened(order_card(order, parts, events_of(order.order_id), call.caller.user_id))


def order_documents(call: Call[None], order_id: str) -> dict[str, Any]:
    """The documents of one of the caller's own orders, as links that end soon."""
    order, parts = order_of_buyer(call.caller.user_id, path_id(order_id))
    return documents_body(order.order_id, kept.order_documents(order, parts))


def order_cancel(call: Call[Cancellation], order_id: str) -> dict[str, Any]:
    """Cancel an order that no shop has begun to work on; its goods are on sale again."""
    by = By("buyer", call.caller.user_id, call.request_id, call.network)
    order, parts = cancel_own(path_id(order_id), by, call.body.reason)
    return shortened({"Status": True, **order_card(order, parts, events_of(order.order_id), by.user_id)})


def order_received(call: Call[Receipt], order_id: str) -> dict[str, Any]:
    """Say that what was sent has come: every part that is on its way, or one shop's."""
    by = By("buyer", call.caller.user_id, call.request_id, call.network)
    order, parts = receive_own(path_id(order_id), by, call.body.shop)
    return shortened({"Status": True, **order_card(order, parts, events_of(order.order_id), by.user_id)})


def order_repeat(call: Call[None], order_id: str) -> dict[str, Any]:
    """Put the rows of an order into the basket again, as far as they can be had; a result for each row."""
    return repeat_body(repeat_order(call.caller.user_id, path_id(order_id)), call.language)
