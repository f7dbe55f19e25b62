"""Calls about the caller's own orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Response

from chalicelib.errors import (
    BasketChanged,
    BasketEmpty,
    Busy,
    DeliveryChanged,
    KeyReused,
    MinimumNotReached,
    MoveRefused,
    NotFound,
    OrderInProgress,
    PriceChanged,
    RowsRefused,
)
from chalicelib.http import Access, Call, endpoint, path_id, to_json

if TYPE_CHECKING:
    from chalicelib.requests.lists import OrdersQuery
    from chalicelib.requests.orders import Cancellation, Placement, Receipt

blueprint = Blueprint(__name__)


@endpoint(blueprint, "GET", "/order", access=Access.BUYER, query="lists.OrdersQuery")
def orders(call: Call[OrdersQuery]) -> Any:
    """The caller's own orders, newest first: a plain list of the newest 100, or pages."""
    from chalicelib.answers.fitting import fitting
    from chalicelib.answers.orders import order_body
    from chalicelib.ordering.search import OrderFilter, find_orders

    query = call.body
    wanted = OrderFilter(query.state, None, call.caller.user_id, query.since, query.before)
    scope = f"order/{wanted}"
    found, position = find_orders(wanted, query.size, query.after(scope))
    return query.answer(scope, *fitting(found, lambda one: order_body(*one), lambda one: one[0].placed_key, position))


@endpoint(
    blueprint,
    "POST",
    "/order",
    access=Access.BUYER,
    body="orders.Placement",
    errors=(
        *(NotFound, BasketEmpty, BasketChanged, RowsRefused, PriceChanged, DeliveryChanged, MinimumNotReached),
        *(KeyReused, OrderInProgress, Busy),
    ),
    idempotent=True,
)
def order_place(call: Call[Placement]) -> Response:
    """Place the basket as an order. The same basket gives the same order, however often it is sent."""
    from chalicelib.answers.basket import placed_body
    from chalicelib.ordering.placement import Wish, place_order

    body = call.body
    wish = Wish(call.caller.user_id, body.id, body.contact, body.version, call.idempotency_key, call.network)
    placed = place_order(wish, call.request_id)
    answer = Response(to_json(placed_body(placed.order)))
    if placed.again and call.idempotency_key:
        answer.headers["Idempotent-Replayed"] = "true"
    return answer


@endpoint(blueprint, "GET", "/order/{order_id}", access=Access.BUYER, errors=(NotFound,))
def order_one(call: Call[None], order_id: str) -> dict[str, Any]:
    """One of the caller's own orders, with what happened to it."""
    from chalicelib.answers.fitting import shortened
    from chalicelib.answers.orders import order_card
    from chalicelib.ordering.orders import events_of, order_of_buyer

    order, parts = order_of_buyer(call.caller.user_id, path_id(order_id))
    return shortened(order_card(order, parts, events_of(order.order_id), call.caller.user_id))


@endpoint(blueprint, "GET", "/order/{order_id}/documents", access=Access.BUYER, errors=(NotFound,))
def order_documents(call: Call[None], order_id: str) -> dict[str, Any]:
    """The documents of one of the caller's own orders, as links that end soon."""
    from chalicelib.answers.documents import documents_body
    from chalicelib.documents.kept import order_documents
    from chalicelib.ordering.orders import order_of_buyer

    order, parts = order_of_buyer(call.caller.user_id, path_id(order_id))
    return documents_body(order.order_id, order_documents(order, parts))


@endpoint(
    blueprint,
    "POST",
    "/order/{order_id}/cancel",
    access=Access.BUYER,
    body="orders.Cancellation",
    errors=(NotFound, MoveRefused, Busy),
)
def order_cancel(call: Call[Cancellation], order_id: str) -> dict[str, Any]:
    """Cancel an order that no shop has begun to work on; its goods are on sale again."""
    from chalicelib.answers.fitting import shortened
    from chalicelib.answers.orders import order_card
    from chalicelib.ordering.orders import events_of
    from chalicelib.ordering.transitions import By, cancel_own

    by = By("buyer", call.caller.user_id, call.request_id, call.network)
    order, parts = cancel_own(path_id(order_id), by, call.body.reason)
    return shortened({"Status": True, **order_card(order, parts, events_of(order.order_id), by.user_id)})


@endpoint(
    blueprint,
    "POST",
    "/order/{order_id}/received",
    access=Access.BUYER,
    body="orders.Receipt",
    errors=(NotFound, MoveRefused, Busy),
)
def order_received(call: Call[Receipt], order_id: str) -> dict[str, Any]:
    """Say that what was sent has come: every part that is on its way, or one shop's."""
    from chalicelib.answers.fitting import shortened
    from chalicelib.answers.orders import order_card
    from chalicelib.ordering.orders import events_of
    from chalicelib.ordering.transitions import By, receive_own

    by = By("buyer", call.caller.user_id, call.request_id, call.network)
    order, parts = receive_own(path_id(order_id), by, call.body.shop)
    return shortened({"Status": True, **order_card(order, parts, events_of(order.order_id), by.user_id)})


@endpoint(blueprint, "POST", "/order/{order_id}/repeat", access=Access.BUYER, errors=(NotFound, BasketChanged))
def order_repeat(call: Call[None], order_id: str) -> dict[str, Any]:
    """Put the rows of an order into the basket again, as far as they can be had; a result for each row."""
    from chalicelib.answers.bulk import repeat_body
    from chalicelib.ordering.bulk import repeat_order

    return repeat_body(repeat_order(call.caller.user_id, path_id(order_id)), call.language)
