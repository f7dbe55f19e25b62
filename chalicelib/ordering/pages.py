"""The rows of a part that has too many for one item: in pages, each an item of its own."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.dynamo.reading import read_items
from chalicelib.models.orders import OrderItem, Part, RowsPage

Row = dict[str, Any]
# A page is written, and given back, in one transaction with the stock of its rows.
PAGE_ROWS = 90
# An item holds 400 KB.
PAGE_BYTES = 250_000
# A transaction holds 4 MB, of the items that are there already as well; head, events and mails are small beside these.
TRANSACTION_BYTES = 3_700_000
# An offer at most, whose stock is taken or given back: the texts of a good (Limits.max_good_texts), keys and numbers.
# It may have grown since its row was written, so no row tells how large it is.
OFFER_BYTES = 33_000
# The embedded stack counts 4 MB of what is sent, and a Cyrillic letter as the six signs of its escape.
SENT_BYTES = 1_200_000


def split(rows: list[Row]) -> list[list[Row]]:
    """The rows in as many pages as they need; one where they fit into the part itself."""
    if len(rows) <= PAGE_ROWS and size_of(rows) <= PAGE_BYTES:
        return [rows]
    return list(_split(rows))


def size_of(rows: list[Row]) -> int:
    """How many bytes the rows take as they are stored."""
    return len(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode())


def fit_together(rows_bytes: int, offers: int) -> bool:
    """Whether one transaction can write so many bytes of rows, and take or give back the stock of so many offers."""
    return rows_bytes <= SENT_BYTES and rows_bytes + offers * OFFER_BYTES <= TRANSACTION_BYTES


def _split(rows: list[Row]) -> Iterator[list[Row]]:
    page: list[Row] = []
    used = 0
    for row in rows:
        size = size_of([row])
        if page and (len(page) == PAGE_ROWS or used + size > PAGE_BYTES):
            yield page
            page, used = [], 0
        page.append(row)
        used += size
    yield page


def put_rows_back(parts: Iterable[Part]) -> None:
    """Fill in the rows of those parts whose rows stand in pages."""
    paged = [part for part in parts if part.pages]
    if not paged:
        return
    keys = {part.sk + part.pk: page_keys(part) for part in paged}
    found = read_items({OrderItem: [key for of_part in keys.values() for key in of_part]})
    for part in paged:
        pages = (RowsPage.from_raw_data(found[key]) for key in keys[part.sk + part.pk])
        part.rows = [row for page in pages for row in page.rows]


def changed_pages(part: Part, rows: list[Row]) -> list[RowsPage]:
    """Those pages of the part that are others with these rows in place of its own, with them in it."""
    found = read_items({OrderItem: page_keys(part)})
    changed: list[RowsPage] = []
    start = 0
    for key in page_keys(part):
        page = RowsPage.from_raw_data(found[key])
        was, page.rows = page.rows, rows[start : start + len(page.rows)]
        start += len(was)
        if page.rows != was:
            changed.append(page)
    return changed


def page_keys(part: Part) -> list[tuple[str, str]]:
    """The keys of the pages of a part, in the order of its rows."""
    pages = (RowsPage.at(part.order_id, part.shop_id, number) for number in range(part.pages))
    return [(page.pk, page.sk) for page in pages]
