"""Calls of a supplier about its own shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.errors import (
    AnswerTooLarge,
    AppError,
    Busy,
    ChangeRefused,
    MoveRefused,
    NotFound,
    PartChanged,
    ReviewOver,
    RowsRefused,
    ShopClosed,
    field_error,
)
from chalicelib.http import Access, Call, endpoint, path_id

if TYPE_CHECKING:
    from chalicelib.bodies import Upload
    from chalicelib.requests.lists import ListQuery, OrdersQuery
    from chalicelib.requests.orders import PartMove, RowsAnswer
    from chalicelib.requests.partner import Source, SourceFile, SourceSchedule, SourceUrl, StateChange, Tariff

blueprint = Blueprint(__name__)


def _accept(call: Call[Any], url: str | None, file: Upload | None, fault: AppError) -> dict[str, Any]:
    from chalicelib.pricelists.arrival.doors import pull, upload
    from chalicelib.requests.partner import wants_dry_run

    shop_id, dry_run = call.caller.shop_id, wants_dry_run(call.body, call.query)
    if file is not None:
        return {"Status": True, "import_id": upload(shop_id, file, dry_run=dry_run)}
    if url:
        return {"Status": True, "import_id": pull(shop_id, url, dry_run=dry_run)}
    raise fault


@endpoint(blueprint, "POST", "/partner/update", access=Access.SHOP, body="partner.Source", query="partner.DryRun")
def partner_update(call: Call[Source]) -> dict[str, Any]:
    """Accept a price list, as a file or by its address; the import runs in the background."""
    return _accept(call, call.body.url, call.body.file, field_error("url", "url_or_file"))


@endpoint(
    blueprint, "POST", "/partner/update/url", access=Access.SHOP, body="partner.SourceUrl", query="partner.DryRun"
)
def partner_update_url(call: Call[SourceUrl]) -> dict[str, Any]:
    """Accept the address of a price list."""
    return _accept(call, call.body.url, None, field_error("url", "missing"))


@endpoint(
    blueprint, "POST", "/partner/update/file", access=Access.SHOP, body="partner.SourceFile", query="partner.DryRun"
)
def partner_update_file(call: Call[SourceFile]) -> dict[str, Any]:
    """Accept a price list as a file."""
    return _accept(call, None, call.body.file, field_error("file", "file"))


@endpoint(blueprint, "GET", "/partner/source", access=Access.SHOP)
def partner_source(call: Call[None]) -> dict[str, Any]:
    """The address from which the shop's price list is fetched by the clock."""
    from chalicelib.answers.partner import source_body
    from chalicelib.pricelists.arrival.schedule import get_source

    return source_body(get_source(call.caller.shop_id))


@endpoint(blueprint, "POST", "/partner/source", access=Access.SHOP, body="partner.SourceSchedule")
def partner_source_change(call: Call[SourceSchedule]) -> dict[str, Any]:
    """Have the shop's price list fetched every so many hours, beginning now, or not any more."""
    from chalicelib.pricelists.arrival.schedule import set_source

    set_source(call.caller.shop_id, call.body.url, call.body.every_hours)
    return {"Status": True}


@endpoint(blueprint, "POST", "/partner/uploads", access=Access.SHOP, success=201)
def partner_upload(call: Call[None]) -> dict[str, Any]:
    """A form by which a large price list is sent straight to the store of files; its arrival starts the import."""
    from chalicelib.pricelists.arrival.doors import upload_form

    return {"Status": True, **upload_form(call.caller.shop_id)}


@endpoint(blueprint, "GET", "/partner/imports", access=Access.SHOP, query="lists.ListQuery")
def partner_imports(call: Call[ListQuery]) -> Any:
    """The shop's own imports, newest first: a plain list, or pages where ``limit`` or ``cursor`` ask for them."""
    from chalicelib.answers.partner import import_line
    from chalicelib.pricelists.records import imports_of

    scope = f"partner/imports/{call.caller.shop_id}"
    records, position = imports_of(call.caller.shop_id, call.body.size, call.body.after(scope))
    return call.body.answer(scope, [import_line(record) for record in records], position)


@endpoint(blueprint, "GET", "/partner/imports/{import_id}", access=Access.SHOP, errors=(NotFound,))
def partner_import(call: Call[None], import_id: str) -> dict[str, Any]:
    """One of the shop's own imports: how far it is, and what was wrong with which line."""
    from chalicelib.answers.partner import import_body
    from chalicelib.pricelists.progress import with_progress
    from chalicelib.pricelists.records import get_import

    return import_body(with_progress(get_import(call.caller.shop_id, path_id(import_id))), call.language)


@endpoint(blueprint, "POST", "/partner/imports/{import_id}/approve", access=Access.SHOP, errors=(NotFound, ReviewOver))
def partner_import_approve(call: Call[None], import_id: str) -> dict[str, Any]:
    """Have an import that waits for a decision applied as it was shown."""
    return _decide(call, import_id, approve=True)


@endpoint(blueprint, "POST", "/partner/imports/{import_id}/reject", access=Access.SHOP, errors=(NotFound, ReviewOver))
def partner_import_reject(call: Call[None], import_id: str) -> dict[str, Any]:
    """Leave the catalogue as it is in place of an import that waits for a decision."""
    return _decide(call, import_id, approve=False)


def _decide(call: Call[None], import_id: str, *, approve: bool) -> dict[str, Any]:
    from chalicelib.pricelists.review import decide

    caller = call.caller
    record = decide(path_id(import_id), f"shop:{caller.user_id}", approve=approve, shop_id=caller.shop_id)
    return {"Status": True, "import_id": record.import_id, "status": record.status}


