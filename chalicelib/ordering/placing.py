"""Placing an order: everything the basket holds, or nothing, in one transaction.

The order's id is the basket's, and the order is created only where none has that id: a basket becomes an order once,
whatever is retried, and a retry is answered with the order that exists.
"""

from collections.abc import Mapping
from typing import Any

from chalicelib import clock
from chalicelib.accounts.contacts import contact_fields
from chalicelib.catalogue.listing import batch_get
from chalicelib.errors import BasketChanged, BasketEmpty, Busy, NotFound, RowsRefused
from chalicelib.ids import new_id
from chalicelib.models.accounts import AccountItem, Contact, User
from chalicelib.models.base import Contended, Lost, Transaction
from chalicelib.models.baskets import Basket
from chalicelib.models.catalogue import Offer
from chalicelib.models.jobs import Counter
from chalicelib.models.orders import Event, Order, Part, placed_key
from chalicelib.notifications import outbox
from chalicelib.ordering.basket import BasketView, show_basket
from chalicelib.ordering.delivery import delivery_cost
from chalicelib.ordering.rows import BasketRow, RowFault, row_fault
from chalicelib.texts import Language

_TRIES = 3
_FIRST_NUMBER = 1000


def place_order(user_id: int, basket_id: int, contact_id: int, language: Language, request_id: str) -> Order:
    """Turn the buyer's basket into an order for one of their contacts.

    The same basket gives the same order however often it is asked for. Takes the prices as stored at this moment; stock
    never goes below zero. Raises NotFound (no such basket or contact), BasketEmpty, RowsRefused with what would be
    possible per row, BasketChanged, Busy.
    """
    for _ in range(_TRIES):
        view = show_basket(user_id)
        if view is None or view.basket.basket_id != basket_id:
            return _placed_before(user_id, basket_id, empty=view is None)
        _require(view, language)
        user, contact = _who_and_where(user_id, contact_id)
        order, parts = _compose(view, user, contact, _next_number())
        mail = outbox.compose("order", "everyone", {"order_id": order.order_id})
        try:
            _transaction(view, order, parts, request_id, mail).commit()
        except Lost as lost:
            _explain(lost, view, language)
        except Contended as failure:
            raise Busy from failure
        else:
            outbox.dispatch([mail])
            return order
    raise BasketChanged


def _placed_before(user_id: int, basket_id: int, *, empty: bool) -> Order:
    key = Order.at(basket_id)
    try:
        order = Order.get(key.pk, key.sk, consistent_read=True)
    except Order.DoesNotExist:
        order = None
    if order is not None and order.buyer_id == user_id:
        return order
    if empty:
        raise BasketEmpty
    raise NotFound


def _require(view: BasketView, language: Language) -> None:
    faults = [fault.told(language) for row in view.rows if (fault := view.fault(row))]
    if faults:
        raise RowsRefused(detail={"rows": faults})


def _who_and_where(user_id: int, contact_id: int) -> tuple[User, Contact]:
    keys = [User.at(user_id), Contact.at(user_id, contact_id)]
    found = {raw["sk"]["S"]: raw for raw in batch_get(AccountItem.Meta.table_name, [(key.pk, key.sk) for key in keys])}
    if keys[1].sk not in found:
        raise NotFound
    return User.from_raw_data(found[User.SK]), Contact.from_raw_data(found[keys[1].sk])


def _next_number() -> int:
    # Outside the transaction: inside, every order in the system would conflict over this one item. A number is lost
    # when the transaction fails; numbers only have to run.
    counter = Counter.at("orders")
    counter.update(actions=[Counter.value.set((Counter.value | _FIRST_NUMBER) + 1)])
    return counter.value


