"""Calls about the caller's own basket."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.http import Access, Call, endpoint
from chalicelib.schemas.accounts import Items
from chalicelib.schemas.ordering import ChangedItems, NewItems, basket_body

blueprint = Blueprint(__name__)


@endpoint(blueprint, "GET", "/basket", access=Access.BUYER)
def basket(call: Call[None]) -> list[dict[str, Any]]:
    """The basket: a list of one, or of none."""
    from chalicelib.ordering.basket import show_basket

    view = show_basket(call.caller.user_id)
    return [basket_body(view, call.language)] if view else []


@endpoint(blueprint, "POST", "/basket", access=Access.BUYER, body=NewItems)
def basket_add(call: Call[NewItems]) -> dict[str, Any]:
    """Add goods; those already there get more."""
    from chalicelib.ordering.basket import add_items

    items = [(item.product_info, item.quantity) for item in call.body.items]
    return {"Status": True, "Создано объектов": add_items(call.caller.user_id, items, call.language)}


@endpoint(blueprint, "PUT", "/basket", access=Access.BUYER, body=ChangedItems)
def basket_change(call: Call[ChangedItems]) -> dict[str, Any]:
    """Set the quantity of rows."""
    from chalicelib.ordering.basket import set_quantities

    items = [(item.id, item.quantity) for item in call.body.items]
    return {"Status": True, "Обновлено объектов": set_quantities(call.caller.user_id, items, call.language)}


@endpoint(blueprint, "DELETE", "/basket", access=Access.BUYER, body=Items)
def basket_remove(call: Call[Items]) -> dict[str, Any]:
    """Remove rows; entries that are no row of the basket are skipped and not counted."""
    from chalicelib.ordering.basket import remove_rows

    return {"Status": True, "Удалено объектов": remove_rows(call.caller.user_id, call.body.items)}
