"""Requests about basket and orders, and what these look like from outside."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from chalicelib.bodies import read_json
from chalicelib.errors import UnreadableBody
from chalicelib.ids import LIMIT
from chalicelib.models.catalogue import Offer
from chalicelib.models.orders import Order
from chalicelib.money import as_number
from chalicelib.ordering.changes import MAX_ROWS, RowAnswer
from chalicelib.ordering.delivery import missing_to_free
from chalicelib.ordering.quantities import MAX_QUANTITY
from chalicelib.ordering.quote import BasketView
from chalicelib.ordering.rows import BasketRow, rule_of
from chalicelib.schemas import wire
from chalicelib.schemas.base import Id, Schema, Text, fault, lowered, none_if_blank
from chalicelib.schemas.catalogue import product_info
from chalicelib.texts import Language

MAX_ITEMS = 1_000


def _items(value: object) -> object:
    """A list, a JSON text of a list, or a single object: clients send all three."""
    if isinstance(value, str):
        try:
            value = read_json(value)
        except UnreadableBody:
            raise fault("list") from None
    return [value] if isinstance(value, dict) else value


def _no_flag(value: object) -> object:
    """pydantic would take ``true`` for 1."""
    if isinstance(value, bool):
        raise fault("integer")
    return value


Reason = Annotated[Text, Field(max_length=500)] | None
Quantity = Annotated[
    int, Field(ge=1, le=MAX_QUANTITY), BeforeValidator(_no_flag), wire.one_of(*wire.whole(MAX_QUANTITY))
]


def _why_canceled(value: str | None, info: ValidationInfo) -> str | None:
    """The buyer, and the shop, are told why somebody else canceled what was ordered."""
    if info.data.get("state") == "canceled" and not value:
        raise fault("cancel_reason")
    return value


# Of a move; the state has to be declared before it.
MoveReason = Annotated[
    Reason,
    AfterValidator(_why_canceled),
    Field(validate_default=True, description="Why; has to be given with the state canceled."),
]


class NewItem(Schema):
    """One good to put into the basket."""

    product_info: Id
    quantity: Quantity


class ChangedItem(Schema):
    """One row of the basket and its new quantity."""

    id: Id
    quantity: Quantity


class NewItems(Schema):
    """POST basket."""

    items: Annotated[list[NewItem], BeforeValidator(_items), Field(min_length=1, max_length=MAX_ITEMS), wire.Rows()]


class ChangedItems(Schema):
    """PUT basket."""

    items: Annotated[list[ChangedItem], BeforeValidator(_items), Field(min_length=1, max_length=MAX_ITEMS), wire.Rows()]


class BulkItem(Schema):
    """One entry of POST basket/items: an offer, or a shop and the id that it has for its good."""

    product_info: Id | None = None
    shop: Id | None = None
    ext_id: Annotated[Text, Field(min_length=1, max_length=500)] | None = None
    quantity: Quantity


class BulkItems(Schema):
    """POST basket/items: what is wrong with an entry is told in its result and refuses none of the others."""

    items: Annotated[list[Any], BeforeValidator(_items), Field(min_length=1, max_length=MAX_ITEMS), wire.Rows()]


class Cancellation(Schema):
    """POST order/{id}/cancel."""

    reason: Reason = None


class PartMove(Schema):
    """POST partner/orders/{id}/state: the new state of the shop's own part."""

    state: Annotated[Text, BeforeValidator(lowered), Field(min_length=1, max_length=20), wire.STATE]
    reason: MoveReason = None


Version = Annotated[
    Annotated[int, Field(ge=1, lt=LIMIT)] | None,
    BeforeValidator(none_if_blank),
    BeforeValidator(_no_flag),
    wire.one_of(*wire.IDS, wire.BLANK, wire.NULL),
]


class AnsweredRow(Schema):
    """How many of a row the shop will deliver, 0 for none, and why."""

    id: Id
    quantity: Annotated[
        int, Field(ge=0, le=MAX_QUANTITY), BeforeValidator(_no_flag), wire.one_of(*wire.whole(MAX_QUANTITY, 0))
    ]
    reason: Annotated[Text, Field(min_length=1, max_length=500)]


