"""Suppliers' shops: creating one, opening and closing it for orders, delivery tariffs."""

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.catalogue import directory
from chalicelib.catalogue.search import levels
from chalicelib.catalogue.search.notifying import shops_changed
from chalicelib.dynamo.conditions import is_false, is_not_true, is_still
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import ShopClosed
from chalicelib.models.catalogue import CLOSED_SHOPS, CLOSED_UNTIL, SHOPS, DirectoryItem, Shop

_LISTED_AT_ONCE = 200


def new_shop(shop_id: int, name: str, owner_id: int) -> Shop:
    """Return a new shop, not stored yet; it accepts orders from the start, and no list of it has been approved."""
    shop = Shop.at(shop_id)
    shop.entity_id, shop.name, shop.owner_id, shop.accepting = shop_id, name, owner_id, True
    shop.unproven = True
    shop.directory_key, shop.directory_sort = SHOPS, _by_name(name, shop_id)
    return shop


def get_shop(shop_id: int) -> Shop:
    """Return the shop. Raises NotFound."""
    return Shop.at(shop_id).require()


def takes_orders(shop: Shop) -> bool:
    """Return whether the shop accepts orders now: it is open, or the time until which it was closed has passed."""
    if shop.suspended:
        return False
    if shop.accepting:
        return True
    return shop.closed_until is not None and shop.closed_until <= clock.stamp(clock.now())


def set_accepting(
    shop_id: int, accepting: bool, *, reason: str = "", until: datetime | None = None, by_admin: bool = False
) -> None:
    """Open or close the shop for orders. While it is closed, it and its goods are not listed and cannot be ordered.

    ``until`` is when it opens again by itself; the sweeper then lists it. For a suspended shop, the change takes effect
    when the suspension ends. Raises NotFound, Contended; ShopClosed if an administrator closed the shop, its ``until``
    has not passed and the call is not ``by_admin``.
    """

    def attempt(_: frozenset[str]) -> None:
        shop = get_shop(shop_id)
        actions = _opening(shop) if accepting else _closing(shop, reason, until, by_admin)
        past = Shop.closed_until <= clock.stamp(clock.now())
        allowed = is_still(Shop.suspended, shop.suspended)
        if not by_admin:
            allowed &= Shop.closed_by_admin.does_not_exist() | past
        if not shop.update_where(allowed, actions):
            now = get_shop(shop_id)
            if bool(now.suspended) != bool(shop.suspended):
                raise Lost
            raise ShopClosed(detail={"reason": now.closed_reason})
        directory.changed(SHOPS)

    retry_lost(attempt)
    shops_changed([shop_id])


def _opening(shop: Shop) -> list[Action]:
    forgotten = [Shop.closed_reason.remove(), Shop.closed_until.remove(), Shop.closed_by_admin.remove()]
    return [Shop.accepting.set(True), *_listing(shop, accepting=True, until=None), *forgotten, levels.marking()]


def _closing(shop: Shop, reason: str, until: datetime | None, by_admin: bool) -> list[Action]:
    moment = clock.stamp(until) if until is not None else None
    return [
        Shop.accepting.set(False),
        Shop.closed_reason.set(reason) if reason else Shop.closed_reason.remove(),
        Shop.closed_by_admin.set(True) if by_admin else Shop.closed_by_admin.remove(),
        Shop.closed_until.set(moment) if moment else Shop.closed_until.remove(),
        *_listing(shop, accepting=False, until=moment),
    ]


def _listing(shop: Shop, *, accepting: bool, until: str | None) -> list[Action]:
    """Return the update that lists the shop among those open, those that reopen by themselves, or those closed."""
    if until is not None and not accepting and not shop.suspended:
        return [Shop.directory_key.set(CLOSED_UNTIL), Shop.directory_sort.set(f"{until}#{shop.entity_id}")]
    listed = SHOPS if accepting and not shop.suspended else CLOSED_SHOPS
    return [Shop.directory_key.set(listed), Shop.directory_sort.set(_by_name(shop.name, shop.entity_id))]


