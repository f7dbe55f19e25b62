"""Calls about files of goods and orders: shops, buyers and administrators each see only their own."""

from typing import Any

from chalicelib.answers.exports import ExportAccepted, ExportCard, ExportLine, export_body, export_line
from chalicelib.answers.pages import Page, list_body
from chalicelib.exports.records import Owner, exports_of, get_export, price_list_export, start_export
from chalicelib.handlers.acting import acting_admin
from chalicelib.http import Call
from chalicelib.path_ids import path_id
from chalicelib.requests.exports import AdminExport, OrdersExport, ShopExport
from chalicelib.requests.lists import ListQuery


def _owner(call: Call[Any]) -> Owner:
    caller = call.caller
    return Owner(caller.role, caller.shop_id if caller.role == "shop" else caller.user_id)


def _start(call: Call[Any], kind: str = "orders") -> ExportAccepted:
    export_id = start_export(_owner(call), kind, call.body.format, call.body.filters(), call.language)
    return {"Status": True, "export_id": export_id}


def _list(call: Call[None], query: ListQuery) -> list[ExportLine] | Page[ExportLine]:
    owner = _owner(call)
    scope = f"exports/{owner.scope}/{owner.name}"
    records, position = exports_of(owner, query.size, query.after(scope))
    return list_body(query, scope, [export_line(record) for record in records], position)


def _one(call: Call[None], export_id: str) -> ExportCard:
    return export_body(get_export(_owner(call), path_id(export_id)), call.language)


def partner_export_start(call: Call[ShopExport]) -> ExportAccepted:
    """Export the shop's goods, or its own rows of orders, to a file."""
    return _start(call, call.body.kind)


def partner_export_goods(call: Call[None]) -> ExportAccepted:
    """Export the shop's goods as a YAML price list; returns the export under way if there is one."""
    return {"Status": True, "export_id": price_list_export(call.caller.shop_id, call.language)}


def partner_exports(call: Call[None], query: ListQuery) -> list[ExportLine] | Page[ExportLine]:
    """The shop's own exports, newest first: a plain list, or pages if ``limit`` or ``cursor`` is given."""
    return _list(call, query)


def partner_export(call: Call[None], export_id: str) -> ExportCard:
    """One of the shop's own exports: its progress, and a fresh link to its file."""
    return _one(call, export_id)


def order_export_start(call: Call[OrdersExport]) -> ExportAccepted:
    """Export the caller's own orders to a file."""
    return _start(call)


def order_exports(call: Call[None], query: ListQuery) -> list[ExportLine] | Page[ExportLine]:
    """The caller's own exports, newest first: a plain list, or pages."""
    return _list(call, query)


def order_export(call: Call[None], export_id: str) -> ExportCard:
    """One of the caller's own exports: its progress, and a fresh link to its file."""
    return _one(call, export_id)


def admin_export_start(call: Call[AdminExport]) -> ExportAccepted:
    """Export the orders of all buyers, or those that match the filters, to a file."""
    started = _start(call)
    acting_admin(call).did("export_orders", started["export_id"])
    return started


def admin_exports(call: Call[None], query: ListQuery) -> list[ExportLine] | Page[ExportLine]:
    """The caller's own exports, newest first: a plain list, or pages."""
    return _list(call, query)


def admin_export(call: Call[None], export_id: str) -> ExportCard:
    """One of the caller's own exports: its progress, and a fresh link to its file."""
    return _one(call, export_id)
