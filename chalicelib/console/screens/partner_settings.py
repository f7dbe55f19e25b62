"""A supplier's settings: taking orders, the cost of delivery, the address of its list, and files to download."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.catalogue.shops import current_shop, set_accepting, set_delivery, takes_orders
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.documents.wording import named
from chalicelib.exports.formats import FORMATS
from chalicelib.exports.records import Owner, exports_of, file_name, link_of, start_export
from chalicelib.models.catalogue import Shop
from chalicelib.models.exports import Export
from chalicelib.models.sources import Source
from chalicelib.money import as_number
from chalicelib.pricelists.arrival.file_keys import incoming
from chalicelib.pricelists.arrival.schedule import get_source, set_source
from chalicelib.requests.exports import ShopExport
from chalicelib.requests.partner import SourceSchedule, StateChange, Tariff
from chalicelib.settings import settings as settings_of_process
from chalicelib.texts import Language, has_text

_PAGE = "partner/settings"
# How many of the newest exports are shown.
_NEWEST = 10


@dataclass(frozen=True, slots=True)
class ExportLine:
    """An export; ``url`` is "" as long as its file does not exist, and after the file was deleted."""

    name: str
    created_at: str
    status: str
    url: str


@dataclass(frozen=True, slots=True)
class Programs:
    """Settings for the supplier's programs: the address for 1C, "" if we do not know our own, and the folder in S3."""

    exchange: str
    folder: str


@dataclass(frozen=True, slots=True)
class SettingsView:
    """The settings of a shop; amounts are in roubles as typed, "" for none.

    ``choices`` are the possible exports, each a kind of content and a format.
    """

    shop: Shop
    is_open: bool
    by_administrator: bool
    price: int | Decimal
    free_from: int | Decimal | str
    minimum: int | Decimal
    source: Source | None
    exports: list[ExportLine]
    choices: Sequence[tuple[str, str]]
    programs: Programs


def settings(visit: Visit) -> Page:
    """Show the settings of the shop."""
    shop = current_shop(visit.caller.shop_id)
    is_open = takes_orders(shop)
    found, _ = exports_of(Owner("shop", shop.entity_id), _NEWEST)
    view = SettingsView(
        *(shop, is_open, bool(shop.closed_by_admin or shop.suspended) and not is_open, as_number(shop.delivery_price)),
        *("" if shop.delivery_free_from is None else as_number(shop.delivery_free_from), as_number(shop.min_order)),
        *(get_source(shop.entity_id), [_export_line(record, visit.language) for record in found]),
        [(kind, file_format) for kind in ("goods", "orders") for file_format in FORMATS[kind]],
        _programs(shop.entity_id),
    )
    return Page("partner/settings", view)


def change_state(visit: Visit) -> Redirect:
    """Start or stop taking orders."""
    form = visit.read(StateChange)
    set_accepting(visit.caller.shop_id, form.state, reason=form.reason or "", until=form.until)
    return Redirect(_PAGE, Notice("settings.opened" if form.state else "settings.closed"))


def change_delivery(visit: Visit) -> Redirect:
    """Set the cost of delivery and the minimum sum of an order."""
    form = visit.read(Tariff)
    # An empty field of the form means none; the API's means unchanged.
    set_delivery(visit.caller.shop_id, form.price, form.free_from, form.min_order or 0)
    return Redirect(_PAGE, Notice("account.saved"))


def change_source(visit: Visit) -> Redirect:
    """Fetch the list on a schedule, beginning now, or stop fetching it."""
    form = visit.read(SourceSchedule)
    set_source(visit.caller.shop_id, form.url, form.every_hours)
    return Redirect(_PAGE, Notice("settings.scheduled" if form.every_hours else "settings.unscheduled"))


def start_file(visit: Visit) -> Redirect:
    """Have a file of products or orders written."""
    kind, _, file_format = visit.form.get("content", "").partition(".")
    form = visit.read(ShopExport, kind=kind, format=file_format)
    start_export(Owner("shop", visit.caller.shop_id), form.kind, form.format, form.filters(), visit.language)
    return Redirect(_PAGE, Notice("settings.export_started"))


def _programs(shop_id: int) -> Programs:
    url = settings_of_process().public_url.rstrip("/")
    exchange = f"{url}/partner/1c_exchange" if url else ""
    return Programs(exchange, f"s3://{settings_of_process().files_bucket}/{incoming(shop_id)}")


def _export_line(record: Export, language: Language) -> ExportLine:
    key = "export_status" if has_text("mail", f"export_status.{record.status}") else "status"
    return ExportLine(file_name(record), record.created_at, named(key, record.status, language), link_of(record) or "")