class RowsAnswer(Schema):
    """POST partner/orders/{id}/rows; ``version`` is that of the part which the shop saw, if it wants it compared."""

    items: Annotated[list[AnsweredRow], BeforeValidator(_items), Field(min_length=1, max_length=MAX_ROWS), wire.Rows()]
    version: Version = None

    @property
    def answers(self) -> list[RowAnswer]:
        """The rows as the use case takes them."""
        return [RowAnswer(item.id, item.quantity, item.reason) for item in self.items]


class ShopRowsAnswer(RowsAnswer):
    """POST admin/orders/{id}/rows: the same for one shop's part."""

    shop: Id


class Receipt(Schema):
    """POST order/{id}/received: every part that was sent, or one shop's."""

    shop: Annotated[Id | None, BeforeValidator(none_if_blank), wire.OPTIONAL_ID] = None


class Placement(Schema):
    """POST order: which basket, as shown under which ``version``, and where to."""

    id: Id
    contact: Id
    version: Annotated[Annotated[Text, Field(max_length=100)] | None, BeforeValidator(none_if_blank)] = None


class Move(Schema):
    """POST admin/orders/{id}/state: the new state, of one shop's part or of every part."""

    state: Annotated[Text, BeforeValidator(lowered), Field(min_length=1, max_length=20), wire.STATE]
    shop: Id | None = None


def basket_body(view: BasketView, language: Language) -> dict[str, Any]:
    """The basket as published, each row with what keeps it from being ordered, if anything does.

    ``total_sum`` is of goods only, as published; what delivery adds stands beside it.
    """
    delivery = sum(view.delivery(shop_id) for shop_id in view.goods_sums)
    return {
        "id": view.basket.basket_id,
        "ordered_items": [_basket_row(view, row, language) for row in view.rows],
        "state": "basket",
        "dt": view.basket.changed_at,
        "total_sum": as_number(view.total),
        "contact": None,
        "version": view.version,
        "delivery": [_basket_delivery(view, shop_id, goods) for shop_id, goods in view.goods_sums.items()],
        "delivery_sum": as_number(delivery),
        "total_with_delivery": as_number(view.total + delivery),
    }


def _basket_delivery(view: BasketView, shop_id: int, goods_sum: int) -> dict[str, Any]:
    shop = view.shops[shop_id]
    missing = missing_to_free(goods_sum, shop.delivery_price, shop.delivery_free_from)
    return {
        "shop": {"id": shop_id, "name": shop.name},
        "goods_sum": as_number(goods_sum),
        "price": as_number(view.delivery(shop_id)),
        "free_from": amount_or_none(shop.delivery_free_from),
        "missing_to_free": amount_or_none(missing),
        "min_order": as_number(shop.min_order),
        "missing_to_min_order": as_number(view.missing_to_minimum(shop_id)),
    }


def amount_or_none(minor: int | None) -> int | Decimal | None:
    """The JSON number of an amount of kopecks that may be absent."""
    return None if minor is None else as_number(minor)


def _basket_row(view: BasketView, row: BasketRow, language: Language) -> dict[str, Any]:
    offer, refused = view.offers.get(row.offer_id), view.faults.get(row.offer_id)
    return {
        "id": row.offer_id,
        "product_info": product_info(offer) if offer else None,
        "quantity": row.quantity,
        **(_figures(offer, row, refused.possible if refused else rule_of(offer).most(offer.quantity)) if offer else {}),
        **({"problem": refused.told(language)} if refused else {}),
    }


def _figures(offer: Offer, row: BasketRow, possible: int) -> dict[str, Any]:
    """``price_was`` is there where the buyer had been shown another price before this answer."""
    changed = row.price is not None and row.price != offer.price
    return {
        "price": as_number(offer.price),
        "stock": offer.quantity,
        "possible": possible,
        **({"price_was": amount_or_none(row.price)} if changed else {}),
    }


def placed_body(order: Order) -> dict[str, Any]:
    """The published answer to a placed order; ``price_falls`` names rows that cost less than the buyer was shown."""
    falls = [{**fall, "was": as_number(fall["was"]), "now": as_number(fall["now"])} for fall in order.price_falls or ()]
    return {"Status": True, "id": order.order_id, "number": order.number, **({"price_falls": falls} if falls else {})}
