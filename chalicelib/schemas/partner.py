"""Requests of a supplier, and what its shop and its imports look like."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from chalicelib import clock
from chalicelib.bodies import Upload
from chalicelib.catalogue.shops import takes_orders
from chalicelib.ids import as_id
from chalicelib.models.catalogue import Shop
from chalicelib.models.jobs import Import
from chalicelib.models.sources import Source as StoredSource
from chalicelib.money import as_number
from chalicelib.ordering.dates import read_time
from chalicelib.schemas import wire
from chalicelib.schemas.base import Flag, Schema, Text, fault, lowered, none_if_blank, parse, roubles
from chalicelib.schemas.lists import in_time
from chalicelib.texts import Language, text

MAX_HOURS = 168
# Roubles that delivery may cost at most, and from which it may be free.
_MOST = 10_000_000


def _upload(value: object) -> Upload | None:
    if not isinstance(value, Upload):
        raise fault("file")
    # What a page sends for a field where no file was chosen.
    return value if value.name or value.content else None


def _future(value: object) -> datetime:
    moment = in_time(read_time, value)
    if moment <= clock.now():
        raise fault("future")
    return moment


def _hours(value: object) -> int:
    found = as_id(value)
    if found is None or found > MAX_HOURS:
        raise fault("hours", limit=MAX_HOURS)
    return found


# The first validator to run is the last one named.
_Blank = BeforeValidator(none_if_blank)
Kopecks = Annotated[int, BeforeValidator(roubles(_MOST)), wire.one_of(*wire.roubles(_MOST))]
_AMOUNT = wire.one_of(*wire.roubles(_MOST), wire.BLANK, wire.NULL)


class StateChange(Schema):
    """POST partner/state: with ``until`` the shop that is switched off takes orders again from then on."""

    state: Flag
    reason: Annotated[Annotated[Text, Field(max_length=500)] | None, _Blank] = None
    until: Annotated[Annotated[datetime, BeforeValidator(_future)] | None, _Blank, wire.MOMENT] = None


class Tariff(Schema):
    """POST partner/delivery, in roubles; without ``free_from`` it is never free, without ``min_order`` that stays."""

    price: Kopecks
    free_from: Annotated[Kopecks | None, _Blank, _AMOUNT] = None
    min_order: Annotated[Kopecks | None, _Blank, _AMOUNT] = None


class DryRun(Schema):
    """The parameter of POST partner/update, which may stand among the fields as well."""

    dry_run: Annotated[Flag | None, _Blank, wire.OPTIONAL_FLAG] = None


class SourceUrl(DryRun):
    """POST partner/update/url: where on the net the price list is."""

    model_config = ConfigDict(json_schema_extra={"required": ["url"]})

    url: Annotated[Annotated[Text, Field(max_length=2000)] | None, wire.ADDRESS] = None


class SourceSchedule(Schema):
    """POST partner/source: without ``every_hours`` the list is not fetched by the clock any more."""

    url: Annotated[Text, Field(max_length=2000), wire.ADDRESS]
    every_hours: Annotated[Annotated[int, BeforeValidator(_hours)] | None, _Blank, wire.page_size(MAX_HOURS)] = None


class SourceFile(DryRun):
    """POST partner/update/file: the price list itself."""

    model_config = ConfigDict(json_schema_extra={"required": ["file"]})

    file: Annotated[Any, BeforeValidator(_upload)] = None


class ReviewQuery(Schema):
    """GET imports/{id}/review: the token of the mail."""

    token: Annotated[Text, Field(max_length=200)]


class ReviewDecision(ReviewQuery):
    """POST imports/{id}/review."""

    decision: Annotated[Literal["approve", "reject"], BeforeValidator(lowered)]


def wants_dry_run(source: DryRun, parameters: Mapping[str, str]) -> bool:
    """Whether a price list is only to be looked at, by a field or by a parameter. Raises FieldErrors."""
    asked = parse(DryRun, parameters)
    return bool(source.dry_run or asked.dry_run)


class Source(SourceUrl, SourceFile):
    """POST partner/update: the price list, or where it is."""

    model_config = ConfigDict(json_schema_extra=wire.ADDRESS_OR_FILE)

    url: Annotated[Annotated[Text, Field(max_length=2000)] | None, wire.ANY_ADDRESS] = None


def shop_state_body(shop: Shop) -> dict[str, Any]:
    """Whether the shop takes orders, and if not, why, until when, and whether an administrator said so."""
    open_now = takes_orders(shop)
    return {
        "id": shop.entity_id,
        "name": shop.name,
        "state": open_now,
        "reason": shop.closed_reason,
        "until": shop.closed_until,
        "by_administrator": bool(shop.closed_by_admin) and not open_now,
    }


def tariff_body(shop: Shop) -> dict[str, Any]:
    """What delivery costs, in roubles; ``free_from`` null where it is never free."""
    free_from = shop.delivery_free_from
    return {
        "price": as_number(shop.delivery_price),
        "free_from": None if free_from is None else as_number(free_from),
        "min_order": as_number(shop.min_order),
    }


def source_body(source: StoredSource | None) -> dict[str, Any]:
    """Where a shop's list is fetched from and when next; all null where that was never set."""
    return {
        "url": source.url if source else None,
        "every_hours": source.every_hours if source else None,
        "next_at": source.due_at if source else None,
        "failures": source.failures if source else 0,
        "last_import": source.last_import if source else None,
    }


def import_body(record: Import, language: Language) -> dict[str, Any]:
    """An import as its supplier sees it, with a text for each fault and links to its files."""
    from chalicelib.pricelists.reporting import files_of

    errors = [{**entry, "message": fault_message(entry, language)} for entry in record.faults]
    return {**import_line(record), "errors": errors, "files": files_of(record)}


def import_line(record: Import) -> dict[str, Any]:
    """An import in a list: how it went, without its faults."""
    return {
        "id": record.import_id,
        "shop": record.shop_id,
        "door": record.door,
        "file_name": record.file_name,
        "format": record.file_format,
        "mode": record.mode,
        "status": record.status,
        "dry_run": record.dry_run,
        "review_until": record.review_until if record.status == "needs_review" else None,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "counts": record.counts,
    }


def fault_message(entry: dict[str, Any], language: Language) -> str:
    """What is wrong with a file or a row, and what would be right, from a fault as it is stored."""
    from chalicelib.pricelists.faults import CODES

    params = {**entry["hint"], "field": entry["field"] or "", "value": entry["value"] or ""}
    return text("pricelist" if entry["code"] in CODES else "imports", entry["code"], language, **params)
