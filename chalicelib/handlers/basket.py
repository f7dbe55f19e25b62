"""Calls about the caller's own basket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.errors import BasketChanged, BasketFull, RowsRefused
from chalicelib.http import Access, Call, endpoint

if TYPE_CHECKING:
    from chalicelib.requests.accounts import Items
    from chalicelib.requests.orders import BulkItems, ChangedItems, NewItems

blueprint = Blueprint(__name__)


@endpoint(blueprint, "GET", "/basket", access=Access.BUYER)
def basket(call: Call[None]) -> list[dict[str, Any]]:
    """The basket: a list of one, or of none."""
    from chalicelib.answers.basket import basket_body
    from chalicelib.answers.fitting import shortened
    from chalicelib.ordering.basket import show_basket

    view = show_basket(call.caller.user_id)
    return [shortened(basket_body(view, call.language))] if view else []


@endpoint(
    blueprint,
    "POST",
    "/basket",
    access=Access.BUYER,
    body="orders.NewItems",
    errors=(RowsRefused, BasketFull, BasketChanged),
)
def basket_add(call: Call[NewItems]) -> dict[str, Any]:
    """Add goods; those already there get more."""
    from chalicelib.ordering.basket import add_items

    items = [(item.product_info, item.quantity) for item in call.body.items]
    return {"Status": True, "Создано объектов": add_items(call.caller.user_id, items)}


@endpoint(
    blueprint, "PUT", "/basket", access=Access.BUYER, body="orders.ChangedItems", errors=(RowsRefused, BasketChanged)
)
def basket_change(call: Call[ChangedItems]) -> dict[str, Any]:
    """Set the quantity of rows."""
    from chalicelib.ordering.basket import set_quantities

    items = [(item.id, item.quantity) for item in call.body.items]
    return {"Status": True, "Обновлено объектов": set_quantities(call.caller.user_id, items)}


@endpoint(blueprint, "POST", "/basket/items", access=Access.BUYER, body="orders.BulkItems", errors=(BasketChanged,))
def basket_bulk(call: Call[BulkItems]) -> dict[str, Any]:
    """Add many goods, as far as they can be had, by their ids or by their shops' own; a result for each entry."""
    from chalicelib.answers.bulk import bulk_body
    from chalicelib.ordering.bulk import Wanted, add_many
    from chalicelib.requests.orders import read_entry

    entries = [read_entry(item) for item in call.body.items]
    outcomes = add_many(call.caller.user_id, [entry for entry in entries if isinstance(entry, Wanted)])
    return bulk_body(entries, outcomes, call.language)


@endpoint(blueprint, "DELETE", "/basket", access=Access.BUYER, body="accounts.Items", errors=(BasketChanged,))
def basket_remove(call: Call[Items]) -> dict[str, Any]:
    """Remove rows; entries that are no row of the basket are skipped and not counted."""
    from chalicelib.ordering.basket import remove_rows

    return {"Status": True, "Удалено объектов": remove_rows(call.caller.user_id, call.body.items)}
