"""Remembers the ids in baskets that this process has just seen, so that placing an order saves a call.

Buyers who order have usually just viewed or changed the basket, and a warm process often serves both requests. Only ids
are kept: the items are still read, and if the basket holds other offers by now, the saved call is made after all.
"""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock

from chalicelib.ordering.rows import BasketRow

Ids = tuple[frozenset[int], frozenset[int]]
_MOST = 512
_NOTHING: Ids = (frozenset(), frozenset())
_lock = Lock()
_seen: OrderedDict[int, Ids] = OrderedDict()


def remember(user_id: int, rows: Iterable[BasketRow]) -> None:
    """Note that the user's basket holds these rows."""
    ids = [(row.offer_id, row.shop_id) for row in rows]
    with _lock:
        _seen[user_id] = frozenset(offer for offer, _ in ids), frozenset(shop for _, shop in ids)
        _seen.move_to_end(user_id)
        while len(_seen) > _MOST:
            _seen.popitem(last=False)


def take(user_id: int) -> Ids:
    """Return the ids of offers and shops last seen in the user's basket, and forget them; empty sets if none were."""
    with _lock:
        return _seen.pop(user_id, _NOTHING)
