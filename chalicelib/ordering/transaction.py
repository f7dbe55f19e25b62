"""Writes an order in one transaction; ``large`` writes one that does not fit into it."""

from collections.abc import Mapping
from dataclasses import dataclass

from pynamodb.expressions.condition import Condition

from chalicelib import clock
from chalicelib.accounts.limits import Count
from chalicelib.dynamo.conditions import equals_or_absent, is_not_true, is_still, is_true
from chalicelib.dynamo.item import Integer
from chalicelib.dynamo.transaction import TRANSACTION_LIMIT, Transaction
from chalicelib.ids import new_id
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import Shop
from chalicelib.models.mails import Mail
from chalicelib.models.order_jobs import OrderKey
from chalicelib.models.orders import Event, Order, Part
from chalicelib.ordering import pages, stock
from chalicelib.retention import BASKETS


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order with everything that is written together with it.

    ``basket`` is the one that becomes the order, ``count`` the buyer's orders including this one; ``shops`` are the
    parts' shops, by id, as they were read.
    """

    order: Order
    parts: list[Part]
    basket: Basket
    count: Count
    shops: Mapping[int, Shop]
    event: Event
    mail: Mail
    key: OrderKey | None

    @property
    def fits_into_one(self) -> bool:
        """Whether one transaction can hold all of it."""
        rows = sum(len(part.rows) for part in self.parts)
        # Basket, head, event, mail and key; for each shop its part and a check.
        items = rows + 2 * len(self.parts) + 4 + (self.key is not None)
        if items > TRANSACTION_LIMIT:
            return False
        sizes = [pages.size_of(part.rows) for part in self.parts]
        return max(sizes) <= pages.PAGE_BYTES and pages.fit_together(sum(sizes), rows)


def write_at_once(new_order: NewOrder) -> None:
    """Write the whole order in one transaction. Raises Lost, Contended."""
    transaction = Transaction()
    add_basket(transaction, new_order)
    for part in new_order.parts:
        for row in part.rows:
            stock.take(transaction, part.shop_id, row)
    transaction.create("order", new_order.order)
    if new_order.key is not None:
        add_key(transaction, new_order.key)
    add_end(transaction, new_order)
    transaction.commit()


def add_basket(transaction: Transaction, new_order: NewOrder) -> None:
    """Add emptying the basket, provided it is unchanged since it was read; its next rows get another basket id."""
    seen = new_order.basket
    empty = Basket(seen.pk, seen.sk)
    empty.basket_id, empty.version, empty.changed_at = new_id(), 1, new_order.order.placed_at
    empty.rows, empty.orders = {}, list(new_order.count)
    empty.expires_at = clock.now() + BASKETS
    transaction.put("basket", empty, as_seen(seen))


def add_end(transaction: Transaction, new_order: NewOrder) -> None:
    """Add what completes the order besides its head and the basket.

    These are the parts, a check that their shops are unchanged since they were read, the event, and the mail.
    """
    for part in new_order.parts:
        transaction.create(f"part:{part.shop_id}", part)
        shop = new_order.shops[part.shop_id]
        transaction.check(f"shop:{part.shop_id}", shop, _as_shown(shop))
    transaction.create("event", new_order.event)
    transaction.create("mail", new_order.mail)


def add_key(transaction: Transaction, key: OrderKey) -> None:
    """Add storing the key, provided that no order has it or it has expired."""
    transaction.put("key", key, OrderKey.pk.does_not_exist() | (OrderKey.expires_at < clock.now()))


def as_seen(basket: Basket) -> Condition:
    """The condition that the basket is unchanged since it was read."""
    condition: Condition = is_still(Basket.version, basket.version) & is_still(Basket.basket_id, basket.basket_id)
    return condition


def _as_shown(shop: Shop) -> Condition:
    """The condition that the shop takes orders, on the tariff and minimum with which the order was made."""
    # A closed shop takes orders again if the moment until which it was closed has passed.
    is_open = is_true(Shop.accepting) if shop.accepting else is_still(Shop.closed_until, shop.closed_until)
    condition: Condition = (
        is_open
        & is_not_true(Shop.suspended)
        & _equals(Shop.delivery_price, shop.delivery_price)
        & is_still(Shop.delivery_free_from, shop.delivery_free_from)
        & _equals(Shop.min_order, shop.min_order)
    )
    return condition


def _equals(attribute: Integer, value: int) -> Condition:
    # Items written before the attribute existed lack it, which means 0.
    return is_still(attribute, value) if value else equals_or_absent(attribute, 0)