def add_suspension(transaction: Transaction, shop: Shop) -> None:
    """Add suspending a shop to a transaction, under the label ``shop``."""
    shop.suspended = True
    actions = [Shop.suspended.set(True), *_listing(shop, accepting=False, until=None)]
    transaction.update("shop", shop, actions, Shop.pk.exists())


def add_resumption(transaction: Transaction, shop: Shop) -> None:
    """Add ending a suspension to a transaction, under the label ``shop``: the shop is then open or closed as before.

    It loses if somebody opened or closed the shop since it was read.
    """
    shop.suspended = None
    listing = _listing(shop, accepting=bool(shop.accepting), until=shop.closed_until)
    unmoved = (Shop.accepting == shop.accepting) & is_still(Shop.closed_until, shop.closed_until)
    actions = [Shop.suspended.remove(), *listing, levels.marking()]
    transaction.update("shop", Shop.at(shop.entity_id), actions, unmoved)


def _by_name(name: str, shop_id: int) -> str:
    return f"{name.casefold()}#{shop_id}"


def prove(shop_id: int) -> None:
    """Record that an administrator has approved a list of the shop, which lifts the restrictions on new shops."""
    Shop.at(shop_id).update(actions=[Shop.unproven.remove(), Shop.new_categories.remove()], condition=Shop.pk.exists())


def current_shop(shop_id: int) -> Shop:
    """Return the shop, opened and listed again if the time until which it was closed has passed. Raises NotFound."""
    shop = get_shop(shop_id)
    if shop.accepting or not takes_orders(shop):
        return shop
    due = is_false(Shop.accepting) & (Shop.closed_until == shop.closed_until) & is_not_true(Shop.suspended)
    opened = shop.update_where(due, _opening(shop))
    if opened:
        directory.changed(SHOPS)
        shops_changed([shop_id])
    return shop if opened else get_shop(shop_id)  # somebody opened or closed it in between


def due_shops(limit: int) -> Iterable[DirectoryItem]:
    """Return at most ``limit`` shops that are closed although their time has passed; ``current_shop`` opens them."""
    past = Shop.directory_sort < f"{clock.stamp(clock.now())}$"  # "$" follows "#", so the moment itself counts as past
    return DirectoryItem.directory.query(CLOSED_UNTIL, past, limit=limit)


def shops_by_name(closed: bool | None, after: str) -> Iterator[DirectoryItem]:
    """Yield the entries of shops in the directory by name, after the place ``after``: the closed, the open, or all.

    ``closed`` None means all. ``directory_sort`` of each entry is its place by name.
    """
    later = DirectoryItem.directory_sort > after if after else None
    lists: list[Iterable[DirectoryItem]] = []
    if closed is not True:
        lists.append(DirectoryItem.directory.query(SHOPS, later, page_size=_LISTED_AT_ONCE))
    if closed is not False:
        lists.append(DirectoryItem.directory.query(CLOSED_SHOPS, later, page_size=_LISTED_AT_ONCE))
        lists.append(_closed_for_a_time(after))
    return heapq.merge(*lists, key=lambda shop: shop.directory_sort)


def _closed_for_a_time(after: str) -> list[DirectoryItem]:
    """Return all shops that open again by themselves, by name: they are few, and stored by time."""
    found = list(DirectoryItem.directory.query(CLOSED_UNTIL))
    for shop in found:
        shop.directory_sort = _by_name(shop.name, shop.entity_id)
    return sorted((shop for shop in found if shop.directory_sort > after), key=lambda shop: shop.directory_sort)


def set_delivery(shop_id: int, price: int, free_from: int | None, min_order: int | None = None) -> None:
    """Set the price of delivery, in kopecks, and the sum of goods from which it is free (None: never).

    ``min_order`` is the least sum of goods of an order; None leaves it unchanged.
    """
    free = Shop.delivery_free_from.remove() if free_from is None else Shop.delivery_free_from.set(free_from)
    minimum = [] if min_order is None else [Shop.min_order.set(min_order)]
    Shop.at(shop_id).update(actions=[Shop.delivery_price.set(price), free, *minimum], condition=Shop.pk.exists())
