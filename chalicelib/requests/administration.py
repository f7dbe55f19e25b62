"""Requests of administrators about accounts, shops, mails and orders."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from chalicelib.cursors import unseal
from chalicelib.ordering.search import OrderFilter
from chalicelib.ordering.states import State
from chalicelib.ordering.typed_numbers import typed_number
from chalicelib.pricelists.states import Status
from chalicelib.requests import described
from chalicelib.requests.accounts import Email
from chalicelib.requests.base import Cursor, Flag, Id, Lines, Schema, Text, Words, fault, lowered
from chalicelib.requests.catalogue import OptionalId
from chalicelib.requests.lists import Before, ListQuery, Since
from chalicelib.requests.orders import Move, MoveReason
from chalicelib.roles import Role

PAGE_SIZE = 40
MAX_PAGE_SIZE = 100


Reason = Annotated[Lines, Field(max_length=500)]
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)]
MailStatus = Literal["pending", "sent", "failed", "skipped", "quiet", "bounced", "complained"]


def _number(value: object) -> int | None:
    if value is None or value == "":
        return None
    found = typed_number(str(value)[:100])
    if found is None:
        raise fault("id")
    return found.number


# As people write it: "№ 4711", or the number of a part.
OrderNumber = Annotated[int | None, BeforeValidator(_number), described.ORDER_NUMBER]


class OrdersQuery(ListQuery):
    """GET admin/orders: a page if ``limit`` or ``cursor`` is sent, otherwise a plain list; empty values do not filter.

    ``from`` and ``to`` are dates or times; a date at the end counts with its whole day.
    """

    number: OrderNumber = None
    state: State | None = None
    shop: OptionalId = None
    buyer: OptionalId = None
    since: Since = Field(default=None, alias="from")
    until: Before = Field(default=None, alias="to")

    @property
    def scope(self) -> str:
        """Which list a cursor belongs to."""
        return f"admin/orders {self.state} {self.shop} {self.buyer} {self.since} {self.until} {self.number}"

    @property
    def wanted(self) -> OrderFilter:
        """Which orders are asked for."""
        return OrderFilter(self.state, self.shop, self.buyer, self.since, self.until, self.number)


class FoundOrdersQuery(OrdersQuery):
    """The list of orders on the pages of administrators: ``q`` is a number, an e-mail, a company or a shop."""

    q: Annotated[Words, Field(max_length=100)] = ""


class AdminPageQuery(Schema):
    """A list that always comes in pages."""

    limit: Annotated[Limit, described.page_size(MAX_PAGE_SIZE)] = PAGE_SIZE
    cursor: Annotated[Cursor | None, described.CURSOR] = None

    def after(self, scope: str) -> str:
        """Return the position in the list ``scope`` where the page begins. Raises FieldErrors for a foreign cursor."""
        return unseal(scope, self.cursor) if self.cursor else ""


class UsersQuery(AdminPageQuery):
    """GET admin/users: the address of one account, in any spelling, or what is known of many."""

    email: Email | None = None
    q: Annotated[Words, Field(max_length=100)] = ""
    type: Annotated[Annotated[Role, BeforeValidator(lowered)] | None, described.ROLE] = None

    @property
    def scope(self) -> str:
        """Which list a cursor belongs to."""
        return f"admin/users {self.q} {self.type}"


class MailsQuery(AdminPageQuery):
    """GET admin/mails."""

    status: MailStatus | None = None

    @property
    def scope(self) -> str:
        """Which list a cursor belongs to."""
        return f"admin/mails {self.status}"


class ShopsQuery(AdminPageQuery):
    """GET admin/shops."""

    q: Annotated[Words, Field(max_length=100)] = ""
    closed: Annotated[Flag | None, described.OPTIONAL_FLAG] = None

    @property
    def scope(self) -> str:
        """Which list a cursor belongs to."""
        return f"admin/shops {self.q} {self.closed}"


class CategoriesQuery(AdminPageQuery):
    """The list of categories on the pages of administrators."""

    q: Annotated[Words, Field(max_length=100)] = ""

    @property
    def scope(self) -> str:
        """Which list a cursor belongs to."""
        return f"admin/categories {self.q}"


class ShopImportsQuery(AdminPageQuery):
    """GET admin/shops/{id}/imports."""

    status: Annotated[Annotated[Status, BeforeValidator(lowered)] | None, described.IMPORT_STATUS] = None


class ImportsQuery(ShopImportsQuery):
    """GET admin/imports."""

    shop: OptionalId = None

    @property
    def scope(self) -> str:
        """Which list a cursor belongs to."""
        return f"admin/imports {self.status} {self.shop}"


class FoundImportsQuery(ImportsQuery):
    """The list of imports on the pages of administrators: ``q`` is any part of a shop's name."""

    q: Annotated[Words, Field(max_length=100)] = ""


class Block(Schema):
    """POST admin/users/{id}/block."""

    reason: Reason = ""


class AdminMove(Move):
    """POST admin/orders/{id}/state: the new state, and why."""

    reason: MoveReason = None


class ImportSource(Schema):
    """POST admin/shops/{id}/imports: the price list, as a URL or as one of the shop's stored files."""

    model_config = ConfigDict(json_schema_extra=described.ADDRESS_OR_KEY)

    url: Annotated[Annotated[Text, Field(max_length=2_000)] | None, described.ADDRESS] = None
    key: Annotated[Annotated[Text, Field(max_length=1_000)] | None, described.KEY] = None


class NewName(Schema):
    """POST admin/categories/{id}/rename."""

    name: Annotated[Text, Field(min_length=1, max_length=200)]


class Target(Schema):
    """POST admin/categories/{id}/merge: the category that takes the goods."""

    into: Id
