"""Reading orders, for their buyer, a shop and administrators."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from chalicelib.cursors import PAGE_LIMIT
from chalicelib.dynamo.reading import BATCH_GET, first_of, read
from chalicelib.errors import NotFound
from chalicelib.models.orders import Event, Order, Part
from chalicelib.ordering.pages import PAGE_ROWS, put_rows_back

# A page that looks for a rare state ends after this many orders; its cursor continues from there.
_MOST_READ = 1_000
# A list is cut before the order that would exceed this many rows, or too many bytes; it has at least one order.
ROWS_LIMIT = 5_000
# The most rows in memory while orders are read one after another; in pages they take at most 14 MB.
PORTION_ROWS = 5_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class PartFilter:
    """Which parts of a shop are wanted: ``since`` and ``before`` are stamps, "" and None mean any."""

    state: str | None = None
    since: str = ""
    before: str = ""


def get_order(order_id: int) -> tuple[Order, list[Part]]:
    """Return the head of an order and its parts, by their position in it.

    Raises NotFound, also while the order is still being placed.
    """
    order, parts = Order.with_parts(order_id)
    if order is None or order.is_hidden:
        raise NotFound
    _complete(parts, [order])
    return order, parts


def order_of_buyer(user_id: int, order_id: int) -> tuple[Order, list[Part]]:
    """Return one of the buyer's own orders. Raises NotFound, also for somebody else's."""
    order, parts = get_order(order_id)
    if order.buyer_id != user_id:
        raise NotFound
    return order, parts


def events_of(order_id: int) -> list[Event]:
    """Return what happened to the order, oldest first."""
    return list(Event.of_order(order_id))


def part_of_shop(shop_id: int, order_id: int) -> Part:
    """Return the shop's own part of an order. Raises NotFound, also for an order without one."""
    part = Part.at(order_id, shop_id).require()
    _complete([part])
    return part


def own_parts(shop_id: int, order_ids: Iterable[int]) -> list[Part]:
    """Return the shop's own parts of these orders, in their order, as they are stored: rows in pages are not read.

    Orders in which the shop has no part are left out.
    """
    return list(read(*(Part.at(order_id, shop_id) for order_id in order_ids)).all(Part))


def parts_of_shop(
    shop_id: int, wanted: PartFilter, limit: int = PAGE_LIMIT, after: str = ""
) -> tuple[list[Part], str | None]:
    """Return a page of the shop's own parts, newest first, and the position where the next one begins, None at the end.

    Nothing of other shops is returned. If the wanted state is rare, a page may be shorter than ``limit``, or empty, and
    still have a next one.
    """
    # Bounds of a range include themselves, but a stamp is never a whole key: the order's id follows it.
    first, last = wanted.since or "0", after or wanted.before or "9"
    if first > last:
        return [], None
    within = Part.placed_key.between(first, last)
    stored = Part.by_shop.query(Part.shop_partition(shop_id), within, scan_index_forward=False, page_size=limit + 1)
    items = (item for item in stored if _by_time(item) != after)
    found: list[Part] = []
    looked_at = 0
    while chunk := list(islice(items, limit + 1)):
        parts = sorted(read(*chunk).all(Part), key=_by_time, reverse=True)
        for part in parts:
            if wanted.state not in {None, part.state}:
                continue
            if len(found) == limit or (found and rows_in([*found, part]) > ROWS_LIMIT):
                _complete(found)
                return found, found[-1].placed_key
            found.append(part)
        looked_at += len(chunk)
        if len(chunk) <= limit:
            break
        if looked_at >= _MOST_READ:
            _complete(found)
            return found, parts[-1].placed_key
    _complete(found)
    return found, None


def states_of_shop(shop_id: int, limit: int) -> tuple[Counter[str], bool]:
    """Count the states of the shop's newest parts, at most ``limit``; also return whether it has older ones.

    Costs a Query, and one BatchGet for each hundred, which reads no more of a part than its state.
    """
    newest = Part.by_shop.query(Part.shop_partition(shop_id), scan_index_forward=False, limit=limit + 1)
    stored, more = first_of(newest, limit)
    parts = read(*stored, consistent=False, only=("state",)).all(Part)
    return Counter(part.state for part in parts), more


def rows_in(parts: Iterable[Part]) -> int:
    """Return roughly how many rows the parts have, before pages are read."""
    return sum(len(part.rows) or part.pages * PAGE_ROWS for part in parts)


def in_portions(elements: Iterable[_T], size: Callable[[_T], int], limit: int) -> Iterator[list[_T]]:
    """Yield the elements in lists of at most ``limit`` in total size; a larger element gets a list of its own."""
    portion: list[_T] = []
    used = 0
    for element in elements:
        more = size(element)
        if portion and used + more > limit:
            yield portion
            portion, used = [], 0
        portion.append(element)
        used += more
    if portion:
        yield portion


def whole_parts(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts with all of their rows, reading as many parts at a time as fit into memory."""
    for portion in in_portions(parts, lambda part: rows_in([part]), PORTION_ROWS):
        _complete(portion)
        yield from portion


def whole_orders(orders: Iterable[Order]) -> Iterator[tuple[Order, list[Part]]]:
    """Yield the orders with their parts and all of their rows, reading as many orders at a time as fit into memory."""
    for group in in_portions(orders, lambda order: len(order.shop_ids), BATCH_GET):
        parts = parts_of(group)
        # ``pop`` frees the memory of parts once they have been handed on.
        found = ((order, parts.pop(order.order_id, [])) for order in group)
        for portion in in_portions(found, lambda one: rows_in(one[1]), PORTION_ROWS):
            put_rows_back(part for _, of_order in portion for part in of_order)
            yield from portion


def _complete(parts: list[Part], heads: Iterable[Order] = ()) -> None:
    """Fill in what is stored elsewhere: rows in pages and, for parts stored before they held it, the contact's id."""
    put_rows_back(parts)
    lacking = [part for part in parts if "id" not in part.contact]
    known = {head.order_id: head for head in heads}
    unknown = {part.order_id for part in lacking} - known.keys()
    known |= {head.order_id: head for head in read(*map(Order.at, unknown)).all(Order)}
    for part in lacking:
        head = known.get(part.order_id)
        part.contact = {"id": head.contact.get("id") if head else None, **part.contact}


def parts_of(orders: list[Order]) -> dict[int, list[Part]]:
    """Return the parts of the orders, by order id, as they are stored: rows in pages are not read."""
    keys = (Part.at(order.order_id, shop_id) for order in orders for shop_id in order.shop_ids)
    found: dict[int, list[Part]] = {}
    for part in read(*keys).all(Part):
        found.setdefault(part.order_id, []).append(part)
    for parts in found.values():
        parts.sort(key=lambda part: part.position)
    return found


def _by_time(item: Any) -> str:
    return str(item.placed_key)