@endpoint(blueprint, "GET", "/partner/state", access=Access.SHOP)
def partner_state(call: Call[None]) -> dict[str, Any]:
    """Whether the shop takes orders, and if not, why and until when."""
    from chalicelib.answers.partner import shop_state_body
    from chalicelib.catalogue.shops import current_shop

    return shop_state_body(current_shop(call.caller.shop_id))


@endpoint(
    blueprint, "POST", "/partner/state", access=Access.SHOP, body="partner.StateChange", errors=(NotFound, ShopClosed)
)
def partner_state_change(call: Call[StateChange]) -> dict[str, Any]:
    """Start or stop taking orders; a stop may have a reason and an end."""
    from chalicelib.catalogue.shops import set_accepting

    body = call.body
    set_accepting(call.caller.shop_id, body.state, reason=body.reason or "", until=body.until)
    return {"Status": True}


@endpoint(blueprint, "GET", "/partner/delivery", access=Access.SHOP)
def partner_delivery(call: Call[None]) -> dict[str, Any]:
    """What the shop's delivery costs."""
    from chalicelib.answers.partner import tariff_body
    from chalicelib.catalogue.shops import get_shop

    return tariff_body(get_shop(call.caller.shop_id))


@endpoint(blueprint, "POST", "/partner/delivery", access=Access.SHOP, body="partner.Tariff")
def partner_delivery_change(call: Call[Tariff]) -> dict[str, Any]:
    """Set what the shop's delivery costs; orders that were placed keep what they were placed with."""
    from chalicelib.catalogue.shops import set_delivery

    set_delivery(call.caller.shop_id, call.body.price, call.body.free_from, call.body.min_order)
    return {"Status": True}


@endpoint(blueprint, "GET", "/partner/orders", access=Access.SHOP, query="lists.OrdersQuery")
def partner_orders(call: Call[OrdersQuery]) -> Any:
    """The shop's own rows of orders, newest first: a plain list of the newest, or pages."""
    from chalicelib.answers.fitting import fitting
    from chalicelib.answers.orders import shop_order_body
    from chalicelib.ordering.orders import PartFilter, parts_of_shop

    shop_id, query = call.caller.shop_id, call.body
    wanted = PartFilter(query.state, query.since or "", query.before or "")
    scope = f"partner/orders/{shop_id}/{wanted}"
    parts, position = parts_of_shop(shop_id, wanted, query.size, query.after(scope))
    return query.answer(scope, *fitting(parts, shop_order_body, lambda part: part.placed_key, position))


@endpoint(blueprint, "GET", "/partner/orders/{order_id}", access=Access.SHOP, errors=(NotFound,))
def partner_order(call: Call[None], order_id: str) -> dict[str, Any]:
    """The shop's own part of one order, with what happened to it."""
    from chalicelib.answers.fitting import shortened
    from chalicelib.answers.orders import shop_order_card
    from chalicelib.ordering.orders import events_of, part_of_shop

    part = part_of_shop(call.caller.shop_id, path_id(order_id))
    return shortened(shop_order_card(part, events_of(part.order_id), call.caller.user_id))


@endpoint(blueprint, "GET", "/partner/orders/{order_id}/documents", access=Access.SHOP, errors=(NotFound,))
def partner_order_documents(call: Call[None], order_id: str) -> dict[str, Any]:
    """The waybill of the shop's own part of an order, as links that end soon."""
    from chalicelib.answers.documents import documents_body
    from chalicelib.documents.kept import part_documents
    from chalicelib.ordering.orders import part_of_shop

    part = part_of_shop(call.caller.shop_id, path_id(order_id))
    return documents_body(part.order_id, part_documents(part))


@endpoint(
    blueprint,
    "POST",
    "/partner/orders/{order_id}/rows",
    access=Access.SHOP,
    body="orders.RowsAnswer",
    errors=(NotFound, ChangeRefused, PartChanged, RowsRefused, AnswerTooLarge, Busy),
)
def partner_order_rows(call: Call[RowsAnswer], order_id: str) -> dict[str, Any]:
    """Deliver less of rows of the shop's own part, or nothing, each with a reason."""
    from chalicelib.answers.fitting import shortened
    from chalicelib.answers.orders import shop_order_body
    from chalicelib.ordering.shortages import ShopAnswer, answer_rows
    from chalicelib.ordering.transitions import By

    shop_id = call.caller.shop_id
    by = By("shop", call.caller.user_id, call.request_id, call.network)
    given = ShopAnswer(path_id(order_id), shop_id, call.body.answers, call.body.version)
    _, parts = answer_rows(given, by)
    own = next(part for part in parts if part.shop_id == shop_id)
    return shortened({"Status": True, **shop_order_body(own)})


@endpoint(
    blueprint,
    "POST",
    "/partner/orders/{order_id}/state",
    access=Access.SHOP,
    body="orders.PartMove",
    errors=(NotFound, MoveRefused, Busy),
)
def partner_order_move(call: Call[PartMove], order_id: str) -> dict[str, Any]:
    """Move the shop's own part of an order to another state."""
    from chalicelib.answers.fitting import shortened
    from chalicelib.answers.orders import shop_order_body
    from chalicelib.ordering.transitions import By, move_order

    shop_id = call.caller.shop_id
    by = By("shop", call.caller.user_id, call.request_id, call.network)
    _, parts = move_order(path_id(order_id), call.body.state, shop_id=shop_id, by=by, reason=call.body.reason)
    own = next(part for part in parts if part.shop_id == shop_id)
    return shortened({"Status": True, **shop_order_body(own)})
