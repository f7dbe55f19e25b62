"""Places an order: the whole basket or nothing, exactly once, at the prices that the buyer was shown.

The order takes the id of the basket and is created only if no order has that id. So a basket becomes an order once,
however often the request is retried, and a retry is answered with the existing order. A request that differs from the
one that was granted, or that comes after the order was canceled, is refused.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib import clock, outbox
from chalicelib.accounts import limits
from chalicelib.dynamo.item import Item
from chalicelib.dynamo.reading import BATCH_GET, Found, read
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Contended, Lost, Transaction
from chalicelib.errors import (
    BasketChanged,
    BasketEmpty,
    Busy,
    ContactDiffers,
    KeyReused,
    NotFound,
    OrderCanceled,
    OrderInProgress,
    VersionDiffers,
)
from chalicelib.models.accounts import Contact, User
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import Offer
from chalicelib.models.order_jobs import OrderKey
from chalicelib.models.orders import Order
from chalicelib.models.selling import keys_of, sold_in
from chalicelib.ordering import large, numbers, recent
from chalicelib.ordering.basket import look_at, remember_shown, rows_of
from chalicelib.ordering.composition import compose, placed_event
from chalicelib.ordering.quote import BasketView, Changes, changes_since
from chalicelib.ordering.refusals import refusal, rows_refused
from chalicelib.ordering.rows import row_fault
from chalicelib.ordering.transaction import NewOrder, add_key, write_at_once

KEY_LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Wish:
    """A request to order a basket for a contact; ``version`` is the one under which the basket was shown.

    ``key`` is the request's Idempotency-Key, ``source`` the network address it came from.
    """

    user_id: int
    basket_id: int
    contact_id: int
    version: str | None = None
    key: str = ""
    source: str = ""

    @property
    def digest(self) -> str:
        """Identifies the body of the request."""
        return hashlib.sha256(f"{self.basket_id}|{self.contact_id}|{self.version}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Placed:
    """The order, and whether it existed before.

    ``waiting`` is the id of another basket that holds rows while a request is repeated: that one was not ordered.
    """

    order: Order
    again: bool
    waiting: int | None = None


def place_order(wish: Wish, request_id: str) -> Placed:
    """Turn the buyer's basket into an order for one of their contacts.

    However often a basket is ordered, it becomes one order. Stock never falls below zero, no price or delivery is
    higher than the buyer was shown, and nothing is sold on other terms. Raises NotFound (no such basket or
    contact), BasketEmpty, RowsRefused, TermsChanged, PriceChanged, DeliveryChanged, MinimumNotReached, KeyReused,
    OrderInProgress, OrderCanceled, ContactDiffers, VersionDiffers, BasketChanged, TooManyAttempts, Busy.
    """

    def attempt(_: frozenset[str]) -> Placed:
        found = _read(wish)
        if _may_just_have_been_placed(wish, found):
            found = _read(wish)
        placed = _placed_before(wish, found)
        if placed is not None:
            return Placed(placed, again=True, waiting=_waiting(wish, found))
        view = _view(wish, found)
        count = limits.one_more(limits.ORDERS, view.basket.orders)
        changes = _require_as_shown(view, wish)
        return Placed(_place(wish, found, view, changes, count, request_id), again=False)

    return retry_lost(attempt, otherwise=BasketChanged)


def _read(wish: Wish) -> Found:
    """Read the buyer, the contact, the basket and the order it may already have become, in one call."""
    keys: list[Item] = [
        User.at(wish.user_id),
        Contact.at(wish.user_id, wish.contact_id),
        Basket.at(wish.user_id),
        Order.at(wish.basket_id),
    ]
    if wish.key:
        keys.append(OrderKey.at(wish.user_id, wish.key))
    # The offers and shops that the basket probably holds, if they fit into the same call.
    likely = keys_of(*recent.take(wish.user_id))
    if len(keys) + len(likely) <= BATCH_GET:
        keys += likely
    return read(*keys)


def _may_just_have_been_placed(wish: Wish, found: Found) -> bool:
    """Return whether the order may be missing only because it was read before the basket.

    DynamoDB reads the items of a batch one by one, and another request may place the order in between. If the basket
    read has changed already, a second read finds that order.
    """
    basket = found.get(Basket.at(wish.user_id))
    is_here = basket is not None and bool(basket.rows) and basket.basket_id == wish.basket_id
    return not is_here and Order.at(wish.basket_id) not in found


def _placed_before(wish: Wish, found: Found) -> Order | None:
    """Return the order that this basket has become, or None.

    Raises KeyReused, OrderInProgress, Contended, NotFound for somebody else's; OrderCanceled, ContactDiffers and
    VersionDiffers if it does not stand for this request.
    """
    known = bool(wish.key) and _stands_for(wish, found.get(OrderKey.at(wish.user_id, wish.key)))
    order = found.get(Order.at(wish.basket_id))
    if order is None:
        return None
    if order.buyer_id != wish.user_id:
        raise NotFound
    if not order.is_hidden:
        _require_same(wish, order)
        if wish.key and not known:
            _keep_key(wish)
        return order
    if clock.from_stamp(order.placed_at) > clock.after(-large.LEASE):
        raise OrderInProgress
    # The worker that was placing the order has died. The basket is unchanged: only the end of placing empties it.
    large.undo(order.order_id, order.attempt or 0)
    return None


def _require_same(wish: Wish, order: Order) -> None:
    """Raise OrderCanceled, ContactDiffers or VersionDiffers if the order does not answer this request.

    An order stored by an earlier release may lack its contact's id or its basket's versions; these are not compared.
    """
    about = {"id": order.order_id, "number": order.number}
    if order.state == "canceled":
        detail = {**about, "repeat": f"order/{order.order_id}/repeat"}
        raise OrderCanceled(id=order.order_id, number=order.number, detail=detail)
    contact = order.contact.get("id", wish.contact_id)
    if contact != wish.contact_id:
        raise ContactDiffers(number=order.number, detail={**about, "contact": contact})
    if wish.version is not None and order.versions and wish.version not in order.versions:
        raise VersionDiffers(number=order.number, detail=about)


def _waiting(wish: Wish, found: Found) -> int | None:
    basket = found.get(Basket.at(wish.user_id))
    return basket.basket_id if basket is not None and basket.rows and basket.basket_id != wish.basket_id else None


def _stands_for(wish: Wish, used: OrderKey | None) -> bool:
    """Return whether the stored key stands for this request. Raises KeyReused if it stands for another."""
    if used is None or used.expires_at <= clock.now():
        return False
    if used.digest != wish.digest:
        raise KeyReused
    return True


def _keep_key(wish: Wish) -> None:
    """Let a new key stand for this request although its order existed before. Raises KeyReused, Contended."""
    transaction = Transaction()
    add_key(transaction, _new_key(wish))
    try:
        transaction.commit()
    except Lost as lost:
        raw = lost.losers["key"]
        _stands_for(wish, OrderKey.from_wire(raw) if raw else None)  # another request has just used it


def _new_key(wish: Wish) -> OrderKey:
    """Return the Idempotency-Key as it is stored with the order."""
    key = OrderKey.at(wish.user_id, wish.key)
    key.order_id, key.digest, key.expires_at = wish.basket_id, wish.digest, clock.now() + KEY_LIFETIME
    return key


def _view(wish: Wish, found: Found) -> BasketView:
    """Return the basket to order, with its offers and shops. Raises NotFound, BasketEmpty."""
    basket = found.get(Basket.at(wish.user_id))
    if basket is None or not basket.rows:
        raise BasketEmpty
    if basket.basket_id != wish.basket_id:
        raise NotFound
    rows = list(rows_of(basket).values())
    offers, shops = sold_in(found)
    if {row.offer_id for row in rows} <= offers.keys() and {row.shop_id for row in rows} <= shops.keys():
        return BasketView(basket, rows, offers, shops)
    return look_at(basket)


def _require_as_shown(view: BasketView, wish: Wish) -> Changes:
    """Return the changes to report, which need no consent. Raises why the basket cannot be ordered as shown."""
    changes = changes_since(view, wish.version)
    if changes is None:
        raise BasketChanged
    refused = refusal(view, changes)
    if refused is None:
        return changes
    if wish.version is not None and changes.must_be_agreed:
        # A client that names the version of this answer agrees to what it says. A request without a version may be a
        # second click, a retry or another client's, so for such a request this answer does not count as shown.
        view = replace(view, basket=remember_shown(wish.user_id, view, by_refusal=True))
    refused.detail["version"] = view.version
    raise refused


def _place(wish: Wish, found: Found, view: BasketView, changes: Changes, count: limits.Count, request_id: str) -> Order:
    """Write the order. Raises NotFound, RowsRefused, Busy, and Lost if reading everything again may help."""
    contact, buyer = found.require(Contact.at(wish.user_id, wish.contact_id)), found.require(User.at(wish.user_id))
    number = numbers.next_number()
    order, parts = compose(view, buyer, contact, number, changes)
    order.versions = sorted({view.version, wish.version or view.version})
    mail = outbox.compose_of_order("order", "everyone", {"order_id": order.order_id})
    event = placed_event(order, request_id, wish.source)
    key = _new_key(wish) if wish.key else None
    new_order = NewOrder(order, parts, view.basket, count, view.shops, event, mail, key)
    try:
        if new_order.fits_into_one:
            write_at_once(new_order)
        else:
            large.write_in_chunks(new_order)
    except Lost as lost:
        numbers.give_back(number)
        _require_stock(lost, view)
        raise
    except Contended as failure:
        raise Busy from failure
    outbox.dispatch([mail])
    return order


def _require_stock(lost: Lost, view: BasketView) -> None:
    """Raise RowsRefused if the write was lost because stock was missing.

    Changed prices and terms are found when everything is read again.
    """
    # If the basket or the order lost, another request was faster: reading again finds the order that it placed.
    if {"basket", "order", "key"} & lost.losers.keys():
        return
    faults = []
    for row in view.rows:
        raw = lost.losers.get(f"offer:{row.offer_id}")
        fault = row_fault(row.offer_id, row.quantity, Offer.from_wire(raw), view.shops) if raw else None
        if fault is not None:
            faults.append(fault)
    if faults:
        raise rows_refused(faults)
