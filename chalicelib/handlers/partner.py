"""Calls of a supplier about its own shop."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.errors import NotFound, field_error
from chalicelib.http import Access, Call, endpoint
from chalicelib.ids import as_id
from chalicelib.schemas.partner import Source, StateChange, import_body

blueprint = Blueprint(__name__)


def _accept(call: Call[Source], *, url: bool = True, file: bool = True) -> dict[str, Any]:
    from chalicelib.pricelists.intake import pull, upload

    shop_id = call.caller.shop_id
    if file and call.body.file is not None:
        return {"Status": True, "import_id": upload(shop_id, call.body.file)}
    if url and call.body.url:
        return {"Status": True, "import_id": pull(shop_id, call.body.url)}
    raise field_error("url" if url else "file", "url_or_file" if url and file else "missing" if url else "file")


@endpoint(blueprint, "POST", "/partner/update", access=Access.SHOP, body=Source)
def partner_update(call: Call[Source]) -> dict[str, Any]:
    """Accept a price list, as a file or by its address; the import runs in the background."""
    return _accept(call)


@endpoint(blueprint, "POST", "/partner/update/url", access=Access.SHOP, body=Source)
def partner_update_url(call: Call[Source]) -> dict[str, Any]:
    """Accept the address of a price list."""
    return _accept(call, file=False)


@endpoint(blueprint, "POST", "/partner/update/file", access=Access.SHOP, body=Source)
def partner_update_file(call: Call[Source]) -> dict[str, Any]:
    """Accept a price list as a file."""
    return _accept(call, url=False)


@endpoint(blueprint, "GET", "/partner/imports/{import_id}", access=Access.SHOP)
def partner_import(call: Call[None], import_id: str) -> dict[str, Any]:
    """One of the shop's own imports: how far it is, and what was wrong with which line."""
    from chalicelib.pricelists.intake import get_import

    found = as_id(import_id)
    if found is None:
        raise NotFound
    return import_body(get_import(call.caller.shop_id, found), call.language)


@endpoint(blueprint, "GET", "/partner/state", access=Access.SHOP)
def partner_state(call: Call[None]) -> dict[str, Any]:
    """Whether the shop takes orders."""
    from chalicelib.catalogue.shops import get_shop

    shop = get_shop(call.caller.shop_id)
    return {"id": shop.entity_id, "name": shop.name, "state": bool(shop.accepting)}


@endpoint(blueprint, "POST", "/partner/state", access=Access.SHOP, body=StateChange)
def partner_state_change(call: Call[StateChange]) -> dict[str, Any]:
    """Start or stop taking orders."""
    from chalicelib.catalogue.shops import set_accepting

    set_accepting(call.caller.shop_id, call.body.state)
    return {"Status": True}


@endpoint(blueprint, "GET", "/partner/orders", access=Access.SHOP)
def partner_orders(call: Call[None]) -> list[dict[str, Any]]:
    """The shop's own rows of the newest orders, newest first."""
    from chalicelib.ordering.reading import parts_of_shop
    from chalicelib.schemas.ordering import shop_order_body

    return [shop_order_body(part) for part in parts_of_shop(call.caller.shop_id)]
