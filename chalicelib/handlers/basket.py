"""Calls about the caller's own basket."""

from chalicelib.answers.basket import Basket, basket_body
from chalicelib.answers.bulk import EntryResults, bulk_body
from chalicelib.answers.common import RowsChanged, RowsCreated, RowsRemoved
from chalicelib.answers.fitting import shortened
from chalicelib.http import Call
from chalicelib.ordering.basket import add_items, remove_rows, set_quantities, show_basket
from chalicelib.ordering.bulk import AddOptions, enter
from chalicelib.ordering.entries import Wanted
from chalicelib.ordering.repeats import Key
from chalicelib.requests.accounts import Deletion
from chalicelib.requests.orders import BulkItems, ChangedItems, NewItems, read_entry
from chalicelib.routes import Reply


def basket(call: Call[None]) -> list[Basket]:
    """The basket: a list of one, or an empty list."""
    view = show_basket(call.caller.user_id)
    return [shortened(basket_body(view, call.language))] if view else []


def basket_add(call: Call[NewItems]) -> RowsCreated:
    """Add goods; quantities add up for goods already in the basket."""
    items = [(item.product_info, item.quantity) for item in call.body.items]
    return {"Status": True, "Создано объектов": add_items(call.caller.user_id, items)}


def basket_change(call: Call[ChangedItems]) -> RowsChanged:
    """Set the quantity of rows."""
    items = [(item.id, item.quantity) for item in call.body.items]
    return {"Status": True, "Обновлено объектов": set_quantities(call.caller.user_id, items)}


def basket_bulk(call: Call[BulkItems]) -> Reply[EntryResults]:
    """Add many goods as far as they are available, by offer id, the shop's own id or a code; one result per entry."""
    entries = [read_entry(item) for item in call.body.items]
    readable = [entry for entry in entries if isinstance(entry, Wanted)]
    dry_run, cheapest, last = call.body.dry_run, call.body.choose == "cheapest", call.body.choose == "last_bought"
    # Requests of the previous version could not choose what was bought last; their digests must still match.
    key = Key.of(call.idempotency_key, [call.body.items, call.body.choose if last else cheapest])
    done = enter(call.caller.user_id, readable, AddOptions(dry_run, cheapest, last, key))
    body = bulk_body(entries, done.entries, call.language, dry_run=dry_run)
    return Reply(body, {"Idempotent-Replayed": "true"} if done.again else {})


def basket_remove(call: Call[Deletion]) -> RowsRemoved:
    """Remove rows; ids that are not in the basket are skipped and not counted."""
    return {"Status": True, "Удалено объектов": remove_rows(call.caller.user_id, call.body.items)}
