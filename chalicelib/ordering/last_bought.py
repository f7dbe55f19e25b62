"""What a buyer ordered last, and where to, according to the newest orders only: a page must not read a year."""

from collections.abc import Collection, Iterator
from itertools import islice

from chalicelib.dynamo.reading import BATCH_GET, read
from chalicelib.models.orders import Order, Part
from chalicelib.ordering.habits import Bought
from chalicelib.ordering.pages import put_rows_back
from chalicelib.ordering.search import OrderFilter, order_keys

# How many orders are read: about three weeks of a buyer who orders daily.
_NEWEST = 20


def last_bought(user_id: int, offer_ids: Collection[int], shop_ids: Collection[int] | None = None) -> dict[int, Bought]:
    """Return the buyer's latest row of each of these offers, ignoring canceled ones; ``shop_ids`` are their shops.

    Costs a Query, and a BatchGet of the shops' parts of the newest 20 orders, not consistent. Of more than five shops,
    or of unknown ones, it costs a BatchGet of the orders too. What was ordered before is not found.
    """
    found: dict[int, Bought] = {}
    for part in _parts(user_id, None if shop_ids is None else set(shop_ids)):
        for row in part.rows if part.state != "canceled" else ():
            if row["id"] in offer_ids and row["id"] not in found:
                quantity = row.get("ordered", row["quantity"])
                found[row["id"]] = Bought(row["id"], part.shop_id, row["name"], quantity, row["price"], part.placed_at)
        if len(found) == len(offer_ids):
            break
    return found


def _parts(user_id: int, shop_ids: set[int] | None) -> Iterator[Part]:
    """Yield the parts that these shops have in the newest orders, the newest first, each unpacked in its turn."""
    page = islice(order_keys(OrderFilter(buyer_id=user_id), "", _NEWEST), _NEWEST)
    # A key comes twice if the order was moved meanwhile.
    orders = [int(key.rpartition("#")[2]) for key in dict.fromkeys(page)]
    if shop_ids is not None and len(orders) * len(shop_ids) <= BATCH_GET:
        keys = [Part.at(order_id, shop_id) for order_id in orders for shop_id in shop_ids]
    else:
        # Each key of a part that does not exist costs as much as one that does.
        heads = read(*map(Order.at, orders), consistent=False).all(Order)
        keys = [
            Part.at(head.order_id, shop_id)
            for head in heads
            for shop_id in head.shop_ids
            if shop_ids is None or shop_id in shop_ids
        ]
    for part in read(*keys, consistent=False).all(Part):
        put_rows_back([part])
        yield part


def last_contact(user_id: int) -> int | None:
    """Return the id of the contact of the buyer's latest order, None without one; it may be deleted.

    Costs a Query and a GetItem.
    """
    newest = next(order_keys(OrderFilter(buyer_id=user_id), "", 1), None)
    order = Order.placed(newest).find() if newest is not None else None
    return order.contact.get("id") if order is not None else None
