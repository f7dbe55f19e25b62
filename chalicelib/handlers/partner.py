"""Calls of a supplier about its own shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.errors import Busy, MoveRefused, NotFound, field_error
from chalicelib.http import Access, Call, endpoint, path_id

if TYPE_CHECKING:
    from chalicelib.schemas.ordering import PartMove
    from chalicelib.schemas.partner import (
        ListQuery,
        PartsQuery,
        Source,
        StateChange,
        Tariff,
    )

blueprint = Blueprint(__name__)


def _accept(call: Call[Source], *, url: bool = True, file: bool = True) -> dict[str, Any]:
    from chalicelib.pricelists.intake import pull, upload

    shop_id = call.caller.shop_id
    if file and call.body.file is not None:
        return {"Status": True, "import_id": upload(shop_id, call.body.file)}
    if url and call.body.url:
        return {"Status": True, "import_id": pull(shop_id, call.body.url)}
    raise field_error("url" if url else "file", "url_or_file" if url and file else "missing" if url else "file")


@endpoint(blueprint, "POST", "/partner/update", access=Access.SHOP, body="partner.Source")
def partner_update(call: Call[Source]) -> dict[str, Any]:
    """Accept a price list, as a file or by its address; the import runs in the background."""
    return _accept(call)


@endpoint(blueprint, "POST", "/partner/update/url", access=Access.SHOP, body="partner.Source")
def partner_update_url(call: Call[Source]) -> dict[str, Any]:
    """Accept the address of a price list."""
    return _accept(call, file=False)


@endpoint(blueprint, "POST", "/partner/update/file", access=Access.SHOP, body="partner.Source")
def partner_update_file(call: Call[Source]) -> dict[str, Any]:
    """Accept a price list as a file."""
    return _accept(call, url=False)


@endpoint(blueprint, "POST", "/partner/uploads", access=Access.SHOP, success=201)
def partner_upload(call: Call[None]) -> dict[str, Any]:
    """A form by which a large price list is sent straight to the store of files; its arrival starts the import."""
    from chalicelib.pricelists.intake import upload_form

    return {"Status": True, **upload_form(call.caller.shop_id)}


@endpoint(blueprint, "GET", "/partner/imports", access=Access.SHOP, query="partner.ListQuery")
def partner_imports(call: Call[ListQuery]) -> Any:
    """The shop's own imports, newest first: a plain list, or pages where ``limit`` or ``cursor`` ask for them."""
    from chalicelib.pricelists.intake import imports_of
    from chalicelib.schemas.partner import import_line

    scope = f"partner/imports/{call.caller.shop_id}"
    records, position = imports_of(call.caller.shop_id, call.body.size, call.body.after(scope))
    return call.body.answer(scope, [import_line(record) for record in records], position)


@endpoint(blueprint, "GET", "/partner/imports/{import_id}", access=Access.SHOP, errors=(NotFound,))
def partner_import(call: Call[None], import_id: str) -> dict[str, Any]:
    """One of the shop's own imports: how far it is, and what was wrong with which line."""
    from chalicelib.pricelists.intake import get_import
    from chalicelib.schemas.partner import import_body

    return import_body(get_import(call.caller.shop_id, path_id(import_id)), call.language)


@endpoint(blueprint, "GET", "/partner/state", access=Access.SHOP)
def partner_state(call: Call[None]) -> dict[str, Any]:
    """Whether the shop takes orders, and if not, why and until when."""
    from chalicelib.catalogue.shops import current_shop
    from chalicelib.schemas.partner import shop_state_body

    return shop_state_body(current_shop(call.caller.shop_id))


@endpoint(blueprint, "POST", "/partner/state", access=Access.SHOP, body="partner.StateChange")
def partner_state_change(call: Call[StateChange]) -> dict[str, Any]:
    """Start or stop taking orders; a stop may have a reason and an end."""
    from chalicelib.catalogue.shops import set_accepting

    body = call.body
    set_accepting(call.caller.shop_id, body.state, reason=body.reason or "", until=body.until)
    return {"Status": True}


@endpoint(blueprint, "GET", "/partner/delivery", access=Access.SHOP)
def partner_delivery(call: Call[None]) -> dict[str, Any]:
    """What the shop's delivery costs."""
    from chalicelib.catalogue.shops import get_shop
    from chalicelib.schemas.partner import tariff_body

    return tariff_body(get_shop(call.caller.shop_id))


@endpoint(blueprint, "POST", "/partner/delivery", access=Access.SHOP, body="partner.Tariff")
def partner_delivery_change(call: Call[Tariff]) -> dict[str, Any]:
    """Set what the shop's delivery costs; orders that were placed keep what they were placed with."""
    from chalicelib.catalogue.shops import set_delivery

    set_delivery(call.caller.shop_id, call.body.price, call.body.free_from, call.body.min_order)
    return {"Status": True}


@endpoint(blueprint, "GET", "/partner/orders", access=Access.SHOP, query="partner.PartsQuery")
def partner_orders(call: Call[PartsQuery]) -> Any:
    """The shop's own rows of orders, newest first: a plain list of the newest, or pages."""
    from chalicelib.ordering.reading import PartFilter, parts_of_shop
    from chalicelib.schemas.ordering import shop_order_body

    shop_id, query = call.caller.shop_id, call.body
    wanted = PartFilter(query.state, query.since or "", query.before or "")
    scope = f"partner/orders/{shop_id}/{wanted}"
    parts, position = parts_of_shop(shop_id, wanted, query.size, query.after(scope))
    return query.answer(scope, [shop_order_body(part) for part in parts], position)


@endpoint(blueprint, "GET", "/partner/orders/{order_id}", access=Access.SHOP, errors=(NotFound,))
def partner_order(call: Call[None], order_id: str) -> dict[str, Any]:
    """The shop's own part of one order."""
    from chalicelib.ordering.reading import part_of_shop
    from chalicelib.schemas.ordering import shop_order_body

    return shop_order_body(part_of_shop(call.caller.shop_id, path_id(order_id)))


@endpoint(
    blueprint,
    "POST",
    "/partner/orders/{order_id}/state",
    access=Access.SHOP,
    body="ordering.PartMove",
    errors=(NotFound, MoveRefused, Busy),
)
def partner_order_move(call: Call[PartMove], order_id: str) -> dict[str, Any]:
    """Move the shop's own part of an order to another state."""
    from chalicelib.ordering.moves import By, move_order
    from chalicelib.schemas.ordering import shop_order_body

    shop_id = call.caller.shop_id
    by = By("shop", call.caller.user_id, call.request_id)
    _, parts = move_order(path_id(order_id), call.body.state, shop_id=shop_id, by=by, reason=call.body.reason)
    return {"Status": True, **next(shop_order_body(part) for part in parts if part.shop_id == shop_id)}
