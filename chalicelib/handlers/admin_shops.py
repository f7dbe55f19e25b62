"""Calls of administrators about shops."""

from chalicelib.administration.lists import ImportFilter, find_shops, imports_of_shop
from chalicelib.administration.shops import format_of_shop, settle_format, shop_and_owner, start_import, switch_shop
from chalicelib.answers.administration import ListedShop, ShopCard, ShopSwitched, listed_shop, shop_body
from chalicelib.answers.imports import ImportAccepted, ImportLine, import_line
from chalicelib.answers.pages import Page, page_body
from chalicelib.answers.partner import shop_state_body
from chalicelib.answers.pricelist_formats import TableFormat, format_body
from chalicelib.cursors import seal
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import ImportSource, ShopImportsQuery, ShopsQuery
from chalicelib.requests.partner import StateChange
from chalicelib.requests.pricelist_formats import PricelistFormat


def admin_shops(call: Call[None], query: ShopsQuery) -> Page[ListedShop]:
    """Shops by name, whether or not they take orders."""
    shops, after = find_shops(query.q, query.closed, query.limit, query.after(query.scope))
    return page_body([listed_shop(shop) for shop in shops], seal(query.scope, after) if after else None)


def admin_shop(call: Call[None], shop_id: str) -> ShopCard:
    """One shop and its owner."""
    return shop_body(*shop_and_owner(path_id(shop_id)))


def admin_shop_state(call: Call[StateChange], shop_id: str) -> ShopSwitched:
    """Start or stop a shop's taking of orders."""
    change = call.body
    by, reason = acting_admin(call), change.reason or ""
    shop = switch_shop(path_id(shop_id), by, accepting=change.state, reason=reason, until=change.until)
    return {"Status": True, **shop_state_body(shop)}


def admin_shop_imports(call: Call[None], shop_id: str, query: ShopImportsQuery) -> Page[ImportLine]:
    """A shop's imports, newest first, without their faults."""
    shop, scope = path_id(shop_id), f"admin/shops/{shop_id}/imports {query.status}"
    records, after = imports_of_shop(ImportFilter(query.status), shop, query.limit, query.after(scope))
    return page_body([import_line(record) for record in records], seal(scope, after) if after else None)


def admin_shop_import(call: Call[ImportSource], shop_id: str) -> ImportAccepted:
    """Start an import for a shop, from an address or one of its stored files."""
    import_id = start_import(path_id(shop_id), call.body.url, call.body.key, acting_admin(call))
    return {"Status": True, "import_id": import_id}


def admin_shop_format(call: Call[None], shop_id: str) -> TableFormat:
    """How a shop's tables are read, and what was understood of the last one."""
    return format_body(format_of_shop(path_id(shop_id)))


def admin_shop_format_change(call: Call[PricelistFormat], shop_id: str) -> TableFormat:
    """Set how a shop's tables are read from the next list on."""
    body = call.body
    found = settle_format(path_id(shop_id), body.table(), body.version, acting_admin(call), review=bool(body.review))
    return format_body(found)
