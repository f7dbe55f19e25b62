"""Orders on their way to a shop's 1C: what is new or has changed since 1C last said that it has what it was given.

A query returns what 1C does not have, oldest first, as much as one answer holds; ``arrived`` marks exactly what the
last query of the session returned, at the version returned, so later changes are sent again. New parts are found by
the time at which they were placed, from a day before the position that was reached: large orders appear later than
they were placed, and so does the index. Parts that 1C has are compared by the version of their order's head, which
every change raises, until they are final or forgotten (docs/decisions/0077-exchange-with-1c.md).
"""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, cast

from chalicelib import clock
from chalicelib.dynamo.reading import BATCH_GET, read
from chalicelib.exchange import order_documents
from chalicelib.models.exchange import HandedOrders, HandedPart, KnownPart, OrdersPosition
from chalicelib.models.orders import Order, Part
from chalicelib.ordering.orders import whole_parts
from chalicelib.ordering.states import State, is_over

# Of a query: documents, and bytes as Lambda's runtime sends them; an answer holds a little more.
MAX_DOCUMENTS = 200
MAX_BYTES = 5_400_000
# What the first query of a shop begins with, and how far behind the position later ones look.
FIRST_DAYS = timedelta(days=30)
_OVERLAP = timedelta(days=1)
# How long a part that does not change is compared, and one that is final is found by its number.
_KEPT, _KEPT_FINAL, _KEPT_GIVEN = timedelta(days=180), timedelta(days=30), timedelta(days=1)
# The most parts under way that one query compares: the newest.
_MOST_COMPARED = 5_000
_Candidate = tuple[str, int]


def query(shop_id: int, session: str) -> str:
    """Return the file of orders that the shop's 1C does not have, and remember for the session what was given."""
    stored = OrdersPosition.at(shop_id).find()
    position = stored.position if stored is not None else clock.stamp(clock.now() - FIRST_DAYS)
    known = {one.order_id: one for one in KnownPart.all_in(KnownPart.partition(shop_id))}
    documents, given, position = _page(shop_id, _candidates(shop_id, position, known), known, position)
    handed = HandedOrders.at(shop_id, session)
    handed.parts, handed.position, handed.expires_at = given, position, clock.now() + _KEPT_GIVEN
    handed.save()
    return order_documents.start(clock.now()) + "".join(documents) + order_documents.END


def arrived(shop_id: int, session: str) -> int:
    """Mark what the last query of the session gave as known to 1C; return how many parts that were.

    May be called again. A part that another session gave at a later version stays marked with that.
    """
    handed = HandedOrders.at(shop_id, session).find()
    if handed is None or handed.expires_at <= clock.now():
        return 0
    parts: list[HandedPart] = handed.parts
    for part in parts:
        actions = [
            KnownPart.order_id.set(part["order_id"]),
            KnownPart.placed.set(part["placed"]),
            KnownPart.seen.set(part["seen"]),
            KnownPart.over.set(part["over"]),
            KnownPart.expires_at.set(clock.now() + (_KEPT_FINAL if part["over"] else _KEPT)),
        ]
        unknown = KnownPart.seen.does_not_exist() | (KnownPart.seen < part["seen"])
        KnownPart.at(shop_id, part["number"]).update_where(unknown, actions)
    # Last: of a call that breaks off, the parts that were not marked come again.
    if handed.position:
        behind = OrdersPosition.position.does_not_exist() | (OrdersPosition.position < handed.position)
        OrdersPosition.at(shop_id).update_where(behind, [OrdersPosition.position.set(handed.position)])
    return len(parts)


def order_numbered(shop_id: int, session: str, number: int) -> int | None:
    """Return the id of the order with this number, of those that the shop's 1C was given; None for any other."""
    known = KnownPart.at(shop_id, number).find()
    if known is not None:
        return known.order_id
    handed = HandedOrders.at(shop_id, session).find()
    given: list[HandedPart] = handed.parts if handed is not None else []
    return next((one["order_id"] for one in given if one["number"] == number), None)


def _candidates(shop_id: int, position: str, known: dict[int, KnownPart]) -> Iterator[_Candidate]:
    """Yield time and id of parts that may have to be given, oldest first."""
    since = clock.stamp(clock.from_stamp(position[:27]) - _OVERLAP)
    found = Part.by_shop.query(Part.shop_partition(shop_id), Part.placed_key >= since, scan_index_forward=True)
    new = [(placed, int(placed.rpartition("#")[2])) for placed in map(_placed, found)]
    open_now = [(one.placed, one.order_id) for one in known.values() if not one.over and one.expires_at > clock.now()]
    compared = sorted(open_now)[-_MOST_COMPARED:]
    yield from sorted({*compared, *(one for one in new if one[1] not in known)})


def _page(
    shop_id: int, candidates: Iterable[_Candidate], known: dict[int, KnownPart], position: str
) -> tuple[list[str], list[HandedPart], str]:
    """Return documents, the parts that they are of, and the position that the shop has reached with them."""
    documents: list[str] = []
    given: list[HandedPart] = []
    used = 0
    for order, part in _changed(shop_id, candidates, known):
        is_new = order.order_id not in known
        if is_new and part.state == "canceled":
            # Nothing that 1C could use, and nothing to wait for.
            position = max(position, part.placed_key)
            continue
        written = order_documents.document(order, part)
        if _size(written) > MAX_BYTES:
            written = order_documents.document(order, part, brief=True)
        used += _size(written)
        if documents and (used > MAX_BYTES or len(documents) == MAX_DOCUMENTS):
            break
        documents.append(written)
        over = is_over(cast(State, part.state))
        placed, seen = part.placed_key, order.version
        given.append({"order_id": order.order_id, "number": part.number, "placed": placed, "seen": seen, "over": over})
        position = max(position, placed) if is_new else position
    return documents, given, position


def _changed(
    shop_id: int, candidates: Iterable[_Candidate], known: dict[int, KnownPart]
) -> Iterator[tuple[Order, Part]]:
    """Yield the parts that 1C does not have in their present version, whole, with the heads as read before them."""
    waiting = iter(candidates)
    while group := list(islice(waiting, BATCH_GET)):
        keys = [Order.at(order_id) for _, order_id in group]
        heads = {one.order_id: one for one in read(*keys).all(Order)}
        changed = [
            heads[order_id]
            for _, order_id in group
            if order_id in heads and not heads[order_id].is_hidden and not _is_known(heads[order_id], known)
        ]
        stored = {one.order_id: one for one in read(*(Part.at(one.order_id, shop_id) for one in changed)).all(Part)}
        of_shop = (stored[one.order_id] for one in changed if one.order_id in stored)
        for part in whole_parts(of_shop):
            yield heads[part.order_id], part


def _placed(item: Any) -> str:
    return str(item.placed_key)


def _is_known(head: Order, known: dict[int, KnownPart]) -> bool:
    one = known.get(head.order_id)
    return one is not None and one.seen >= head.version


def _size(value: str) -> int:
    """What the text takes in an answer: Lambda's runtime sends a Cyrillic letter as six characters."""
    return len(json.dumps(value))
