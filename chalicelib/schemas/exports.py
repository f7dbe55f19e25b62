"""Requests for exports, and what an export looks like from outside."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, WithJsonSchema
from pydantic.config import JsonDict

from chalicelib import clock
from chalicelib.exports.asking import file_name, kept_until, link_of
from chalicelib.exports.formats import FORMATS
from chalicelib.models.exports import Export
from chalicelib.schemas import wire
from chalicelib.schemas.base import lowered, none_if_blank
from chalicelib.schemas.catalogue import OptionalId
from chalicelib.schemas.lists import Period
from chalicelib.texts import Language, text


def _goods(value: object) -> object:
    kind = none_if_blank(lowered(value))
    return "goods" if kind is None else kind


FileFormat = Annotated[Literal["yaml", "csv", "xlsx", "yml", "jsonl"], BeforeValidator(lowered)]


def _written_in(kind: str) -> JsonDict:
    return {"type": "string", "enum": [*FORMATS[kind]]}


_KIND = wire.one_of({"type": "string", "enum": ["goods", "orders"]}, wire.BLANK, wire.NULL)


class OrdersExport(Period):
    """POST order/exports: the caller's orders, all of them or those of a state and a span of time."""

    format: Annotated[FileFormat, WithJsonSchema(_written_in("orders"))]

    def filters(self) -> dict[str, Any]:
        """What is asked for, as it is stored."""
        return {"state": self.state, "since": self.since, "until": self.before}


class ShopExport(OrdersExport):
    """POST partner/exports: the goods on sale, or the shop's own rows of orders."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"kind": {"const": "orders"}}, "required": ["kind"]},
            "then": {"properties": {"format": _written_in("orders")}},
            "else": {"properties": {"format": _written_in("goods")}},
        }
    )

    format: FileFormat
    kind: Annotated[Literal["goods", "orders"], BeforeValidator(_goods), _KIND] = "goods"

    def filters(self) -> dict[str, Any]:
        return super().filters() if self.kind == "orders" else {}


class AdminExport(OrdersExport):
    """POST admin/exports: orders, as the list finds them."""

    shop: OptionalId = None
    buyer: OptionalId = None

    def filters(self) -> dict[str, Any]:
        return {**super().filters(), "shop": self.shop, "buyer": self.buyer}


def export_line(record: Export) -> dict[str, Any]:
    """An export in a list: how far it is and until when its file is kept."""
    until, filters = kept_until(record), record.filters
    return {
        "id": record.export_id,
        "kind": record.content,
        "format": record.file_format,
        "filters": {{"since": "from", "until": "to"}.get(name, name): value for name, value in filters.items()},
        "status": record.status,
        "counts": record.counts,
        "created_at": record.created_at,
        "finished_at": record.finished_at,
        "file_name": file_name(record),
        "size": record.size,
        "kept_until": clock.stamp(until) if until else None,
    }


def export_body(record: Export, language: Language) -> dict[str, Any]:
    """One export with a link to its file that was made just now, or with why there is no file."""
    error = text("exports", f"error.{record.error}", language) if record.error else None
    return {**export_line(record), "url": link_of(record), "error": error}
