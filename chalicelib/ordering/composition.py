"""The contents of an order: copies of everything it was placed with, so that no later change affects it."""

from collections.abc import Mapping
from typing import cast

from chalicelib import clock
from chalicelib.accounts.contacts import contact_fields
from chalicelib.goods import FIELDS
from chalicelib.ids import new_id
from chalicelib.models.accounts import Contact, User
from chalicelib.models.catalogue import Offer
from chalicelib.models.orders import Event, Order, Part, StoredRow, placed_key
from chalicelib.ordering.quote import BasketView, Changes
from chalicelib.ordering.rows import BasketRow, rule_of
from chalicelib.ordering.terms import renames_shown


def compose(view: BasketView, user: User, contact: Contact, number: int, changes: Changes) -> tuple[Order, list[Part]]:
    """Return the order that the basket becomes, and its parts, which hold all of their rows. Nothing is stored yet.

    ``changes`` are those that the buyer need not agree to: prices that fell, and new names.
    """
    placed_at = clock.stamp(clock.now())
    order_id = view.basket.basket_id
    address: dict[str, str | int] = {"id": contact.contact_id, **contact_fields(contact)}
    rows_of: dict[int, list[BasketRow]] = {}
    for row in view.rows:
        rows_of.setdefault(row.shop_id, []).append(row)
    parts = [_part(view, order_id, number, position, rows) for position, rows in enumerate(rows_of.values(), start=1)]
    for part in parts:
        part.placed_at, part.contact = placed_at, _for_shop({**address, "company": user.company})
        part.placed_key = placed_key(placed_at, order_id)
    order = Order.at(order_id)
    order.order_id, order.number, order.buyer_id = order_id, number, user.user_id
    order.buyer_name = f"{user.first_name} {user.last_name}".strip()
    order.buyer_company, order.contact = user.company, address
    order.state, order.placed_at = "new", placed_at
    order.total = sum(part.goods_sum + part.delivery for part in parts)
    order.shop_ids = [part.shop_id for part in parts]
    order.price_falls = [{"id": fall.subject, "was": fall.was, "now": fall.now} for fall in changes.falls] or None
    order.renamed = renames_shown(changes.terms) or None
    order.buyer_key, order.state_key = Order.buyer_partition(user.user_id), Order.state_partition(order.state)
    order.number_key, order.placed_key = Order.number_partition(number), placed_key(placed_at, order_id)
    return order, parts


def placed_event(order: Order, request_id: str, source: str) -> Event:
    """Return the first event of the order's history; ``source`` is the network address it was placed from."""
    event = Event.of(order.order_id, order.placed_at, new_id())
    event.kind, event.actor_id, event.actor_role, event.request_id = "placed", order.buyer_id, "buyer", request_id
    event.source = source
    return event


def _for_shop(address: Mapping[str, str | int]) -> Mapping[str, str | int]:
    """Return what a supplier needs to deliver, and no more: the buyer's e-mail stays with us.

    The company is the consignee of the waybill, without which goods are not taken over. The id lets the shop recognize
    an address that it delivered to before; no call returns anything for it but to the buyer.
    """
    return {name: value for name, value in address.items() if name != "email"}


def _part(view: BasketView, order_id: int, number: int, position: int, rows: list[BasketRow]) -> Part:
    shop = view.shops[rows[0].shop_id]
    part = Part.at(order_id, shop.entity_id)
    part.order_id, part.number, part.position = order_id, number, position
    part.shop_id, part.shop_name, part.state = shop.entity_id, shop.name, "new"
    part.rows = [_row(view.offers[row.offer_id], row.quantity) for row in rows]
    part.goods_sum, part.delivery = view.goods_sums[shop.entity_id], view.delivery(shop.entity_id)
    part.shop_key = Part.shop_partition(shop.entity_id)
    return part


def _row(offer: Offer, quantity: int) -> StoredRow:
    row = {
        "id": offer.offer_id,
        "product_id": offer.product_id,
        "category_id": offer.category_id,
        **{field.name: getattr(offer, field.name) for field in FIELDS if field.ordered},
        "rule": list(rule_of(offer).as_tuple),
        "quantity": quantity,
    }
    return cast("StoredRow", row)
