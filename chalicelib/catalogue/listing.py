"""Lists of offers.

Only ``find_offers`` and ``find_page`` know how offers are found; a search index would be hidden behind them.
"""

from dataclasses import dataclass, replace

from chalicelib.catalogue.categories import behind, stored_category
from chalicelib.catalogue.lists import OfferList, Position, list_of, read_shard, sort_unavailable
from chalicelib.catalogue.search import OfferFilter
from chalicelib.catalogue.shops import takes_orders
from chalicelib.dynamo.reading import BATCH_GET, read
from chalicelib.models.catalogue import Category, Listing, Offer, Shop

# Without paging parameters the whole list is requested; it is cut here to keep the answer under Lambda's 6 MB.
PLAIN_LIST_LIMIT = 1_000
# Keeps a filter that matches hardly anything from reading a large catalogue to its end.
PLAIN_ROWS_READ = 10_000
# With a filter that drops offers, a page reads this many offers, or the size of a page if that is more.
FILTERED_ROWS_READ = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some offers of a list, and the cursor of the next page; None at the end of the list."""

    offers: list[Offer]
    next: str | None


def find_offers(wanted: OfferFilter, limit: int = PLAIN_LIST_LIMIT) -> list[Offer]:
    """Return at most ``limit`` offers on sale whose shops accept orders, by name within each shard of the list.

    An unknown shop or category has no offers. A list of one shard costs a Query and a BatchGet as long as its offers
    fit into one response and their shops into one batch. At most PLAIN_ROWS_READ offers are read.
    A merged category lists its offers that have not been moved yet, or those of its target once there are none.
    """
    where = list_of(wanted)
    known = _Known(where.counter, wanted.category_id)
    found: list[Offer] = []
    start, left = Position(), PLAIN_ROWS_READ
    while start.shard < known.shards and len(found) < limit and left > 0:
        offers, more = read_shard(where, start, min(limit, left))
        known.look_up(offers)
        if known.alias_of is not None and wanted.merged_into is None:
            wanted = replace(wanted, merged_into=_merged_into(known.alias_of))
            if _is_of_category(where) and not offers:
                return find_offers(replace(wanted, category_id=wanted.merged_into, merged_into=None), limit)
        found += [offer for offer in offers if known.accepting[offer.shop_id] and wanted.matches(offer)]
        left -= len(offers)
        start = _behind(where, start, offers, more)
    return found[:limit]


def find_page(wanted: OfferFilter, sort: str, limit: int, cursor: str = "") -> Page:
    """Return at most ``limit`` offers on sale after ``cursor`` whose shops accept orders, by name or price.

    Costs one Query and one BatchGet whatever the size of the catalogue. So a page may be shorter than ``limit``, even
    empty, if a shard ends or offers are dropped; only ``next`` says whether there is more. A list of one shard is
    sorted from its first to its last page, a list of several within each shard.

    Raises FieldErrors for a cursor of another list, SortUnavailable for sorting several shards by price.
    """
    where = list_of(wanted, sort)
    scope = f"products|{sort}|{wanted.text}"
    start = Position.unseal(scope, cursor, where) if cursor else Position()
    return _page(wanted, where, limit, start, scope)


def _page(wanted: OfferFilter, where: OfferList, limit: int, start: Position, scope: str) -> Page:
    rows, more = read_shard(where, start, max(limit, FILTERED_ROWS_READ) if wanted.drops else limit)
    fit = _fitting(rows)
    known = _Known(where.counter, wanted.category_id)
    known.look_up(fit)
    if known.alias_of is not None:
        wanted = replace(wanted, merged_into=_merged_into(known.alias_of))
        if _is_of_category(where) and not rows:
            # The goods are moved from the last shard to the first, so by now all of them are in the target's list.
            wanted = replace(wanted, category_id=wanted.merged_into, merged_into=None)
            return _page(wanted, list_of(wanted, where.sort), limit, start, scope)
    if where.sort != "name" and known.shards > 1:
        raise sort_unavailable()
    found: list[Offer] = []
    seen = 0
    for offer in fit:
        if len(found) == limit:
            break
        seen += 1
        if known.accepting[offer.shop_id] and wanted.matches(offer):
            found.append(offer)
    end = _behind(where, start, fit[:seen], more or seen < len(rows))
    return Page(found, end.seal(scope) if end.shard < known.shards else None)


def _behind(where: OfferList, start: Position, offers: list[Offer], more: bool) -> Position:
    return Position(start.shard, getattr(offers[-1], where.sort_key)) if offers and more else Position(start.shard + 1)


def _fitting(offers: list[Offer]) -> list[Offer]:
    """Return the longest prefix of offers whose shops can be read in one batch, together with the counters."""
    shops: set[int] = set()
    for place, offer in enumerate(offers):
        shops.add(offer.shop_id)
        if len(shops) == BATCH_GET:
            return offers[:place]
    return offers


class _Known:
    """What a list needs beside its offers, read together: which shops accept orders, and the number of shards.

    ``shards`` is 1 until the first look-up. ``alias_of`` is the id that the requested category leads to if it is an
    alias, else None.
    """

    def __init__(self, counter: Listing | Shop | Category, category_id: int | None) -> None:
        self.shards = 1
        self.alias_of: int | None = None
        self.accepting: dict[int, bool] = {}
        self._counter = counter
        self._category = Category.at(category_id) if category_id is not None else None
        self._first = True

    def look_up(self, offers: list[Offer]) -> None:
        """Read the shops of these offers that are not known yet, and with the first call the counters."""
        shops = {offer.shop_id: Shop.at(offer.shop_id) for offer in offers if offer.shop_id not in self.accepting}
        counters = [key for key in (self._counter, self._category) if key is not None and self._first]
        # The list itself is an index, which lags behind as well. That a category was merged must be known before its
        # goods are moved: else they would be in neither list.
        found = read(*shops.values(), *counters, consistent=self._category is not None)
        for shop_id, key in shops.items():
            shop = found.get(key)
            self.accepting[shop_id] = shop is not None and takes_orders(shop)
        if (counter := found.get(self._counter)) is not None:
            self.shards = counter.shards
        if self._category is not None and (category := found.get(self._category)) is not None:
            self.alias_of = category.alias_of
        self._first = False


def _is_of_category(where: OfferList) -> bool:
    return where.hash_key == "category_key"


def _merged_into(alias_of: int) -> int:
    """Return the id of the category at the end of the chain of aliases."""
    category = stored_category(alias_of)
    found = behind(category) if category is not None else None
    return found.entity_id if found is not None else alias_of
