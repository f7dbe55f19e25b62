"""Requests of a supplier about its shop and its price lists."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from chalicelib import clock
from chalicelib.bodies import Upload
from chalicelib.ids import as_id
from chalicelib.requests import described
from chalicelib.requests.base import Flag, Lines, Schema, Text, fault, lowered, roubles
from chalicelib.requests.dates import read_time
from chalicelib.requests.lists import in_time
from chalicelib.requests.pages import PageQuery

MAX_HOURS = 168
# In roubles: the limit of the price of delivery, and of the sum from which it is free.
_MOST = 10_000_000


def _upload(value: object) -> Upload | None:
    if not isinstance(value, Upload):
        raise fault("file")
    # What a browser sends for a file field that was left empty.
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


Kopecks = Annotated[int, BeforeValidator(roubles(_MOST)), described.one_of(*described.roubles(_MOST))]
_AMOUNT = described.one_of(*described.roubles(_MOST), described.BLANK, described.NULL)


class StateChange(Schema):
    """POST partner/state: with ``until``, a shop that is switched off takes orders again from that time on."""

    state: Flag
    reason: Annotated[Lines, Field(max_length=500)] | None = None
    until: Annotated[Annotated[datetime, BeforeValidator(_future)] | None, described.MOMENT] = None


class Tariff(Schema):
    """POST partner/delivery, in roubles: no ``free_from``, never free; no ``min_order``, the minimum is unchanged."""

    price: Kopecks
    free_from: Annotated[Kopecks | None, _AMOUNT] = None
    min_order: Annotated[Kopecks | None, _AMOUNT] = None


class DryRun(Schema):
    """The parameter of POST partner/update, which may also be sent as a field."""

    dry_run: Annotated[Flag | None, described.OPTIONAL_FLAG] = None


class AskedQuestion(Schema):
    """The parameter of decisions about an import, which may also be sent as a field: what the caller was shown."""

    question: Annotated[Text, Field(max_length=64)] | None = None


class SourceUrl(DryRun):
    """POST partner/update/url: the URL of the price list."""

    model_config = ConfigDict(json_schema_extra={"required": ["url"]})

    url: Annotated[Annotated[Text, Field(max_length=2000)] | None, described.ADDRESS] = None


class SourceSchedule(Schema):
    """POST partner/source: without ``every_hours`` the list is no longer fetched on a schedule."""

    url: Annotated[Text, Field(max_length=2000), described.ADDRESS]
    every_hours: Annotated[Annotated[int, BeforeValidator(_hours)] | None, described.page_size(MAX_HOURS)] = None


class SourceFile(DryRun):
    """POST partner/update/file: the price list itself."""

    model_config = ConfigDict(json_schema_extra={"required": ["file"]})

    file: Annotated[Any, BeforeValidator(_upload)] = None


class ReviewDecision(PageQuery):
    """POST imports/{id}/review."""

    decision: Annotated[Literal["approve", "reject"], BeforeValidator(lowered)]


class Source(SourceUrl, SourceFile):
    """POST partner/update: the price list, or its URL."""

    model_config = ConfigDict(json_schema_extra=described.ADDRESS_OR_FILE)

    url: Annotated[Annotated[Text, Field(max_length=2000)] | None, described.ANY_ADDRESS] = None
