"""What a buyer usually orders, computed from their orders; nothing is stored."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from chalicelib import clock
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.models.selling import sold_now
from chalicelib.ordering.habits import Bought, Habit, Order, first, habits_in
from chalicelib.ordering.orders import ROWS_LIMIT
from chalicelib.ordering.search import Found, OrderFilter, order_keys, read_orders

PERIOD = timedelta(days=90)
MOST_GOODS = 200
# The most that a request reads: a chain that orders three times a day has 270 orders in the period.
_MOST_ORDERS = 300
_CHUNK = 50


@dataclass(frozen=True, slots=True)
class Usual:
    """What was ordered since ``since`` (a stamp), and the offers and shops as they are now, by id, if they still exist.

    ``since`` is later than the start of the period if there were more orders than a request reads.
    """

    since: str
    habits: list[Habit]
    offers: dict[int, Offer]
    shops: dict[int, Shop]


def usual_goods(user_id: int, order: Order, limit: int) -> Usual:
    """Return what the buyer has ordered in the last 90 days, except for canceled parts.

    Reads only the newest orders: at most 300, with about 5,000 rows.
    """
    since = clock.stamp(clock.now() - PERIOD)
    rows: list[Bought] = []
    looked_at, oldest = 0, ""
    for head, parts in _orders(OrderFilter(buyer_id=user_id, since=since)):
        looked_at, oldest = looked_at + 1, head.placed_at
        rows += [
            Bought(row["id"], part.shop_id, row["name"], row.get("ordered", row["quantity"]), row["price"], oldest)
            for part in parts
            if part.state != "canceled"
            for row in part.rows
        ]
        if len(rows) >= ROWS_LIMIT or looked_at == _MOST_ORDERS:
            since = oldest
            break
    shown = first(habits_in(rows), order, limit)
    offers, shops = sold_now([one.last.offer_id for one in shown], {one.last.shop_id for one in shown})
    return Usual(since, shown, offers, shops)


def _orders(wanted: OrderFilter) -> Iterator[Found]:
    keys = order_keys(wanted, "", _CHUNK)
    while chunk := list(islice(keys, _CHUNK)):
        yield from read_orders(wanted, chunk)
