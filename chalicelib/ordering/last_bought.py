"""What a buyer ordered last, and for which contact. Reads only the newest orders, so that a page stays fast."""

from collections.abc import Collection, Iterator
from itertools import islice

from chalicelib.dynamo.reading import BATCH_GET, read
from chalicelib.models.orders import Order, Part
from chalicelib.ordering.habits import Bought
from chalicelib.ordering.pages import put_rows_back
from chalicelib.ordering.search import OrderFilter, order_keys

# The number of orders read: about three weeks if a buyer orders daily.
_NEWEST = 20


def last_bought(user_id: int, offer_ids: Collection[int], shop_ids: Collection[int] | None = None) -> dict[int, Bought]:
    """Return the buyer's latest row of each of these offers, by offer id, ignoring canceled ones.

    Only the newest 20 orders are searched. ``shop_ids`` are the shops of the offers, None if unknown. Costs a Query and
    a BatchGet of those shops' parts, not consistent; for more than five shops or unknown ones, also a BatchGet of the
    orders.
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
    """Yield these shops' parts of the newest orders, newest first; each is unpacked only when it is reached."""
    page = islice(order_keys(OrderFilter(buyer_id=user_id), "", _NEWEST), _NEWEST)
    # A key appears twice if the order was moved during the read.
    orders = [int(key.rpartition("#")[2]) for key in dict.fromkeys(page)]
    if shop_ids is not None and len(orders) * len(shop_ids) <= BATCH_GET:
        keys = [Part.at(order_id, shop_id) for order_id in orders for shop_id in shop_ids]
    else:
        # Reading the key of a part that does not exist costs as much as reading a part.
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
    """Return the id of the contact of the buyer's latest order, None without an order; the contact may be deleted.

    Costs a Query and a GetItem.
    """
    newest = next(order_keys(OrderFilter(buyer_id=user_id), "", 1), None)
    order = Order.placed(newest).find() if newest is not None else None
    return order.contact.get("id") if order is not None else None
