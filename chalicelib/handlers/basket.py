"""Calls about the caller's own basket."""

from typing import Any

from chalicelib.answers.basket import basket_body
from chalicelib.answers.bulk import bulk_body
from chalicelib.answers.fitting import shortened
from chalicelib.http import Call
from chalicelib.ordering.basket import add_items, remove_rows, set_quantities, show_basket
from chalicelib.ordering.bulk import Wanted, add_many
from chalicelib.requests.accounts import Items
from chalicelib.requests.orders import BulkItems, ChangedItems, NewItems, read_entry


def basket(call: Call[None]) -> list[dict[str, Any]]:
    """The basket: a list of one, or of none."""
    view = show_basket(call.caller.user_id)
    return [shortened(basket_body(view, call.language))] if view else []


def basket_add(call: Call[NewItems]) -> dict[str, Any]:
    """Add goods; those already there get more."""
    items = [(item.product_info, item.quantity) for item in call.body.items]
    return {"Status": True, "Создано объектов": add_items(call.caller.user_id, items)}


def basket_change(call: Call[ChangedItems]) -> dict[str, Any]:
    """Set the quantity of rows."""
    items = [(item.id, item.quantity) for item in call.body.items]
    return {"Status": True, "Обновлено объектов": set_quantities(call.caller.user_id, items)}


def basket_bulk(call: Call[BulkItems]) -> dict[str, Any]:
    """Add many goods, as far as they can be had, by their ids or by their shops' own; a result for each entry."""
    entries = [read_entry(item) for item in call.body.items]
    outcomes = add_many(call.caller.user_id, [entry for entry in entries if isinstance(entry, Wanted)])
    return bulk_body(entries, outcomes, call.language)


def basket_remove(call: Call[Items]) -> dict[str, Any]:
    """Remove rows; entries that are no row of the basket are skipped and not counted."""
    return {"Status": True, "Удалено объектов": remove_rows(call.caller.user_id, call.body.items)}
