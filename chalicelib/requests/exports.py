"""Requests for exports."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, WithJsonSchema
from pydantic.config import JsonDict

from chalicelib.exports.formats import FORMATS, FormatName
from chalicelib.requests import described
from chalicelib.requests.base import lowered
from chalicelib.requests.catalogue import OptionalId
from chalicelib.requests.lists import Period

if TYPE_CHECKING:
    from chalicelib.models.exports import Filters


def _goods(value: object) -> object:
    return "goods" if value is None else lowered(value)


FileFormat = Annotated[FormatName, BeforeValidator(lowered)]


def _written_in(kind: str) -> JsonDict:
    return {"type": "string", "enum": [*FORMATS[kind]]}


_KIND = described.one_of({"type": "string", "enum": ["goods", "orders"]}, described.BLANK, described.NULL)


class OrdersExport(Period):
    """POST order/exports: the caller's orders, optionally of one state and period."""

    format: Annotated[FileFormat, WithJsonSchema(_written_in("orders"))]

    def filters(self) -> "Filters":
        """Return the filters in the form in which they are stored."""
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

    def filters(self) -> "Filters":
        return super().filters() if self.kind == "orders" else {}


class AdminExport(OrdersExport):
    """POST admin/exports: orders, with the filters of their list."""

    shop: OptionalId = None
    buyer: OptionalId = None

    def filters(self) -> "Filters":
        return {**super().filters(), "shop": self.shop, "buyer": self.buyer}
