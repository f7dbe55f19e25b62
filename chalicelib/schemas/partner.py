"""Requests of a supplier, and what its shop and its imports look like."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field

from chalicelib import clock
from chalicelib.bodies import Upload
from chalicelib.catalogue.shops import takes_orders
from chalicelib.cursors import seal, unseal
from chalicelib.models.catalogue import Shop
from chalicelib.models.jobs import Import
from chalicelib.money import as_number
from chalicelib.ordering.dates import first_stamp, last_stamp, read_time
from chalicelib.ordering.states import State
from chalicelib.schemas.base import Flag, Schema, Text, fault, none_if_blank
from chalicelib.texts import Language, text

TimeT = TypeVar("TimeT")

MAX_LIMIT = 100
_ROUBLES = re.compile(r"(-?)([0-9]{1,20})(?:[.]([0-9]{1,20}))?")
_MOST_KOPECKS = 1_000_000_000


def _upload(value: object) -> Upload:
    if not isinstance(value, Upload):
        raise fault("file")
    return value


def _kopecks(value: object) -> object:
    """An amount of roubles, as a number or a text with at most two decimals, as kopecks."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise fault("number")
    told = f"{value:f}" if isinstance(value, Decimal) else str(value).strip().replace(",", ".")
    match = _ROUBLES.fullmatch(told)
    if match is None:
        raise fault("number")
    if len(match[3] or "") > 2:
        raise fault("kopecks")
    kopecks = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
    if match[1] and kopecks:
        raise fault("too_small", limit=0)
    if kopecks > _MOST_KOPECKS:
        raise fault("too_large", limit=_MOST_KOPECKS // 100)
    return kopecks


def _future(value: object) -> datetime:
    moment = _time(read_time, value)
    if moment <= clock.now():
        raise fault("future")
    return moment


def _time(read: Callable[[str], TimeT], value: object) -> TimeT:
    try:
        return read(value if isinstance(value, str) else "")
    except ValueError:
        raise fault("time") from None


def _since(value: object) -> str:
    return _time(first_stamp, value)


def _before(value: object) -> str:
    return _time(last_stamp, value)


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


# The first validator to run is the last one named.
_Blank = BeforeValidator(none_if_blank)
Kopecks = Annotated[int, BeforeValidator(_kopecks)]


class StateChange(Schema):
    """POST partner/state: with ``until`` the shop that is switched off takes orders again from then on."""

    state: Flag
    reason: Annotated[Annotated[Text, Field(max_length=500)] | None, _Blank] = None
    until: Annotated[Annotated[datetime, BeforeValidator(_future)] | None, _Blank] = None


class Tariff(Schema):
    """POST partner/delivery, in roubles; without ``free_from`` it is never free, without ``min_order`` that stays."""

    price: Kopecks
    free_from: Annotated[Kopecks | None, _Blank] = None
    min_order: Annotated[Kopecks | None, _Blank] = None


class ListQuery(Schema):
    """A list that is answered plain, or in pages where ``limit`` or ``cursor`` ask for them."""

    limit: Annotated[Annotated[int, Field(ge=1, le=MAX_LIMIT)] | None, _Blank] = None
    cursor: Annotated[Text | None, _Blank] = None

    @property
    def size(self) -> int:
        """How many entries are asked for."""
        return self.limit or MAX_LIMIT

    def after(self, scope: str) -> str:
        """Where in the list ``scope`` the page begins. Raises FieldErrors for a cursor that is not of this list."""
        return unseal(scope, self.cursor) if self.cursor else ""

    def answer(self, scope: str, results: list[dict[str, Any]], position: str | None) -> Any:
        """The plain list, or the page with the cursor of the next one."""
        if self.limit is None and self.cursor is None:
            return results
        return {"results": results, "next": seal(scope, position) if position else None}


class PartsQuery(ListQuery):
    """GET partner/orders: ``from`` and ``to`` are ISO dates, taken with the whole day, or times."""

    state: Annotated[Annotated[State, BeforeValidator(_lower)] | None, _Blank] = None
    since: Annotated[Annotated[str, BeforeValidator(_since)] | None, _Blank] = Field(default=None, alias="from")
    before: Annotated[Annotated[str, BeforeValidator(_before)] | None, _Blank] = Field(default=None, alias="to")


class Source(Schema):
    """POST partner/update: where the price list is."""

    url: Annotated[Text, Field(max_length=2000)] | None = None
    file: Annotated[Any, BeforeValidator(_upload)] = None


def shop_state_body(shop: Shop) -> dict[str, Any]:
    """Whether the shop takes orders, and if not, why and until when."""
    return {
        "id": shop.entity_id,
        "name": shop.name,
        "state": takes_orders(shop),
        "reason": shop.closed_reason,
        "until": shop.closed_until,
    }


def tariff_body(shop: Shop) -> dict[str, Any]:
    """What delivery costs, in roubles; ``free_from`` null where it is never free."""
    free_from = shop.delivery_free_from
    return {
        "price": as_number(shop.delivery_price),
        "free_from": None if free_from is None else as_number(free_from),
        "min_order": as_number(shop.min_order),
    }


def import_body(record: Import, language: Language) -> dict[str, Any]:
    """An import as its supplier sees it, with a text for each fault."""
    errors = [{**entry, "message": fault_message(entry, language)} for entry in record.faults]
    return {**import_line(record), "errors": errors}


def import_line(record: Import) -> dict[str, Any]:
    """An import in a list: how it went, without its faults."""
    return {
        "id": record.import_id,
        "shop": record.shop_id,
        "door": record.door,
        "file_name": record.file_name,
        "status": record.status,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "counts": record.counts,
    }


def fault_message(entry: dict[str, Any], language: Language) -> str:
    """What is wrong with a file or a row, and what would be right, from a fault as it is stored."""
    from chalicelib.pricelists.faults import CODES

    params = {**entry["hint"], "field": entry["field"] or "", "value": entry["value"] or ""}
    return text("pricelist" if entry["code"] in CODES else "imports", entry["code"], language, **params)
