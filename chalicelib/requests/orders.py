"""Requests about basket and orders."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from chalicelib.bodies import read_json, without_last_commas
from chalicelib.catalogue.identity import gtin_is_valid
from chalicelib.errors import FieldErrors, UnreadableBody, field_error
from chalicelib.ids import LIMIT
from chalicelib.ordering.codes import Code
from chalicelib.ordering.entries import Wanted
from chalicelib.ordering.quantities import MAX_QUANTITY
from chalicelib.ordering.shortages import MAX_ROWS, RowAnswer
from chalicelib.requests import described
from chalicelib.requests.base import Flag, Id, Lines, Schema, Text, at_most, fault, lowered, no_flag, parse

MAX_ITEMS = 1_000
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
# A barcode as spreadsheets show a number with decimals; and one that is long for its column: its last digits are lost.
_DECIMALS = re.compile(r"([0-9]{8,14})[.,]0{1,4}")
_SHORTENED = re.compile(r"[0-9][.,][0-9]+E\+[0-9]{2}", re.IGNORECASE)


def items_in(value: object) -> object:
    """Return a list from a list, a JSON text of a list, or a single object: clients send all three.

    The text may have a comma after the last field or entry, as the published example does.
    """
    found = _listed(value) if isinstance(value, str) else value
    return [found] if isinstance(found, dict) else found


def _listed(text: str) -> object:
    try:
        return read_json(without_last_commas(text))
    except UnreadableBody as failure:
        begun = text.lstrip()[:1] in {"[", "{"} and "line" in failure.params
        raise fault("json_list" if begun else "list", **failure.params) from None


# Validators run in reverse order.
_SHORT, _ITEMS = BeforeValidator(at_most(MAX_ITEMS)), BeforeValidator(items_in)
Reason = Annotated[Lines, Field(max_length=500)] | None
Quantity = Annotated[
    int, Field(ge=1, le=MAX_QUANTITY), BeforeValidator(no_flag), described.one_of(*described.whole(MAX_QUANTITY))
]
# How much of a row is delivered, or has arrived.
QuantityOrNone = Annotated[
    int, Field(ge=0, le=MAX_QUANTITY), BeforeValidator(no_flag), described.one_of(*described.whole(MAX_QUANTITY, 0))
]


def _why_canceled(value: str | None, info: ValidationInfo) -> str | None:
    """Require a reason for a cancellation: the mails to the buyer and the shop quote it."""
    if info.data.get("state") == "canceled" and not value:
        raise fault("cancel_reason")
    return value


# Of a move; the state has to be declared before it.
MoveReason = Annotated[
    Reason,
    AfterValidator(_why_canceled),
    Field(validate_default=True),
]


def _whole(value: object) -> object:
    """Return a whole number without its fraction: programs read columns of ids as ``4601234567893.0``."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _searchable_code(value: str) -> str:
    """Refuse a code that nothing can have, and what a spreadsheet left of a barcode; take decimals off one."""
    if (decimals := _DECIMALS.fullmatch(value)) and gtin_is_valid(decimals[1]):
        return decimals[1]
    if _SHORTENED.fullmatch(value):
        raise fault("shortened_number")
    if not _LETTER_OR_DIGIT.search(value):
        raise fault("letter_or_digit")
    return value


_Code = Annotated[Text, Field(min_length=1, max_length=500), AfterValidator(_searchable_code)]


class NewItem(Schema):
    """One offer to add to the basket."""

    product_info: Id
    quantity: Quantity


class ChangedItem(Schema):
    """One row of the basket and its new quantity."""

    id: Id
    quantity: Quantity


class NewItems(Schema):
    """POST basket."""

    items: Annotated[list[NewItem], _SHORT, _ITEMS, Field(min_length=1, max_length=MAX_ITEMS), described.Rows()]


class ChangedItems(Schema):
    """PUT basket."""

    items: Annotated[list[ChangedItem], _SHORT, _ITEMS, Field(min_length=1, max_length=MAX_ITEMS), described.Rows()]


