"""Orders as their buyer, a shop and the administrators read them."""

import heapq
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.catalogue.listing import batch_get
from chalicelib.errors import NotFound
from chalicelib.models.orders import Order, OrderItem, Part
from chalicelib.ordering.states import STATES, State

# The published lists have no pages; the newest orders are what their clients look for.
LIST_LIMIT = 100


def get_order(order_id: int) -> tuple[Order, list[Part]]:
    """The head of an order and its parts in the order they were placed. Raises NotFound."""
    key = Order.at(order_id)
    try:
        order = Order.get(key.pk, key.sk, consistent_read=True)
    except Order.DoesNotExist:
        raise NotFound from None
    return order, _parts([order]).get(order_id, [])


def orders_of_buyer(user_id: int) -> list[tuple[Order, list[Part]]]:
    """The buyer's newest orders, newest first."""
    found = Order.by_buyer.query(f"BUYER#{user_id}", scan_index_forward=False, limit=LIST_LIMIT)
    return _with_parts((item.pk, item.sk) for item in found)


def orders_by_state(state: State | None) -> list[tuple[Order, list[Part]]]:
    """The newest orders of one state, or of all, newest first."""
    lists = [
        Order.by_state.query(f"STATE#{one}", scan_index_forward=False, limit=LIST_LIMIT)
        for one in ([state] if state else STATES)
    ]
    merged = heapq.merge(*lists, key=_by_time, reverse=True)
    return _with_parts((item.pk, item.sk) for item, _ in zip(merged, range(LIST_LIMIT), strict=False))


def parts_of_shop(shop_id: int) -> list[Part]:
    """The shop's own parts, newest first; nothing of other shops is read."""
    found = Part.by_shop.query(f"SHOP#{shop_id}", scan_index_forward=False, limit=LIST_LIMIT)
    parts = [Part.from_raw_data(raw) for raw in _read((item.pk, item.sk) for item in found)]
    return sorted(parts, key=lambda part: part.placed_key, reverse=True)


def _with_parts(keys: Iterable[tuple[str, str]]) -> list[tuple[Order, list[Part]]]:
    orders = [Order.from_raw_data(raw) for raw in _read(keys)]
    parts = _parts(orders)
    orders.sort(key=lambda order: order.placed_key, reverse=True)
    return [(order, parts.get(order.order_id, [])) for order in orders]


def _parts(orders: list[Order]) -> dict[int, list[Part]]:
    keys = (Part.at(order.order_id, shop_id) for order in orders for shop_id in order.shop_ids)
    found: dict[int, list[Part]] = {}
    for raw in _read((key.pk, key.sk) for key in keys):
        part = Part.from_raw_data(raw)
        found.setdefault(part.order_id, []).append(part)
    for parts in found.values():
        parts.sort(key=lambda part: part.position)
    return found


def _by_time(item: Any) -> str:
    return str(item.placed_key)


def _read(keys: Iterable[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    return batch_get(OrderItem.Meta.table_name, list(keys))
