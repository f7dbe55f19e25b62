"""Calls about files of goods and orders: a shop's, a buyer's and an administrator's, each with its own only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.errors import FieldErrors, NotFound, TooManyExports
from chalicelib.http import Access, Call, endpoint, path_id

if TYPE_CHECKING:
    from chalicelib.exports.asking import Owner
    from chalicelib.requests.exports import AdminExport, OrdersExport, ShopExport
    from chalicelib.requests.lists import ListQuery

blueprint = Blueprint(__name__)
_STARTS: dict[str, Any] = {"success": 202, "errors": (TooManyExports,)}


def _owner(call: Call[Any]) -> Owner:
    from chalicelib.exports.asking import Owner

    caller = call.caller
    return Owner(caller.role, caller.shop_id if caller.role == "shop" else caller.user_id)


def _start(call: Call[Any], kind: str = "orders") -> dict[str, Any]:
    from chalicelib.exports.asking import start_export

    export_id = start_export(_owner(call), kind, call.body.format, call.body.filters(), call.language)
    return {"Status": True, "export_id": export_id}


def _list(call: Call[ListQuery]) -> Any:
    from chalicelib.answers.exports import export_line
    from chalicelib.exports.asking import exports_of

    owner = _owner(call)
    scope = f"exports/{owner.scope}/{owner.name}"
    records, position = exports_of(owner, call.body.size, call.body.after(scope))
    return call.body.answer(scope, [export_line(record) for record in records], position)


def _one(call: Call[None], export_id: str) -> dict[str, Any]:
    from chalicelib.answers.exports import export_body
    from chalicelib.exports.asking import get_export

    return export_body(get_export(_owner(call), path_id(export_id)), call.language)


@endpoint(blueprint, "POST", "/partner/exports", access=Access.SHOP, body="exports.ShopExport", **_STARTS)
def partner_export_start(call: Call[ShopExport]) -> dict[str, Any]:
    """Have a file made of the shop's goods, or of its own rows of orders."""
    return _start(call, call.body.kind)


@endpoint(blueprint, "GET", "/partner/export", access=Access.SHOP, **_STARTS)
def partner_export_goods(call: Call[None]) -> dict[str, Any]:
    """Have the shop's goods written as a price list (YAML); while one is being written, that one is told."""
    from chalicelib.exports.asking import price_list_export

    return {"Status": True, "export_id": price_list_export(call.caller.shop_id, call.language)}


@endpoint(blueprint, "GET", "/partner/exports", access=Access.SHOP, query="lists.ListQuery", errors=(FieldErrors,))
def partner_exports(call: Call[ListQuery]) -> Any:
    """The shop's own exports, newest first: a plain list, or pages where ``limit`` or ``cursor`` ask for them."""
    return _list(call)


@endpoint(blueprint, "GET", "/partner/exports/{export_id}", access=Access.SHOP, errors=(NotFound,))
def partner_export(call: Call[None], export_id: str) -> dict[str, Any]:
    """One of the shop's own exports: how far it is, and a new link to its file."""
    return _one(call, export_id)


@endpoint(blueprint, "POST", "/order/exports", access=Access.BUYER, body="exports.OrdersExport", **_STARTS)
def order_export_start(call: Call[OrdersExport]) -> dict[str, Any]:
    """Have a file made of the caller's own orders."""
    return _start(call)


@endpoint(blueprint, "GET", "/order/exports", access=Access.BUYER, query="lists.ListQuery", errors=(FieldErrors,))
def order_exports(call: Call[ListQuery]) -> Any:
    """The caller's own exports, newest first: a plain list, or pages."""
    return _list(call)


@endpoint(blueprint, "GET", "/order/exports/{export_id}", access=Access.BUYER, errors=(NotFound,))
def order_export(call: Call[None], export_id: str) -> dict[str, Any]:
    """One of the caller's own exports: how far it is, and a new link to its file."""
    return _one(call, export_id)


@endpoint(blueprint, "POST", "/admin/exports", access=Access.ADMINISTRATOR, body="exports.AdminExport", **_STARTS)
def admin_export_start(call: Call[AdminExport]) -> dict[str, Any]:
    """Have a file made of orders of all buyers, or of those that the filters leave."""
    from chalicelib.administration.acts import Admin

    started = _start(call)
    Admin(call.caller.user_id, call.request_id).did("export_orders", started["export_id"])
    return started


@endpoint(
    blueprint,
    "GET",
    "/admin/exports",
    access=Access.ADMINISTRATOR,
    query="lists.ListQuery",
    errors=(FieldErrors,),
)
def admin_exports(call: Call[ListQuery]) -> Any:
    """The caller's own exports, newest first: a plain list, or pages."""
    return _list(call)


@endpoint(blueprint, "GET", "/admin/exports/{export_id}", access=Access.ADMINISTRATOR, errors=(NotFound,))
def admin_export(call: Call[None], export_id: str) -> dict[str, Any]:
    """One of the caller's own exports: how far it is, and a new link to its file."""
    return _one(call, export_id)
