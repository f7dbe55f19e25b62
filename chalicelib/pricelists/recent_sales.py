"""What buyers ordered of a shop in the last days: what goes off sale of it is missed first."""

from collections import Counter
from itertools import islice

from chalicelib import clock
from chalicelib.dynamo.reading import read
from chalicelib.models.orders import Part, RowsPage

DAYS = 30
# How many parts of orders are read, the newest first.
MOST_PARTS = 2_000
_AT_ONCE = 100


def sold_pieces(shop_id: int) -> Counter[int]:
    """Return how many pieces of each offer were ordered in the last DAYS days and not canceled since, by offer id."""
    since = clock.stamp(clock.after(-DAYS * 86_400))
    newest = Part.by_shop.query(
        Part.shop_partition(shop_id), Part.placed_key >= since, scan_index_forward=False, limit=MOST_PARTS
    )
    sold: Counter[int] = Counter()
    while keys := list(islice(newest, _AT_ONCE)):
        parts = [part for part in read(*keys).all(Part) if part.state != "canceled"]
        pages = [RowsPage.at(part.order_id, part.shop_id, number) for part in parts for number in range(part.pages)]
        for rows in [*(part.rows for part in parts), *(page.rows for page in read(*pages).all(RowsPage))]:
            for row in rows:
                sold[row["id"]] += row["quantity"]
    return sold
