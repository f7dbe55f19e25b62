"""What this process has lately seen in baskets, so that placing an order can read their offers without asking first.

Who orders has mostly just looked at the basket or changed it, and a warm process often serves both. Only ids are kept:
what is stored is read all the same, and a basket that holds other offers by now costs the call that was to be saved.
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
    """The user's basket holds these rows."""
    ids = [(row.offer_id, row.shop_id) for row in rows]
    with _lock:
        _seen[user_id] = frozenset(offer for offer, _ in ids), frozenset(shop for _, shop in ids)
        _seen.move_to_end(user_id)
        while len(_seen) > _MOST:
            _seen.popitem(last=False)


def take(user_id: int) -> Ids:
    """The offers and shops that were last seen in the user's basket, once; nothing where none were."""
    with _lock:
        return _seen.pop(user_id, _NOTHING)
