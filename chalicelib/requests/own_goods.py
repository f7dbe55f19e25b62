"""Requests of a supplier about its own goods."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from chalicelib.goods import BY_COLUMN
from chalicelib.requests.base import Schema, Text, fault, no_flag, roubles
from chalicelib.requests.lists import ListQuery

_kopecks = roubles(BY_COLUMN["price"].limit // 100)


def _price(value: object) -> int:
    kopecks = _kopecks(value)
    if not kopecks:
        raise fault("too_small", limit="0.01")
    return kopecks


class OwnGoodsQuery(ListQuery):
    """The shop's goods, by words of their names or a code; on sale unless those withdrawn are asked for."""

    q: Annotated[Text, Field(max_length=200)] | None = None
    state: Literal["listed", "withdrawn"] | None = None


class EditedGood(Schema):
    """A good as it is to be: the price in roubles and the stock."""

    price: Annotated[int, BeforeValidator(_price)]
    quantity: Annotated[int, Field(ge=0, le=BY_COLUMN["quantity"].limit), BeforeValidator(no_flag)]
