"""Calls of administrators."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.errors import NotFound, field_error
from chalicelib.http import Access, Call, endpoint
from chalicelib.ids import as_id
from chalicelib.schemas.ordering import Move, order_body

blueprint = Blueprint(__name__)


def _order_id(value: str) -> int:
    found = as_id(value)
    if found is None:
        raise NotFound
    return found


@endpoint(blueprint, "GET", "/admin/orders", access=Access.ADMINISTRATOR)
def admin_orders(call: Call[None]) -> list[dict[str, Any]]:
    """The newest orders of all buyers, or those of one ``state``."""
    from chalicelib.ordering.reading import orders_by_state
    from chalicelib.ordering.states import STATES

    wanted = call.query.get("state") or None
    state = next((one for one in STATES if one == wanted), None)
    if wanted and state is None:
        raise field_error("state", "choice", expected=", ".join(STATES))
    return [order_body(order, parts) for order, parts in orders_by_state(state)]


@endpoint(blueprint, "GET", "/admin/orders/{order_id}", access=Access.ADMINISTRATOR)
def admin_order(call: Call[None], order_id: str) -> dict[str, Any]:
    """One order."""
    from chalicelib.ordering.reading import get_order

    return order_body(*get_order(_order_id(order_id)))


@endpoint(blueprint, "POST", "/admin/orders/{order_id}/state", access=Access.ADMINISTRATOR, body=Move)
def admin_order_move(call: Call[Move], order_id: str) -> dict[str, Any]:
    """Move an order, or one shop's part of it, to another state."""
    from chalicelib.ordering.moves import By, move_order

    by = By("administrator", call.caller.user_id, call.request_id)
    order, parts = move_order(_order_id(order_id), call.body.state, shop_id=call.body.shop, by=by)
    return {"Status": True, **order_body(order, parts)}
