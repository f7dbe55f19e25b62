"""Answers about a supplier's own shop."""

from typing_extensions import TypedDict

from chalicelib.answers.catalogue import Delivery, money_or_none
from chalicelib.answers.common import Money
from chalicelib.catalogue.shops import takes_orders
from chalicelib.models.catalogue import Shop
from chalicelib.money import as_number


class ShopState(TypedDict):
    """Whether the shop takes orders; if not, why and until when, and whether an administrator stopped it."""

    id: int
    name: str
    state: bool
    reason: str | None
    until: str | None
    by_administrator: bool


class ShopDelivery(Delivery):
    """What the shop's delivery costs, and what its goods in an order must cost at least; 0 if any order will do."""

    min_order: Money


def shop_state_body(shop: Shop) -> ShopState:
    """Return whether the shop takes orders now, and if not, why."""
    open_now = takes_orders(shop)
    return {
        "id": shop.entity_id,
        "name": shop.name,
        "state": open_now,
        "reason": shop.closed_reason,
        "until": shop.closed_until,
        "by_administrator": bool(shop.closed_by_admin or shop.suspended) and not open_now,
    }


def tariff_body(shop: Shop) -> ShopDelivery:
    """Return what the shop's delivery costs, in roubles."""
    return {
        "price": as_number(shop.delivery_price),
        "free_from": money_or_none(shop.delivery_free_from),
        "min_order": as_number(shop.min_order),
    }
