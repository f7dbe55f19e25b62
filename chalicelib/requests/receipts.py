"""Requests about what arrived."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from chalicelib.ids import LIMIT
from chalicelib.ordering.receipts import Arrival
from chalicelib.requests import described
from chalicelib.requests.base import Flag, Id, Lines, Schema, at_most, fault, no_flag
from chalicelib.requests.orders import MAX_ITEMS, QuantityOrNone, items_in

ReceiptVersion = Annotated[
    Annotated[int, Field(ge=0, lt=LIMIT)] | None,
    BeforeValidator(no_flag),
    described.one_of(*described.whole(LIMIT - 1, 0), described.BLANK, described.NULL),
]


class ArrivedRow(Schema):
    """How much of a row arrived (0 for none), and why not all."""

    id: Id
    quantity: QuantityOrNone
    reason: Annotated[Lines, Field(max_length=200)] = ""


def _something(value: list[ArrivedRow], info: ValidationInfo) -> list[ArrivedRow]:
    if not value and not info.data.get("rest"):
        raise fault("arrived_rows")
    return value


class ArrivedRows(Schema):
    """POST order/{id}/receipt: what arrived of one shop's part; ``rest`` says that all the others did."""

    shop: Id
    rest: Annotated[Flag, described.OPTIONAL_FLAG] = False
    items: Annotated[
        list[ArrivedRow],
        BeforeValidator(at_most(MAX_ITEMS)),
        BeforeValidator(items_in),
        Field(max_length=MAX_ITEMS, default_factory=list, validate_default=True),
        AfterValidator(_something),
        described.Rows(),
    ]
    version: ReceiptVersion = None

    @property
    def arrivals(self) -> list[Arrival]:
        """Return the rows in the form the use case expects."""
        return [Arrival(item.id, item.quantity, item.reason) for item in self.items]
