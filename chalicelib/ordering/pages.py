"""Pages: items that store the rows of a part which has too many rows for one item."""

import json
from collections.abc import Iterable, Iterator

from chalicelib.dynamo.reading import read
from chalicelib.models.orders import Part, RowsPage, StoredRow

# A page is written, and removed, in one transaction with the stock of its rows.
PAGE_ROWS = 90
# An item holds 400 KB.
PAGE_BYTES = 250_000
# A transaction holds 4 MB, including the stored items it changes; head, events and mails are small by comparison.
TRANSACTION_BYTES = 3_700_000
# The most bytes of an offer whose stock is changed: its texts (Limits.max_good_texts), keys and numbers. The row does
# not show its size, because the offer may have grown since the row was written.
OFFER_BYTES = 33_000
# The embedded stack counts the 4 MB in the request, where a Cyrillic letter is an escape of six characters.
SENT_BYTES = 1_200_000


def split(rows: list[StoredRow]) -> list[list[StoredRow]]:
    """Return the rows divided into pages; a single one if they fit into the part itself."""
    if len(rows) <= PAGE_ROWS and size_of(rows) <= PAGE_BYTES:
        return [rows]
    return list(_split(rows))


def size_of(rows: list[StoredRow]) -> int:
    """Return how many bytes the rows take when stored."""
    return len(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode())


def fit_together(rows_bytes: int, offers: int) -> bool:
    """Return whether one transaction can write ``rows_bytes`` of rows and change the stock of ``offers`` offers."""
    return rows_bytes <= SENT_BYTES and rows_bytes + offers * OFFER_BYTES <= TRANSACTION_BYTES


def _split(rows: list[StoredRow]) -> Iterator[list[StoredRow]]:
    page: list[StoredRow] = []
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
    """Fill in the rows of those parts whose rows are in pages, reading all of their pages together."""
    keys = [(part, page_keys(part)) for part in parts if part.pages]
    found = read(*(key for _, of_part in keys for key in of_part))
    for part, of_part in keys:
        part.rows = [row for key in of_part for row in found.require(key).rows]


def changed_pages(part: Part, rows: list[StoredRow]) -> list[RowsPage]:
    """Return those pages of the part that change if these rows replace its own, with their new rows."""
    keys = page_keys(part)
    found = read(*keys)
    changed: list[RowsPage] = []
    start = 0
    for page in map(found.require, keys):
        was, page.rows = page.rows, rows[start : start + len(page.rows)]
        start += len(was)
        if page.rows != was:
            changed.append(page)
    return changed


def page_keys(part: Part) -> list[RowsPage]:
    """Return the bare keys of the pages of a part, in the order of its rows."""
    return [RowsPage.at(part.order_id, part.shop_id, number) for number in range(part.pages)]
