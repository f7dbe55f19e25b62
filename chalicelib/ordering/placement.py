"""Placing an order: everything the basket holds, or nothing, once, at the prices that the buyer was shown.

The order's id is the basket's, and the order is created only where none has that id: a basket becomes an order once,
whatever is retried, and a retry is answered with the order that exists.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from chalicelib import clock, outbox
from chalicelib.dynamo.item import Item
from chalicelib.dynamo.reading import BATCH_GET, read_items
from chalicelib.dynamo.transaction import Contended, Lost, Transaction
from chalicelib.errors import (
    BasketChanged,
    BasketEmpty,
    Busy,
    KeyReused,
    NotFound,
    OrderInProgress,
)
from chalicelib.models.accounts import AccountItem, Contact, User
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import CatalogueItem, Offer
from chalicelib.models.jobs import JobItem
from chalicelib.models.order_jobs import OrderKey
from chalicelib.models.orders import Order, OrderItem
from chalicelib.models.selling import keys_of, offers_and_shops_in
from chalicelib.ordering import large, numbers, recent
from chalicelib.ordering.basket import look_at, remember_shown, rows_of
from chalicelib.ordering.composition import compose, placed_event
from chalicelib.ordering.quote import AmountChange, BasketView, changes_since
from chalicelib.ordering.refusals import refusal, rows_refused
from chalicelib.ordering.rows import row_fault
from chalicelib.ordering.transaction import NewOrder, add_key, write_at_once
from chalicelib.reasons import RowFault

KEY_LIFETIME = timedelta(hours=24)
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Wish:
    """Which basket is to be ordered for which contact; ``version`` is what the basket was shown under.

    ``key`` is the request's Idempotency-Key, ``source`` the address of the network that it came from.
    """

    user_id: int
    basket_id: int
    contact_id: int
    version: str | None = None
    key: str = ""
    source: str = ""

    @property
    def digest(self) -> str:
        """Tells requests with other bodies apart."""
        return hashlib.sha256(f"{self.basket_id}|{self.contact_id}|{self.version}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Placed:
    """The order, and whether it was there before."""

    order: Order
    again: bool


def place_order(wish: Wish, request_id: str) -> Placed:
    """Turn the buyer's basket into an order for one of their contacts.

    The same basket gives the same order however often it is asked for. Stock never goes below zero, and no price or
    delivery is higher than the buyer was shown. Raises NotFound (no such basket or contact), BasketEmpty, RowsRefused,
    PriceChanged, DeliveryChanged, MinimumNotReached, KeyReused, OrderInProgress, BasketChanged, Busy.
    """
    for _ in range(_TRIES):
        found = _Found(wish)
        placed = found.placed_before()
        if placed is not None:
            return Placed(placed, again=True)
        view = found.view()
        falls = _require(view, wish)
        order = _place(found, view, falls, request_id)
        if order is not None:
            return Placed(order, again=False)
    raise BasketChanged


class _Found:
    """What is read first, in one call: who orders, where to, what, and whether it was ordered before."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.key = OrderKey.at(wish.user_id, wish.key) if wish.key else None
        keys: dict[type[Item], list[tuple[str, str]]] = {
            AccountItem: [_key(User.at(wish.user_id)), _key(Contact.at(wish.user_id, wish.contact_id))],
            Basket: [_key(Basket.at(wish.user_id))],
            OrderItem: [_key(Order.at(wish.basket_id))],
            JobItem: [_key(self.key)] if self.key else [],
        }
        # What the basket probably holds, as far as it costs no further call.
        likely = keys_of(*recent.take(wish.user_id))
        if len(likely) + sum(map(len, keys.values())) <= BATCH_GET:
            keys[CatalogueItem] = likely
        self._stored = read_items(keys)

    def placed_before(self) -> Order | None:
        """The order that this basket has become.

        Raises KeyReused, OrderInProgress, Contended, NotFound for somebody else's.
        """
        known = self.key is not None and self._is_ours(self._stored.get(_key(self.key)))
        raw = self._stored.get(_key(Order.at(self.wish.basket_id)))
        order = Order.from_raw_data(raw) if raw else None
        if order is None:
            return None
        if order.buyer_id != self.wish.user_id:
            raise NotFound
        if not order.is_hidden:
            if not known and (key := self.new_key()) is not None:
                self._keep(key)
            return order
        if clock.from_stamp(order.placed_at) > clock.after(-large.LEASE):
            raise OrderInProgress
        # Whoever was placing it is gone. The basket is as it was: nothing but the end of placing touches it.
        large.undo(order.order_id, order.attempt or 0)
        return None

    def _is_ours(self, stored: dict[str, Any] | None) -> bool:
        """Whether the key is known and stands for this request. Raises KeyReused where it stands for another."""
        used = OrderKey.from_raw_data(stored) if stored else None
        if used is None or used.expires_at <= clock.now():
            return False
        if used.digest != self.wish.digest:
            raise KeyReused
        return True

    def _keep(self, key: OrderKey) -> None:
        """Have a new key stand for this request although its order was there before. Raises KeyReused, Contended."""
        transaction = Transaction()
        add_key(transaction, key)
        try:
            transaction.commit()
        except Lost as lost:
            self._is_ours(lost.losers["key"])  # somebody has used it just now

    def view(self) -> BasketView:
        """The basket that is to be ordered, with its offers and shops. Raises NotFound, BasketEmpty."""
        basket = self._basket()
        rows = list(rows_of(basket).values())
        shop_ids = {row.shop_id for row in rows}
        if not {*keys_of((row.offer_id for row in rows), shop_ids)} <= self._stored.keys():
            return look_at(basket)
        return BasketView(basket, rows, *offers_and_shops_in(self._stored))

    def _basket(self) -> Basket:
        raw = self._stored.get(_key(Basket.at(self.wish.user_id)))
        basket = Basket.from_raw_data(raw) if raw else None
        if basket is None or not basket.rows:
            raise BasketEmpty
        if basket.basket_id != self.wish.basket_id:
            raise NotFound
        return basket

    def people(self) -> tuple[User, Contact]:
        """The buyer and the contact. Raises NotFound."""
        contact = self._stored.get(_key(Contact.at(self.wish.user_id, self.wish.contact_id)))
        if contact is None:
            raise NotFound
        return User.from_raw_data(self._stored[_key(User.at(self.wish.user_id))]), Contact.from_raw_data(contact)

    def new_key(self) -> OrderKey | None:
        """The Idempotency-Key as it is stored with the order."""
        if self.key is not None:
            self.key.order_id, self.key.digest = self.wish.basket_id, self.wish.digest
            self.key.expires_at = clock.now() + KEY_LIFETIME
        return self.key


