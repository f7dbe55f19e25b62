"""Writing an order: in one transaction where it fits into one, else in chunks under a head that nobody sees."""

from dataclasses import dataclass
from typing import Any

from chalicelib import clock
from chalicelib.dynamo.item import Integer
from chalicelib.dynamo.transaction import TRANSACTION_LIMIT, Transaction
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import Shop
from chalicelib.models.mails import Mail
from chalicelib.models.order_jobs import OrderKey
from chalicelib.models.orders import Event, Order, Part
from chalicelib.ordering import pages, stock
from chalicelib.ordering.quote import BasketView


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order with everything that is written together with it."""

    view: BasketView
    order: Order
    parts: list[Part]
    event: Event
    mail: Mail
    key: OrderKey | None

    @property
    def fits_into_one(self) -> bool:
        """Whether one transaction can hold all of it."""
        # Basket, head, event, mail and key; of each shop its part and a check.
        items = len(self.view.rows) + 2 * len(self.parts) + 4 + (self.key is not None)
        if items > TRANSACTION_LIMIT:
            return False
        sizes = [pages.size_of(part.rows) for part in self.parts]
        return max(sizes) <= pages.PAGE_BYTES and pages.fit_together(sum(sizes), len(self.view.rows))


def write_at_once(new_order: NewOrder) -> None:
    """Write the whole order in one transaction. Raises Lost, Contended."""
    transaction = Transaction()
    transaction.delete("basket", new_order.view.basket, as_seen(new_order.view.basket))
    for part in new_order.parts:
        for row in part.rows:
            stock.take(transaction, part.shop_id, row)
    transaction.create("order", new_order.order)
    if new_order.key is not None:
        add_key(transaction, new_order.key)
    add_end(transaction, new_order)
    transaction.commit()


def add_end(transaction: Transaction, new_order: NewOrder) -> None:
    """What makes the order whole, beside its head and the basket: parts, their shops as they were seen, event, mail."""
    for part in new_order.parts:
        transaction.create(f"part:{part.shop_id}", part)
        shop = new_order.view.shops[part.shop_id]
        transaction.check(f"shop:{part.shop_id}", shop, _as_shown(shop))
    transaction.create("event", new_order.event)
    transaction.create("mail", new_order.mail)


def add_key(transaction: Transaction, key: OrderKey) -> None:
    """Take the key, where nobody has it or it has expired."""
    transaction.put("key", key, OrderKey.pk.does_not_exist() | (OrderKey.expires_at < clock.now()))


def as_seen(basket: Basket) -> Any:
    """The basket is the one that was seen, and unchanged."""
    return (Basket.version == basket.version) & (Basket.basket_id == basket.basket_id)


def _as_shown(shop: Shop) -> Any:
    """The shop takes orders, and its tariff and minimum are those that the order was made with."""
    # A shop that is off and yet takes orders was off until a moment that has passed.
    open_ = Shop.accepting == True if shop.accepting else Shop.closed_until == shop.closed_until  # noqa: E712
    free_from = (
        Shop.delivery_free_from.does_not_exist()
        if shop.delivery_free_from is None
        else Shop.delivery_free_from == shop.delivery_free_from
    )
    price = _equals(Shop.delivery_price, shop.delivery_price)
    return open_ & price & free_from & _equals(Shop.min_order, shop.min_order)


def _equals(attribute: Integer, value: int) -> Any:
    # An item that was written before there was such an attribute has none: that means 0.
    return attribute == value if value else (attribute == 0) | attribute.does_not_exist()
