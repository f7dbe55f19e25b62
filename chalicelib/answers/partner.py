"""Requests of a supplier, and what its shop and its imports look like."""

from typing import Any

from chalicelib.catalogue.shops import takes_orders
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.models.sources import Source as StoredSource
from chalicelib.money import as_number
from chalicelib.pricelists.reading.faults import fault_message
from chalicelib.pricelists.states import Status
from chalicelib.texts import Language


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
    from chalicelib.pricelists.reports import files_of

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
        "review_until": record.review_until if record.status == Status.NEEDS_REVIEW else None,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "counts": record.counts,
    }
