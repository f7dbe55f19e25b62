"""Requests for lists: plain or in pages, filtered by state and period."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field

from chalicelib.cursors import PAGE_LIMIT, unseal
from chalicelib.ordering.states import State
from chalicelib.requests import described
from chalicelib.requests.base import Cursor, Schema, Text, fault, lowered
from chalicelib.requests.dates import first_stamp, last_stamp

TimeT = TypeVar("TimeT")


def in_time(read: Callable[[str], TimeT], value: object) -> TimeT:
    """Parse the value with ``read``; raise the ``time`` field error if it is not a date or time."""
    try:
        return read(value if isinstance(value, str) else "")
    except ValueError:
        raise fault("time") from None


def _since(value: object) -> str:
    return in_time(first_stamp, value)


def _before(value: object) -> str:
    return in_time(last_stamp, value)


# Ends of a period: ISO dates, which include the whole day in Moscow, or times.
Since = Annotated[Annotated[str, BeforeValidator(_since)] | None, described.MOMENT]
Before = Annotated[Annotated[str, BeforeValidator(_before)] | None, described.MOMENT]


class ListQuery(Schema):
    """A list: a page if ``limit`` or ``cursor`` is sent, otherwise a plain list."""

    limit: Annotated[Annotated[int, Field(ge=1, le=PAGE_LIMIT)] | None, described.page_size(PAGE_LIMIT)] = None
    cursor: Annotated[Cursor | None, described.CURSOR] = None

    @property
    def size(self) -> int:
        """The number of entries that the client asks for."""
        return self.limit or PAGE_LIMIT

    def after(self, scope: str) -> str:
        """Return the position in the list ``scope`` where the page begins. Raises FieldErrors for a foreign cursor."""
        return unseal(scope, self.cursor) if self.cursor else ""

    @property
    def paged(self) -> bool:
        """Whether the client asks for a page and not for the plain list."""
        return self.limit is not None or self.cursor is not None


class Period(Schema):
    """A state and a period: ``from`` and ``to`` are ISO dates, which include the whole day in Moscow, or times."""

    state: Annotated[Annotated[State, BeforeValidator(lowered)] | None, described.OPTIONAL_STATE] = None
    since: Since = Field(default=None, alias="from")
    before: Before = Field(default=None, alias="to")


class OwnOrdersQuery(ListQuery, Period):
    """A buyer's orders on a page: those of a state and a period, with this number, or with this good in them."""

    q: Annotated[Text, Field(max_length=100)] | None = None


class OrdersQuery(ListQuery, Period):
    """GET order and partner/orders: the caller's orders, optionally of one state and period."""
