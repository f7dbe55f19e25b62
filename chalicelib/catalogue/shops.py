"""Suppliers' shops: opening one, whether it takes orders, and what its delivery costs."""

from datetime import datetime

from pynamodb.exceptions import UpdateError
from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.errors import NotFound
from chalicelib.models.base import condition_failed
from chalicelib.models.catalogue import SHOPS, Shop


def new_shop(shop_id: int, name: str, owner_id: int) -> Shop:
    """A shop that takes orders from the start; not stored yet."""
    shop = Shop.at(shop_id)
    shop.entity_id, shop.name, shop.owner_id, shop.accepting = shop_id, name, owner_id, True
    shop.directory_key, shop.directory_sort = SHOPS, f"{name.casefold()}#{shop_id}"
    return shop


def get_shop(shop_id: int) -> Shop:
    """The shop. Raises NotFound."""
    try:
        return Shop.get(*Shop.key(shop_id), consistent_read=True)
    except Shop.DoesNotExist:
        raise NotFound from None


def takes_orders(shop: Shop) -> bool:
    """Whether the shop takes orders at this moment: it is on, or the time has come until which it was off."""
    if shop.accepting:
        return True
    return shop.closed_until is not None and shop.closed_until <= clock.stamp(clock.now())


def set_accepting(shop_id: int, accepting: bool, *, reason: str = "", until: datetime | None = None) -> None:
    """Start or stop taking orders. While it is off the shop and its goods are not listed and cannot be ordered.

    With ``until`` orders are taken again from then on; lists show the shop again once ``current_shop`` was asked.
    """
    listed = Shop.directory_key.set(SHOPS) if accepting else Shop.directory_key.remove()
    actions: list[Action] = [
        Shop.accepting.set(accepting),
        listed,
        Shop.closed_reason.set(reason) if reason and not accepting else Shop.closed_reason.remove(),
        Shop.closed_until.set(clock.stamp(until)) if until and not accepting else Shop.closed_until.remove(),
    ]
    Shop.at(shop_id).update(actions=actions, condition=Shop.pk.exists())


def current_shop(shop_id: int) -> Shop:
    """The shop, on again and listed where the time has come until which it was off. Raises NotFound."""
    shop = get_shop(shop_id)
    if shop.accepting or not takes_orders(shop):
        return shop
    due = (Shop.accepting == False) & (Shop.closed_until == shop.closed_until)  # noqa: E712 - a condition
    actions: list[Action] = [
        Shop.accepting.set(True),
        Shop.directory_key.set(SHOPS),
        Shop.closed_reason.remove(),
        Shop.closed_until.remove(),
    ]
    try:
        shop.update(actions=actions, condition=due)
    except UpdateError as failure:
        if not condition_failed(failure):
            raise
        return get_shop(shop_id)  # somebody switched it in between
    return shop


def set_delivery(shop_id: int, price: int, free_from: int | None, min_order: int | None = None) -> None:
    """Set what delivery costs, in kopecks, and the sum of goods from which it is free (None: never).

    ``min_order`` is the least sum of goods that the shop takes an order for; None leaves it as it is.
    """
    free = Shop.delivery_free_from.remove() if free_from is None else Shop.delivery_free_from.set(free_from)
    minimum = [] if min_order is None else [Shop.min_order.set(min_order)]
    Shop.at(shop_id).update(actions=[Shop.delivery_price.set(price), free, *minimum], condition=Shop.pk.exists())
