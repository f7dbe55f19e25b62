"""Requests of suppliers about their parts of many orders."""

from typing import Annotated

from pydantic import BeforeValidator, Field

from chalicelib.ordering.many_moves import MAX_PARTS
from chalicelib.ordering.states import State
from chalicelib.requests import described
from chalicelib.requests.base import Id, Schema, at_most, fault, lowered
from chalicelib.requests.orders import MoveReason, items_in


def _ids_in(value: object) -> object:
    """Return a list from a list, a JSON text of a list, ids separated by commas, or a single id."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        ids = [one for one in value.replace(" ", "").split(",") if one]
        if not ids:
            raise fault("list")
        return ids
    found = items_in(value)
    return [found] if isinstance(found, int) else found


class ManyMoves(Schema):
    """POST partner/orders/state: the orders, and the new state of the shop's own parts of them."""

    orders: Annotated[
        list[Id],
        BeforeValidator(at_most(MAX_PARTS)),
        BeforeValidator(_ids_in),
        Field(min_length=1, max_length=MAX_PARTS),
        described.Rows(),
    ]
    state: Annotated[State, BeforeValidator(lowered), described.STATE]
    reason: MoveReason = None
