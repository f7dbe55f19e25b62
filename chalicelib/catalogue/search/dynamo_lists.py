"""The engine without an index of its own: reads pages from the indexes of the tables, in the orders that these have.

An index only locates offers; they are then read with their shops and returned in the hits, up to about a second old.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from chalicelib.catalogue.categories import behind, stored_category
from chalicelib.catalogue.lists import OfferList, Position, list_of, read_shard, sort_unavailable
from chalicelib.catalogue.search.dynamo_codes import by_barcodes
from chalicelib.catalogue.search.engine import Asked, Found, Hit, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.shops import takes_orders
from chalicelib.dynamo.reading import BATCH_GET, read
from chalicelib.dynamo.reading import Found as Reading
from chalicelib.models.catalogue import Category, Listing, Offer, Shop
from chalicelib.models.offer_indexes import LISTED

# The attributes that ``takes_orders`` reads of a shop, and those that hold the number of shards or a merge.
OF_SHOPS = ("accepting", "suspended", "closed_until")
_OF_COUNTERS = ("shards", "alias_of")
# With a filter that drops offers, a page reads this many offers, or the size of a page if that is more.
FILTERED_ROWS_READ = 50


class DynamoLists:
    """Lists offers by name within each shard; by price only a category that is short and has a single shard."""

    brings_offers = True

    def sorts_of(self, wanted: OfferFilter) -> frozenset[Sort]:
        """Return the sort orders that the list of this filter has."""
        by_price = () if wanted.category_id is None else (Sort.PRICE, Sort.PRICE_DOWN)
        return frozenset((Sort.NAME, *by_price))

    def by_codes(self, codes: Sequence[str], limit: int) -> dict[str, list[Hit]]:
        """Return for each barcode at most ``limit`` offers with it: those in stock first, then the cheapest.

        Other codes are left out: no table is keyed by them. So are barcodes beyond the first BARCODES_LOOKED_UP.
        """
        return by_barcodes(codes, limit)

    def find(self, asked: Asked) -> Found:
        """Return a page. Costs a Query and a BatchGet for each 50 offers, whatever the size of the catalogue.

        By price the whole category is read, and a long one refused. A page may be shorter than asked for, even empty,
        if a shard ends or offers are dropped. A list of one shard is sorted from its first to its last page, a list of
        several within each shard.

        Raises FieldErrors for a position of another list, SortUnavailable for sorting many offers by price.
        """
        where = list_of(asked.filter, asked.sort)
        start = Position.parse(asked.after, where) if asked.after is not None else Position()
        return _page(asked.filter, where, asked.limit, start)


def _page(wanted: OfferFilter, where: OfferList, limit: int, start: Position) -> Found:
    rows, more = read_shard(where, start, max(limit, FILTERED_ROWS_READ) if wanted.drops else limit)
    known = Known(where, wanted)
    fit = known.fitting(rows)
    known.look_up(fit)
    if known.aliases:
        wanted = with_targets(wanted, known.aliases)
        if is_of_category(where) and not rows:
            # The goods are moved from the last shard to the first, so by now all of them are in the target's list.
            wanted = replace(wanted, category_id=wanted.merged_into, merged_into=None)
            return _page(wanted, list_of(wanted, where.sort), limit, start)
    if where.sort != "name" and known.shards > 1:
        raise sort_unavailable()
    hits: list[Hit] = []
    seen = 0
    for row in fit:
        if len(hits) == limit:
            break
        seen += 1
        offer = known.sold(row)
        if offer is not None and wanted.matches(offer):
            hits.append(Hit(offer.offer_id, offer.shop_id, offer))
    end = position_behind(where, start, fit[:seen], more or seen < len(rows))
    return Found(hits, end.text if end.shard < known.shards else None, shop_names=known.shop_names)


def position_behind(where: OfferList, start: Position, offers: list[Offer], more: bool) -> Position:
    """Return the position behind these offers of a shard, that of the next shard if there are no ``more`` of them."""
    return Position(start.shard, getattr(offers[-1], where.sort_key)) if offers and more else Position(start.shard + 1)


class Known:
    """The items behind a list, read together: its offers, their shops, and the number of its shards.

    ``shards`` is 1 until the first look-up. ``accepting`` and ``shop_names`` are by shop id. ``aliases`` are the ids to
    which those of the requested categories that are aliases lead.
    """

    def __init__(self, where: OfferList, wanted: OfferFilter) -> None:
        self.shards = 1
        self.aliases: list[int] = []
        self.accepting: dict[int, bool] = {}
        self.shop_names: dict[int, str] = {}
        self._offers: dict[int, Offer] = {}
        # Offers and shops keep their names in the same attribute.
        self._columns = [*LISTED, where.hash_key, where.sort_key, *OF_SHOPS, *_OF_COUNTERS]
        self._counter = where.counter
        self._is_of_category = is_of_category(where)
        self._categories = [Category.at(one) for one in sorted(wanted.named_categories)]
        self._first = True

    def fitting(self, rows: list[Offer]) -> list[Offer]:
        """Return the longest prefix of the rows of a page that ``look_up`` can read in one BatchGet for each 50."""
        room = BATCH_GET * max(1, -(-len(rows) * 2 // BATCH_GET)) - len(self._counters())
        shops: set[int] = set()
        for place, row in enumerate(rows):
            shops.add(row.shop_id)
            if place + 1 + len(shops) > room:
                return rows[:place]
        return rows

    def _counters(self) -> list[Listing | Shop | Category]:
        return [self._counter, *self._categories] if self._first else []

    def sold(self, row: Offer) -> Offer | None:
        """Return the offer of a row that was looked up, None if it is not on sale at a shop that accepts orders."""
        return self._offers.get(row.offer_id) if self.accepting[row.shop_id] else None

    def look_up(self, rows: list[Offer]) -> None:
        """Read the offers of these rows and their shops not read before; the first call also reads the counters."""
        offers = [Offer.at(row.offer_id) for row in rows]
        shops = {row.shop_id: Shop.at(row.shop_id) for row in rows if row.shop_id not in self.accepting}
        counters = self._counters()
        # A merge must be seen before goods are moved: otherwise they would be missing from both lists. In the list of
        # the category itself, moved offers reveal the merge (``_shows_moved``); in a list of a shop nothing does.
        consistent = bool(self._categories) and not (self._is_of_category and rows)
        found = read(*offers, *shops.values(), *counters, consistent=consistent, only=self._columns)
        # An index lags: it may still have offers that are no longer on sale.
        self._offers = {offer.offer_id: offer for offer in found.all(Offer) if offer.listed}
        for shop_id, key in shops.items():
            shop = found.get(key)
            self.accepting[shop_id] = shop is not None and takes_orders(shop)
            if shop is not None:
                self.shop_names[shop_id] = shop.name
        if (counter := found.get(self._counter)) is not None:
            self.shards = counter.shards
        if self._first:
            self.aliases = aliases_among(self._categories, found)
        if not self.aliases and self._shows_moved():
            alias_of = self._categories[0].require().alias_of
            self.aliases = [alias_of] if alias_of is not None else []
        self._first = False

    def _shows_moved(self) -> bool:
        """Whether the list of a category has offers of another one."""
        return self._is_of_category and any(one.category_id != self._counter.key_id for one in self._offers.values())


def is_of_category(where: OfferList) -> bool:
    """Whether the list is that of a category by name, from which the offers of a merged one are moved."""
    return where.hash_key == "category_key"


def aliases_among(categories: Iterable[Category], found: Reading) -> list[int]:
    """Return the ids to which those of the categories that are aliases lead."""
    stored = (found.get(category) for category in categories)
    return [one.alias_of for one in stored if one is not None and one.alias_of is not None]


def with_targets(wanted: OfferFilter, aliases: Iterable[int]) -> OfferFilter:
    """Return the filter extended to the categories at the ends of these chains of aliases."""
    targets = {_merged_into(alias) for alias in aliases}
    if wanted.category_id is not None:
        return replace(wanted, merged_into=min(targets))
    return replace(wanted, categories=tuple(sorted({*wanted.categories, *targets})))


def _merged_into(alias_of: int) -> int:
    """Return the id of the category at the end of the chain of aliases."""
    category = stored_category(alias_of)
    found = behind(category) if category is not None else None
    return found.entity_id if found is not None else alias_of
