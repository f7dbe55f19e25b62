"""Answers about orders and the parts that shops deliver."""

from datetime import date
from typing import NotRequired, cast

from typing_extensions import TypedDict

from chalicelib import clock
from chalicelib.answers.accounts import Contact, DeliveryAddress
from chalicelib.answers.catalogue import ProductInfo, product_shape
from chalicelib.answers.common import Done, Moment, Money, Named
from chalicelib.answers.order_events import OrderEvent, concerns, event_body, part_number
from chalicelib.models import orders as stored
from chalicelib.money import as_number
from chalicelib.ordering.states import State, is_partial
from chalicelib.vat import rate_on, vat_by_rate, vat_within


class OrderRow(TypedDict):
    """A row of an order, as it was when the order was placed; ``quantity`` is what will be delivered of ``ordered``.

    ``received`` is how much of that the buyer states to have arrived, ``received_reason`` why not all.
    """

    id: int
    product_info: ProductInfo
    quantity: int
    ordered: int
    reason: str | None
    unit: str
    vat_rate: int | None
    part: str
    received: NotRequired[int]
    received_reason: NotRequired[str | None]


class RowsReceipt(TypedDict):
    """The buyer's receipt of a part: when it last changed, whether it covers all rows, and how many rows are short."""

    version: int
    at: Moment
    complete: bool
    lacking: int


class VatOfGoods(TypedDict):
    """What goods of one rate cost, and the VAT within that; ``rate`` is in percent, null if there is no VAT."""

    rate: int | None
    sum: Money
    vat: Money


class PartHead(TypedDict):
    """One shop's part of an order; ``version`` is what a change of its rows may name.

    ``receipt`` is null until the buyer states what arrived.
    """

    number: str
    order_number: int
    version: int
    shop: Named
    state: State
    goods_sum: Money
    vat: list[VatOfGoods]
    delivery: Money
    total_sum: Money
    receipt: RowsReceipt | None


class Order(TypedDict):
    """A whole order; ``shortened`` if parameters of goods are left out, since an answer could not hold them.

    ``total_sum`` is what the parts that are not canceled cost as they will be delivered, ``ordered_sum`` what the order
    cost when it was placed; ``partially`` says that such parts stand at different points of their way.
    """

    id: int
    number: int
    ordered_items: list[OrderRow]
    state: State
    partially: bool
    dt: Moment
    total_sum: Money
    ordered_sum: Money
    contact: Contact
    parts: list[PartHead]
    shortened: NotRequired[bool]


class ShopContact(DeliveryAddress):
    """Who takes a delivery, and where, as a shop sees it: with the buyer's company and without its e-mail.

    Orders that were placed long ago do not name the ``id`` here.
    """

    id: NotRequired[int]
    company: str


class OrderCard(Order):
    """A whole order with what happened to it, oldest first, and the path of the call that returns its documents."""

    events: list[OrderEvent]
    documents: str


class OrderCanceled(OrderCard, Done):
    """The order as it is after its buyer canceled or received it."""


class OrderMoved(Order, Done):
    """The order as it is after the move."""


class ShopOrder(PartHead):
    """An order as one of its shops sees it: its own rows and their sum; ``shortened`` as in a whole order."""

    id: int
    ordered_items: list[OrderRow]
    dt: Moment
    contact: ShopContact
    shortened: NotRequired[bool]


class ShopOrderCard(ShopOrder):
    """The shop's own part with what happened to it, and the path of the call that returns its waybill."""

    events: list[OrderEvent]
    documents: str


class PartMoved(ShopOrder, Done):
    """The shop's own part as it is after the move."""


def _order_rows(part: stored.Part) -> list[OrderRow]:
    arrived = stored.stated_rows(part)
    rows = [_order_row(part, row) for row in part.rows]
    for row in rows:
        if row["id"] in arrived:
            row["received"], row["received_reason"] = arrived[row["id"]][0], arrived[row["id"]][1] or None
    return rows


