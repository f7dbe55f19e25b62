"""Requests about basket and orders, and what these look like from outside."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from chalicelib.bodies import read_json
from chalicelib.errors import UnreadableBody
from chalicelib.models.orders import Order, Part
from chalicelib.money import as_number
from chalicelib.ordering.basket import BasketView
from chalicelib.ordering.rows import MAX_QUANTITY, BasketRow
from chalicelib.schemas.base import Id, Schema, Text, fault
from chalicelib.schemas.catalogue import product_info, product_shape
from chalicelib.texts import Language

MAX_ITEMS = 500


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


Quantity = Annotated[int, Field(ge=1, le=MAX_QUANTITY), BeforeValidator(_no_flag)]


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

    items: Annotated[list[NewItem], BeforeValidator(_items), Field(min_length=1, max_length=MAX_ITEMS)]


class ChangedItems(Schema):
    """PUT basket."""

    items: Annotated[list[ChangedItem], BeforeValidator(_items), Field(min_length=1, max_length=MAX_ITEMS)]


class Placement(Schema):
    """POST order: which basket, and where to."""

    id: Id
    contact: Id


def _state(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


class Move(Schema):
    """POST admin/orders/{id}/state: the new state, of one shop's part or of every part."""

    state: Annotated[Text, BeforeValidator(_state), Field(min_length=1, max_length=20)]
    shop: Id | None = None


def basket_body(view: BasketView, language: Language) -> dict[str, Any]:
    """The basket as published, each row with what keeps it from being ordered, if anything does."""
    return {
        "id": view.basket.basket_id,
        "ordered_items": [_basket_row(view, row, language) for row in view.rows],
        "state": "basket",
        "dt": view.basket.changed_at,
        "total_sum": as_number(view.total),
        "contact": None,
        "version": view.basket.version,
    }


def _basket_row(view: BasketView, row: BasketRow, language: Language) -> dict[str, Any]:
    offer = view.offers.get(row.offer_id)
    refused = view.fault(row)
    return {
        "id": row.offer_id,
        "product_info": product_info(offer) if offer else None,
        "quantity": row.quantity,
        **({"problem": refused.told(language)} if refused else {}),
    }


def _order_row(part: Part, row: dict[str, Any]) -> dict[str, Any]:
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
    }


def part_body(part: Part) -> dict[str, Any]:
    """One shop's part of an order: its number, state and sums."""
    return {
        "number": f"{part.number}-{part.position}",
        "shop": {"id": part.shop_id, "name": part.shop_name},
        "state": part.state,
        "goods_sum": as_number(part.goods_sum),
        "delivery": as_number(part.delivery),
        "total_sum": as_number(part.goods_sum + part.delivery),
    }


def order_body(order: Order, parts: list[Part]) -> dict[str, Any]:
    """The whole order, for its buyer and for administrators."""
    return {
        "id": order.order_id,
        "number": order.number,
        "ordered_items": [_order_row(part, row) for part in parts for row in part.rows],
        "state": order.state,
        "dt": order.placed_at,
        "total_sum": as_number(order.total),
        "contact": order.contact,
        "parts": [part_body(part) for part in parts],
    }


def shop_order_body(part: Part) -> dict[str, Any]:
    """An order as one of its shops sees it: its own rows and their sum, and nothing of the others."""
    return {
        "id": part.order_id,
        **part_body(part),
        "ordered_items": [_order_row(part, row) for row in part.rows],
        "dt": part.placed_at,
        "contact": part.contact,
    }
