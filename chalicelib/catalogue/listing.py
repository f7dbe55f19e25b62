"""Lists of offers.

Pages come from an engine (``search.engine``), plain lists from the indexes of the tables.
"""

from dataclasses import dataclass, replace

from chalicelib import cursors
from chalicelib.catalogue.lists import Position, list_of, read_shard, sort_unavailable
from chalicelib.catalogue.search.dynamo_lists import DynamoLists, Known, is_of_category, merged_into, position_behind
from chalicelib.catalogue.search.engine import Asked, Engine, Found, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.recheck import still_true
from chalicelib.models.catalogue import Offer

# The engine that needs nothing but the tables.
TABLES = DynamoLists()
# Without paging parameters the whole list is requested; it is cut here to keep the answer under Lambda's 6 MB.
PLAIN_LIST_LIMIT = 1_000
# Keeps a filter that matches hardly anything from reading a large catalogue to its end.
PLAIN_ROWS_READ = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some offers of a list, and the cursor of the next page; None at the end of the list."""

    offers: list[Offer]
    next: str | None


def find_offers(wanted: OfferFilter, limit: int = PLAIN_LIST_LIMIT) -> list[Offer]:
    """Return at most ``limit`` offers on sale whose shops accept orders, by name within each shard of the list.

    An unknown shop or category has no offers. A list of one shard costs a Query as long as its ids fit into one
    response, and a BatchGet for each 100 offers and shops. At most PLAIN_ROWS_READ offers are read.
    A merged category lists its offers that have not been moved yet, or those of its target once there are none.
    """
    where = list_of(wanted)
    known = Known(where, wanted.category_id)
    found: list[Offer] = []
    start, left = Position(), PLAIN_ROWS_READ
    while start.shard < known.shards and len(found) < limit and left > 0:
        offers, more = read_shard(where, start, min(limit, left))
        known.look_up(offers)
        if known.alias_of is not None and wanted.merged_into is None:
            wanted = replace(wanted, merged_into=merged_into(known.alias_of))
            if is_of_category(where) and not offers:
                return find_offers(replace(wanted, category_id=wanted.merged_into, merged_into=None), limit)
        found += [one for one in map(known.sold, offers) if one is not None and wanted.matches(one)]
        left -= len(offers)
        start = position_behind(where, start, offers, more)
    return found[:limit]


def find_page(wanted: OfferFilter, sort: Sort, limit: int, cursor: str = "", *, engine: Engine = TABLES) -> Page:
    """Return at most ``limit`` offers on sale after ``cursor`` whose shops accept orders, in one of the sort orders.

    A page may be shorter than ``limit``, even empty; only ``next`` says whether there is more. Beside what the engine
    needs it costs one BatchGet for each 100 offers and shops, unless the engine brings the offers.

    Raises FieldErrors for a cursor of another list, SortUnavailable for an order that the engine does not have.
    """
    if sort not in engine.sorts_of(wanted):
        raise sort_unavailable()
    scope = f"products|{sort}|{wanted.text}"
    after = cursors.unseal(scope, cursor) if cursor else None
    found, offers = _find(engine, Asked(wanted, sort, limit, after))
    return Page(offers, cursors.seal(scope, found.next) if found.next is not None else None)


def _find(engine: Engine, asked: Asked) -> tuple[Found, list[Offer]]:
    """Return what the engine finds, and the offers that it brings, or those of its hits that are still true."""
    found = engine.find(asked)
    if engine.brings_offers:
        return found, [hit.offer for hit in found.hits if hit.offer is not None]
    checked = still_true(found.hits, asked.filter)
    if checked.alias_of is None or asked.filter.merged_into is not None:
        return found, checked.offers
    both = replace(asked.filter, merged_into=merged_into(checked.alias_of))
    return _find(engine, replace(asked, filter=both))
