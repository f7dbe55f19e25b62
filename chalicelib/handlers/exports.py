"""Calls about files of goods and orders: a shop's, a buyer's and an administrator's, each with its own only."""

from typing import Any

from chalicelib.answers.exports import export_body, export_line
from chalicelib.exports.asking import Owner, exports_of, get_export, price_list_export, start_export
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call, path_id
from chalicelib.requests.exports import AdminExport, OrdersExport, ShopExport
from chalicelib.requests.lists import ListQuery


def _owner(call: Call[Any]) -> Owner:
    caller = call.caller
    return Owner(caller.role, caller.shop_id if caller.role == "shop" else caller.user_id)


def _start(call: Call[Any], kind: str = "orders") -> dict[str, Any]:
    export_id = start_export(_owner(call), kind, call.body.format, call.body.filters(), call.language)
    return {"Status": True, "export_id": export_id}


def _list(call: Call[None], query: ListQuery) -> Any:
    owner = _owner(call)
    scope = f"exports/{owner.scope}/{owner.name}"
    records, position = exports_of(owner, query.size, query.after(scope))
    return query.answer(scope, [export_line(record) for record in records], position)


def _one(call: Call[None], export_id: str) -> dict[str, Any]:
    return export_body(get_export(_owner(call), path_id(export_id)), call.language)


def partner_export_start(call: Call[ShopExport]) -> dict[str, Any]:
    """Have a file made of the shop's goods, or of its own rows of orders."""
    return _start(call, call.body.kind)


def partner_export_goods(call: Call[None]) -> dict[str, Any]:
    """Have the shop's goods written as a price list (YAML); while one is being written, that one is told."""
    return {"Status": True, "export_id": price_list_export(call.caller.shop_id, call.language)}


def partner_exports(call: Call[None], query: ListQuery) -> Any:
    """The shop's own exports, newest first: a plain list, or pages where ``limit`` or ``cursor`` ask for them."""
    return _list(call, query)


def partner_export(call: Call[None], export_id: str) -> dict[str, Any]:
    """One of the shop's own exports: how far it is, and a new link to its file."""
    return _one(call, export_id)


def order_export_start(call: Call[OrdersExport]) -> dict[str, Any]:
    """Have a file made of the caller's own orders."""
    return _start(call)


def order_exports(call: Call[None], query: ListQuery) -> Any:
    """The caller's own exports, newest first: a plain list, or pages."""
    return _list(call, query)


def order_export(call: Call[None], export_id: str) -> dict[str, Any]:
    """One of the caller's own exports: how far it is, and a new link to its file."""
    return _one(call, export_id)


def admin_export_start(call: Call[AdminExport]) -> dict[str, Any]:
    """Have a file made of orders of all buyers, or of those that the filters leave."""
    started = _start(call)
    acting_admin(call).did("export_orders", started["export_id"])
    return started


def admin_exports(call: Call[None], query: ListQuery) -> Any:
    """The caller's own exports, newest first: a plain list, or pages."""
    return _list(call, query)


def admin_export(call: Call[None], export_id: str) -> dict[str, Any]:
    """One of the caller's own exports: how far it is, and a new link to its file."""
    return _one(call, export_id)
