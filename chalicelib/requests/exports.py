"""Requests for exports."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, WithJsonSchema
from pydantic.config import JsonDict

from chalicelib.exports.formats import FORMATS
from chalicelib.files.formats import FILE_FORMATS
from chalicelib.requests import described
from chalicelib.requests.base import lowered
from chalicelib.requests.catalogue import OptionalId
from chalicelib.requests.lists import Period


def _goods(value: object) -> object:
    return "goods" if value is None else lowered(value)


_NAMES = tuple(name for name, each in FILE_FORMATS.items() if each.exports)
FileFormat = Annotated[Literal[_NAMES], BeforeValidator(lowered)]  # type: ignore[valid-type]


def _written_in(kind: str) -> JsonDict:
    return {"type": "string", "enum": [*FORMATS[kind]]}


_KIND = described.one_of({"type": "string", "enum": ["goods", "orders"]}, described.BLANK, described.NULL)


class OrdersExport(Period):
    """POST order/exports: the caller's orders, optionally of one state and period."""

    format: Annotated[FileFormat, WithJsonSchema(_written_in("orders"))]

    def filters(self) -> dict[str, Any]:
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

    def filters(self) -> dict[str, Any]:
        return super().filters() if self.kind == "orders" else {}


class AdminExport(OrdersExport):
    """POST admin/exports: orders, with the filters of their list."""

    shop: OptionalId = None
    buyer: OptionalId = None

    def filters(self) -> dict[str, Any]:
        return {**super().filters(), "shop": self.shop, "buyer": self.buyer}