def _key(item: Item) -> tuple[str, str]:
    return item.pk, item.sk


def _require(view: BasketView, wish: Wish) -> list[AmountChange]:
    """Raise what speaks against ordering the basket as it was shown; give the prices that have fallen."""
    changes = changes_since(view, wish.version)
    if changes is None:
        raise BasketChanged
    refused = refusal(view, changes)
    if refused is None:
        return changes.falls
    if wish.version is not None and (changes.rises or changes.delivery):
        # Who names the version of this answer agrees to its figures. Without a version nobody can tell a second click
        # or a retry from an answer that was read.
        view = replace(view, basket=remember_shown(wish.user_id, view))
    refused.detail["version"] = view.version
    raise refused


def _place(found: _Found, view: BasketView, falls: list[AmountChange], request_id: str) -> Order | None:
    """The order; None where reading everything again may help. Raises NotFound, RowsRefused, Busy."""
    people = found.people()
    number = numbers.next_number()
    order, parts = compose(view, *people, number, falls)
    mail = outbox.compose("order", "everyone", {"order_id": order.order_id})
    event = placed_event(order, request_id, found.wish.source)
    new_order = NewOrder(view, order, parts, event, mail, found.new_key())
    try:
        write_at_once(new_order) if new_order.fits_into_one else large.write_in_chunks(new_order)
    except Lost as lost:
        numbers.give_back(number)
        _explain(lost, view)
        return None
    except Contended as failure:
        raise Busy from failure
    outbox.dispatch([mail])
    return order


def _explain(lost: Lost, view: BasketView) -> None:
    """Raise RowsRefused where stock is what was missing; return where reading everything again may help."""
    faults: list[RowFault] = []
    for row in view.rows:
        raw = lost.losers.get(f"offer:{row.offer_id}")
        offer = Offer.from_raw_data(raw) if raw else None
        fault = row_fault(row.offer_id, row.quantity, offer, view.shops) if offer else None
        if fault is not None:
            faults.append(fault)
    # A basket or an order that lost means that somebody was faster: the next look finds the order they placed.
    if faults and not {"basket", "order", "key"} & lost.losers.keys():
        raise rows_refused(faults)
