"""Requests about the lists that a buyer keeps, and about what is usual."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from chalicelib.ordering.list_lines import MAX_LINES, Line
from chalicelib.ordering.usual import MOST_GOODS
from chalicelib.requests import described
from chalicelib.requests.base import Flag, Id, Schema, Words, at_most, lowered
from chalicelib.requests.orders import NewItem, Version, items_in

_Items = Annotated[
    list[NewItem],
    BeforeValidator(at_most(MAX_LINES)),
    BeforeValidator(items_in),
    Field(max_length=MAX_LINES),
    described.Rows(),
]
_Name = Annotated[Words, Field(min_length=1, max_length=100)]


class UsualQuery(Schema):
    """GET order/usual."""

    sort: Annotated[Literal["recent", "frequent"], BeforeValidator(lowered)] = "recent"
    limit: Annotated[Annotated[int, Field(ge=1, le=MOST_GOODS)], described.page_size(MOST_GOODS)] = 100


class _Lines(Schema):
    @staticmethod
    def _lines(items: list[NewItem]) -> list[Line]:
        return [(item.product_info, item.quantity) for item in items]


class NewList(_Lines):
    """POST lists: its name, and what it begins with: lines, an order, the basket, or several of them."""

    name: _Name
    items: Annotated[_Items, Field(default_factory=list)]
    order: Annotated[Id | None, described.OPTIONAL_ID] = None
    basket: Annotated[Flag, described.OPTIONAL_FLAG] = False

    @property
    def lines(self) -> list[Line]:
        """The lines that were sent."""
        return self._lines(self.items)


class ListChange(_Lines):
    """PUT lists/{id}: a new name, new lines, or both; ``version``, optional, is that of the list the buyer saw."""

    name: _Name | None = None
    items: _Items | None = None
    version: Version = None

    @property
    def lines(self) -> list[Line] | None:
        """The lines that were sent, None if the list keeps its own."""
        return None if self.items is None else self._lines(self.items)


class ListLines(_Lines):
    """POST lists/{id}/items: quantities of offers, which are added to the list or replace what it has of them."""

    items: Annotated[_Items, Field(min_length=1)]
    version: Version = None

    @property
    def lines(self) -> list[Line]:
        """The lines that were sent."""
        return self._lines(self.items)
