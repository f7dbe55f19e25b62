"""Calls about the caller's own orders."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.http import Access, Call, endpoint
from chalicelib.schemas.ordering import Placement, order_body

blueprint = Blueprint(__name__)


@endpoint(blueprint, "GET", "/order", access=Access.BUYER)
def orders(call: Call[None]) -> list[dict[str, Any]]:
    """The caller's newest orders, newest first."""
    from chalicelib.ordering.reading import orders_of_buyer

    return [order_body(order, parts) for order, parts in orders_of_buyer(call.caller.user_id)]


@endpoint(blueprint, "POST", "/order", access=Access.BUYER, body=Placement)
def order_place(call: Call[Placement]) -> dict[str, Any]:
    """Place the basket as an order. The same basket gives the same order, however often it is sent."""
    from chalicelib.ordering.placing import place_order

    order = place_order(call.caller.user_id, call.body.id, call.body.contact, call.language, call.request_id)
    return {"Status": True, "id": order.order_id, "number": order.number}
