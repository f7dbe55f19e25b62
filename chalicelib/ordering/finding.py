"""Finds a buyer's own orders by number, or by a good in them. Reads a bounded number of the newest ones at a time."""

from dataclasses import dataclass, replace
from itertools import islice

from chalicelib.catalogue.identity import gtin_is_valid, normal_name, product_id, shared_gtin
from chalicelib.catalogue.search import analysis
from chalicelib.models.orders import StoredRow
from chalicelib.ordering.orders import ROWS_LIMIT
from chalicelib.ordering.search import Found, OrderFilter, find_orders, order_keys, read_orders
from chalicelib.ordering.typed_numbers import typed_number

# The most orders that a request searches for a good.
_MOST_ORDERS = 300
_CHUNK = 50


@dataclass(frozen=True, slots=True)
class Sought:
    """A good to find: words of its name, model or code, its code without punctuation, and the id of its product.

    ``product_id`` is 0 unless the text is a barcode.
    """

    words: tuple[str, ...]
    code: str
    product_id: int

    @classmethod
    def of(cls, text: str) -> "Sought":
        """Return the good that a text describes."""
        one = text.strip()
        code = analysis.joined(one) if len(one.split()) == 1 else ""
        is_barcode = gtin_is_valid(one) and shared_gtin(one) is not None
        return cls(tuple(normal_name(one).split()), code, product_id("", "", "", gtin=one) if is_barcode else 0)

    def is_in(self, row: StoredRow) -> bool:
        """Return whether the row of an order has such a good."""
        if self.product_id and row["product_id"] == self.product_id:
            return True
        written = normal_name(f"{row['name']} {row['model']} {row['ext_id']}")
        if self.words and all(word in written for word in self.words):
            return True
        return bool(self.code) and any(self.code in analysis.joined(row[key]) for key in ("model", "ext_id"))


def find_own(wanted: OrderFilter, text: str, limit: int, before: str) -> tuple[list[Found], str]:
    """Return the buyer's orders with this number, or else those with this good, newest first, and the next position.

    ``wanted`` names the buyer. The position of the next page is "" at the end. A page may be short or empty and still
    have a next one, because a request searches at most 300 orders, or about 5,000 rows, for a good.
    """
    typed = typed_number(text)
    if typed is not None:
        found, _ = find_orders(replace(wanted, number=typed.number), 1, before)
        if orders := list(found):
            return orders, ""
    return _with_good(wanted, Sought.of(text), limit, before)


def _with_good(wanted: OrderFilter, sought: Sought, limit: int, before: str) -> tuple[list[Found], str]:
    keys = order_keys(wanted, min(filter(None, (before, wanted.until)), default=""), _CHUNK)
    found: list[Found] = []
    looked_at, rows = 0, 0
    while chunk := list(islice(keys, _CHUNK)):
        for head, parts in read_orders(wanted, chunk):
            rows += sum(len(part.rows) for part in parts)
            if any(sought.is_in(row) for part in parts for row in part.rows):
                found.append((head, parts))
            if len(found) == limit or rows >= ROWS_LIMIT:
                return found, str(head.placed_key)
        looked_at += len(chunk)
        if looked_at >= _MOST_ORDERS:
            return found, chunk[-1]
    return found, ""