def _compose(view: BasketView, user: User, contact: Contact, number: int) -> tuple[Order, list[Part]]:
    placed_at = clock.stamp(clock.now())
    order_id = view.basket.basket_id
    address = {"id": contact.contact_id, **contact_fields(contact)}
    rows_of: dict[int, list[BasketRow]] = {}
    for row in view.rows:
        rows_of.setdefault(row.shop_id, []).append(row)
    parts = [_part(view, order_id, number, position, rows) for position, rows in enumerate(rows_of.values(), start=1)]
    for part in parts:
        part.placed_at, part.contact = placed_at, _for_shop(address)
        part.placed_key = placed_key(placed_at, order_id)
    order = Order.at(order_id)
    order.order_id, order.number, order.buyer_id = order_id, number, user.user_id
    order.buyer_name = f"{user.first_name} {user.last_name}".strip()
    order.buyer_company, order.contact = user.company, address
    order.state, order.placed_at = "new", placed_at
    order.total = sum(part.goods_sum + part.delivery for part in parts)
    order.shop_ids = [part.shop_id for part in parts]
    order.buyer_key, order.state_key = f"BUYER#{user.user_id}", "STATE#new"
    order.placed_key = placed_key(placed_at, order_id)
    return order, parts


def _for_shop(address: Mapping[str, Any]) -> dict[str, Any]:
    """What a supplier needs to deliver, and no more: the buyer's e-mail stays with us."""
    return {name: value for name, value in address.items() if name not in {"id", "email"}}


def _part(view: BasketView, order_id: int, number: int, position: int, rows: list[BasketRow]) -> Part:
    shop = view.shops[rows[0].shop_id]
    part = Part.at(order_id, shop.entity_id)
    part.order_id, part.number, part.position = order_id, number, position
    part.shop_id, part.shop_name, part.state = shop.entity_id, shop.name, "new"
    part.rows = [_row(view.offers[row.offer_id], row.quantity) for row in rows]
    part.goods_sum = sum(row["price"] * row["quantity"] for row in part.rows)
    part.delivery = delivery_cost(part.goods_sum, shop.delivery_price, shop.delivery_free_from)
    part.shop_key = f"SHOP#{shop.entity_id}"
    return part


def _row(offer: Offer, quantity: int) -> dict[str, Any]:
    return {
        "id": offer.offer_id,
        "ext_id": offer.ext_id,
        "product_id": offer.product_id,
        "name": offer.name,
        "model": offer.model,
        "category_id": offer.category_id,
        "category": offer.category,
        "quantity": quantity,
        "price": offer.price,
        "price_rrc": None if offer.price_rrc is None else offer.price_rrc,
        "parameters": offer.parameters,
        "unit": offer.unit,
        "vat_rate": offer.vat_rate,
    }


def _transaction(view: BasketView, order: Order, parts: list[Part], request_id: str, mail: Any) -> Transaction:
    transaction = Transaction()
    seen = (Basket.version == view.basket.version) & (Basket.basket_id == view.basket.basket_id)
    transaction.delete("basket", view.basket, seen)
    for row in view.rows:
        price = view.offers[row.offer_id].price
        transaction.update(
            f"offer:{row.offer_id}",
            Offer.at(row.offer_id),
            [Offer.quantity.set(Offer.quantity - row.quantity), *Offer.sale_actions(row.shop_id)],
            (Offer.quantity >= row.quantity) & (Offer.price == price) & (Offer.listed == True),  # noqa: E712 - a condition
        )
    transaction.create("order", order)
    for part in parts:
        transaction.create(f"part:{part.shop_id}", part)
    event = Event.of(order.order_id, order.placed_at, new_id())
    event.kind, event.actor_id, event.actor_role, event.request_id = "placed", order.buyer_id, "buyer", request_id
    transaction.create("event", event)
    transaction.create("mail", mail)
    return transaction


def _explain(lost: Lost, view: BasketView, language: Language) -> None:
    """Raise RowsRefused where stock is what was missing; return where reading everything again may help."""
    faults: list[RowFault] = []
    for row in view.rows:
        raw = lost.losers.get(f"offer:{row.offer_id}")
        offer = Offer.from_raw_data(raw) if raw else None
        fault = row_fault(row.offer_id, row.quantity, offer, view.shops) if offer else None
        if fault is not None:
            faults.append(fault)
    # A basket or an order that lost means that somebody was faster: the next look finds the order they placed.
    if faults and not {"basket", "order"} & lost.losers.keys():
        raise RowsRefused(detail={"rows": [fault.told(language) for fault in faults]})
