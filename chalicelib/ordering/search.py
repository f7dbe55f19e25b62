"""Searching orders, as buyers and administrators do."""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any, TypedDict

from chalicelib.dynamo.reading import read
from chalicelib.models.orders import Order, Part
from chalicelib.ordering.orders import whole_orders
from chalicelib.ordering.states import STATES

# A request examines at most this many orders for those that match; the page may then be short and have a next one.
_LOOKED_AT = 500
_CHUNK = 100
Found = tuple[Order, list[Part]]


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are wanted; None means any. ``since`` and ``until`` are stamps, the latter exclusive."""

    state: str | None = None
    shop_id: int | None = None
    buyer_id: int | None = None
    since: str | None = None
    until: str | None = None
    number: int | None = None

    @property
    def is_combined(self) -> bool:
        """Whether no index holds exactly the orders that match."""
        return sum(one is not None for one in (self.state, self.shop_id, self.buyer_id)) > 1

    def takes(self, order: Order) -> bool:
        """Return whether the order matches, regardless of its time."""
        return (
            self.state in {None, order.state}
            and self.number in {None, order.number}
            and self.buyer_id in {None, order.buyer_id}
            and (self.shop_id is None or self.shop_id in order.shop_ids)
        )


def find_orders(wanted: OrderFilter, limit: int, before: str) -> tuple[Iterator[Found], str]:
    """Return at most ``limit`` orders, newest first, and the position after them, "" if there are no more.

    Their parts and rows are read as the iterator advances.

    ``before`` is the position at which the previous page ended, "" for the first page. The most selective filter
    chooses the index, the others are applied to its results; so a page may be short, or empty, and still have a next
    one.
    """
    size = _CHUNK if wanted.is_combined else min(_CHUNK, limit)
    keys = order_keys(wanted, min(filter(None, (before, wanted.until)), default=""), min(_CHUNK, size + 1))
    found: list[Order] = []
    position, left, looked_at = "", list(islice(keys, size)), 0
    while left and len(found) < limit and looked_at < _LOOKED_AT:
        heads = _heads(left)
        looked_at += len(left)
        while left and len(found) < limit:
            # A key comes twice if the order was moved while its two lists were read.
            key, again = left.pop(0), position
            position = key
            if key != again and key in heads and wanted.takes(heads[key]):
                found.append(heads[key])
        left = left or list(islice(keys, size if len(found) < limit else 1))
    return whole_orders(found), position if left else ""


def read_orders(wanted: OrderFilter, keys: list[str]) -> Iterator[Found]:
    """Yield those of the orders with these keys (time and id) that match, in the order of the keys."""
    heads = _heads(keys)
    return whole_orders(heads[key] for key in keys if key in heads and wanted.takes(heads[key]))


class _Paging(TypedDict):
    scan_index_forward: bool
    page_size: int | None


def order_keys(wanted: OrderFilter, before: str, page_size: int | None) -> Iterator[str]:
    """Yield keys (time and id) of orders from the most selective index, newest first; a key may come twice in a row.

    They are read ``page_size`` at a time, or as many as one response holds if it is None. Not all of the orders match.
    """
    older = Order.placed_key < before if before else None
    how: _Paging = {"scan_index_forward": False, "page_size": page_size}
    lists: list[Any]
    if wanted.number is not None:
        lists = [Order.by_number.query(Order.number_partition(wanted.number), older, **how)]
    elif wanted.buyer_id is not None:
        lists = [Order.by_buyer.query(Order.buyer_partition(wanted.buyer_id), older, **how)]
    elif wanted.shop_id is not None:
        lists = [Part.by_shop.query(Part.shop_partition(wanted.shop_id), older, **how)]
    else:
        states = [wanted.state] if wanted.state else STATES
        lists = [Order.by_state.query(Order.state_partition(state), older, **how) for state in states]
    merged = heapq.merge(*(map(_time, one) for one in lists), reverse=True)
    return takewhile(lambda key: key >= (wanted.since or ""), merged)


def _time(item: Any) -> str:
    return str(item.placed_key)


def _heads(keys: Iterable[str]) -> dict[str, Order]:
    """Return the orders with these keys (time and id), by key."""
    return {order.placed_key: order for order in read(*map(Order.placed, keys)).all(Order)}