class BulkItem(Schema):
    """One entry of POST basket/items: an offer, a shop and the id that it has for its good, or a code.

    A code is a barcode, a model or a supplier's id, of any shop unless ``shop_id`` names one.
    """

    # A gap in somebody's table is a fault worth naming.
    BLANK_COUNTS = frozenset({"ext_id", "code"})

    product_info: Id | None = None
    shop: Id | None = None
    ext_id: Annotated[Text, BeforeValidator(_whole), Field(min_length=1, max_length=500)] | None = None
    code: Annotated[_Code, BeforeValidator(_whole)] | None = None
    shop_id: Annotated[Id | None, described.OPTIONAL_ID] = None
    quantity: Quantity


class BulkItems(Schema):
    """POST basket/items: an entry's faults are reported in its result and do not affect the others."""

    items: Annotated[list[Any], _SHORT, _ITEMS, Field(min_length=1, max_length=MAX_ITEMS), described.Rows()]
    dry_run: Annotated[Flag, described.OPTIONAL_FLAG] = False
    choose: Annotated[Literal["cheapest", "last_bought"], BeforeValidator(lowered)] | None = None


class Cancellation(Schema):
    """POST order/{id}/cancel."""

    reason: Reason = None


class PartMove(Schema):
    """POST partner/orders/{id}/state: the new state of the shop's own part."""

    state: Annotated[Text, BeforeValidator(lowered), Field(min_length=1, max_length=20), described.STATE]
    reason: MoveReason = None


Version = Annotated[
    Annotated[int, Field(ge=1, lt=LIMIT)] | None,
    BeforeValidator(no_flag),
    described.one_of(*described.IDS, described.BLANK, described.NULL),
]


class AnsweredRow(Schema):
    """How many of a row the shop will deliver (0 for none), and why."""

    id: Id
    quantity: QuantityOrNone
    reason: Annotated[Lines, Field(min_length=1, max_length=500)]


class RowsAnswer(Schema):
    """POST partner/orders/{id}/rows; ``version`` optionally is that of the part the shop saw."""

    items: Annotated[
        list[AnsweredRow],
        BeforeValidator(at_most(MAX_ROWS)),
        _ITEMS,
        Field(min_length=1, max_length=MAX_ROWS),
        described.Rows(),
    ]
    version: Version = None

    @property
    def answers(self) -> list[RowAnswer]:
        """Return the rows in the form the use case expects."""
        return [RowAnswer(item.id, item.quantity, item.reason) for item in self.items]


class ShopRowsAnswer(RowsAnswer):
    """POST admin/orders/{id}/rows: the same for one shop's part."""

    shop: Id


class Receipt(Schema):
    """POST order/{id}/received: one shop's part, or every part that was sent."""

    shop: Annotated[Id | None, described.OPTIONAL_ID] = None


class Placement(Schema):
    """POST order: the basket, the ``version`` of it that the buyer saw, and the contact to deliver to."""

    id: Id
    contact: Id
    version: Annotated[Text, Field(max_length=100)] | None = None


class Move(Schema):
    """POST admin/orders/{id}/state: the new state, of one shop's part or of every part."""

    state: Annotated[Text, BeforeValidator(lowered), Field(min_length=1, max_length=20), described.STATE]
    shop: Id | None = None


Entry = Wanted | FieldErrors


def read_entry(value: object) -> Entry:
    """Return one entry as it was sent, or what is wrong with it."""
    try:
        if not isinstance(value, dict):
            return field_error("body", "object")
        item = parse(BulkItem, value)
    except FieldErrors as faults:
        return faults
    if item.product_info is not None:
        return Wanted(item.quantity, item.product_info)
    if item.shop is not None and item.ext_id is not None:
        return Wanted(item.quantity, name=(item.shop, item.ext_id))
    if item.code is None:
        return field_error("product_info", "offer_or_ext_id")
    return Wanted(item.quantity, code=Code(item.code, item.shop_id or item.shop))