def _order_row(part: stored.Part, row: stored.StoredRow) -> OrderRow:
    return {
        "id": row["id"],
        "product_info": product_shape(
            offer_id=row["id"],
            model=row["model"],
            product_id=row["product_id"],
            name=row["name"],
            category=row["category"],
            shop_id=part.shop_id,
            quantity=row["quantity"],
            price=row["price"],
            price_rrc=row["price_rrc"],
            parameters=row["parameters"],
        ),
        "quantity": row["quantity"],
        "ordered": row.get("ordered", row["quantity"]),
        "reason": row.get("reason"),
        "unit": row.get("unit", ""),
        "vat_rate": rate_on(row.get("vat_rate"), _day(part)),
        "part": part_number(part),
    }


def _day(part: stored.Part) -> date:
    return clock.moscow_day(clock.from_stamp(part.placed_at))


def _vat(part: stored.Part) -> list[VatOfGoods]:
    """Return what the goods of a part cost by rate of VAT, and the VAT within that, without delivery."""
    rated = [(rate_on(row.get("vat_rate"), _day(part)), row["price"] * row["quantity"]) for row in part.rows]
    by_rate = vat_by_rate((rate, amount, vat_within(amount, rate)) for rate, amount in rated)
    return [{"rate": rate, "sum": as_number(amount), "vat": as_number(vat)} for rate, amount, vat in by_rate]


def part_body(part: stored.Part) -> PartHead:
    """Return one shop's part of an order, without its rows."""
    return {
        "number": part_number(part),
        "order_number": part.number,
        "version": part.version,
        "shop": {"id": part.shop_id, "name": part.shop_name},
        "state": cast("State", part.state),
        "goods_sum": as_number(part.goods_sum),
        "vat": _vat(part),
        "delivery": as_number(part.delivery),
        "total_sum": as_number(part.goods_sum + part.delivery),
        "receipt": _receipt(part),
    }


def _receipt(part: stored.Part) -> RowsReceipt | None:
    if not part.receipt_version:
        return None
    arrived = stored.stated_rows(part)
    return {
        "version": part.receipt_version,
        "at": part.received_at or "",
        "complete": all(row["id"] in arrived for row in part.rows),
        "lacking": sum(row["id"] in arrived and arrived[row["id"]][0] < row["quantity"] for row in part.rows),
    }


def order_body(order: stored.Order, parts: list[stored.Part]) -> Order:
    """Return the whole order, for its buyer and for administrators."""
    return {
        "id": order.order_id,
        "number": order.number,
        "ordered_items": [row for part in parts for row in _order_rows(part)],
        "state": cast("State", order.state),
        "partially": is_partial(part.state for part in parts),
        "dt": order.placed_at,
        "total_sum": as_number(order.total),
        "ordered_sum": as_number(order.total if order.ordered_total is None else order.ordered_total),
        "contact": order.contact,
        "parts": [part_body(part) for part in parts],
    }


def order_card(order: stored.Order, parts: list[stored.Part], events: list[stored.Event], viewer_id: int) -> OrderCard:
    """Return the whole order and what happened to it, oldest first; ``viewer_id`` is the user who looks."""
    return {
        **order_body(order, parts),
        "events": [event_body(event, parts, viewer_id) for event in events],
        "documents": f"order/{order.order_id}/documents",
    }


def shop_order_body(part: stored.Part) -> ShopOrder:
    """Return an order as one of its shops sees it: its own rows and their sum, and nothing of the others."""
    return {
        "id": part.order_id,
        **part_body(part),  # type: ignore[typeddict-item] # it never has "shortened", which mypy cannot know
        "ordered_items": _order_rows(part),
        "dt": part.placed_at,
        "contact": part.contact,
    }


def shop_order_card(part: stored.Part, events: list[stored.Event], viewer_id: int) -> ShopOrderCard:
    """Return the shop's own part with the events that concern it."""
    shown = [(event, event_body(event, [part], viewer_id)) for event in events]
    return {
        **shop_order_body(part),
        "events": [body for event, body in shown if concerns(event, body, part.shop_id)],
        "documents": f"partner/orders/{part.order_id}/documents",
    }


def exported_bodies(order: stored.Order | None, parts: list[stored.Part]) -> list[Order] | list[ShopOrder]:
    """Return the lines of an export: the order as a buyer or an administrator sees it, else each part for its shop."""
    return [order_body(order, parts)] if order else [shop_order_body(part) for part in parts]
