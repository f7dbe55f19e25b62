"""Lists of the catalogue: offers, shops, categories.

``find_offers`` and ``find_page`` alone know how offers are found; a search index would go behind them.
"""

from dataclasses import dataclass, replace

from chalicelib.catalogue.categories import behind, stored_category
from chalicelib.catalogue.lists import OfferList, Position, list_of, read_shard, sort_unavailable
from chalicelib.catalogue.search import OfferFilter
from chalicelib.catalogue.shops import takes_orders
from chalicelib.dynamo.reading import _BATCH_GET, batch_get
from chalicelib.models.catalogue import CATEGORIES, SHOPS, Category, DirectoryItem, Offer, Shop

# Without paging parameters the whole list is asked for; it is cut here, so that an answer stays under Lambda's 6 MB.
PLAIN_LIST_LIMIT = 1_000
# And so that a filter that hardly anything passes does not read a large catalogue to its end.
PLAIN_ROWS_READ = 10_000
# Where a filter drops offers a page looks at this many, or at a page of them if that is more.
FILTERED_ROWS_READ = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Some offers of a list, and the cursor of those that follow; None where the list ends."""

    offers: list[Offer]
    next: str | None


def find_offers(wanted: OfferFilter, limit: int = PLAIN_LIST_LIMIT) -> list[Offer]:
    """Offers on sale whose shops take orders, at most ``limit``, by name within each shard of the list.

    An unknown shop or category simply has no offers. A list of one shard costs a Query and a BatchGet, while its
    offers come in one answer and their shops fit into one batch. No more than PLAIN_ROWS_READ offers are looked at.
    A category that was merged lists what has not been moved yet, and then what the other one does.
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
    """The offers on sale behind ``cursor`` whose shops take orders, by name or price, at most ``limit``.

    Costs one Query and one BatchGet whatever the size of the catalogue, so a page may be shorter than ``limit``, even
    empty, where a shard ends or offers are dropped; only ``next`` tells whether there is more. A list of one shard is
    in order from its first to its last page, one of several is in order of names within each.

    Raises FieldErrors for a cursor of another list, SortUnavailable for prices of a list that is not one shard.
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
            # The goods were moved from its last shard to its first: what was asked for is in the other one's list.
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
    """As many of the first offers as have shops that can be looked up in one batch, together with the shards."""
    shops: set[int] = set()
    for place, offer in enumerate(offers):
        shops.add(offer.shop_id)
        if len(shops) == _BATCH_GET:
            return offers[:place]
    return offers


class _Known:
    """What a list needs to know beside its offers, asked for together: which shops take orders, and how many shards.

    ``shards`` is 1 until the first look-up, since there always is a first one; ``alias_of`` is where the category leads
    that is asked for, None where it is one itself.
    """

    def __init__(self, counter: tuple[str, str], category_id: int | None) -> None:
        self.shards = 1
        self.alias_of: int | None = None
        self.accepting: dict[int, bool] = {}
        self._counter = counter
        self._category = Category.key(category_id) if category_id is not None else counter
        self._first = True

    def look_up(self, offers: list[Offer]) -> None:
        """Learn of the shops of these offers, and at the first time of the shards."""
        shops = {offer.shop_id for offer in offers} - self.accepting.keys()
        keys = {Shop.key(shop_id) for shop_id in shops}
        asked = keys | {self._counter, self._category} if self._first else keys
        stored = {(raw["pk"]["S"], raw["sk"]["S"]): raw for raw in batch_get(Offer.Meta.table_name, list(asked))}
        for shop_id in shops:
            shop = stored.get(Shop.key(shop_id))
            self.accepting[shop_id] = shop is not None and takes_orders(Shop.from_raw_data(shop))
        if self._counter in stored:
            self.shards = int(stored[self._counter]["shards"]["N"])
        if "alias_of" in stored.get(self._category, {}):
            self.alias_of = int(stored[self._category]["alias_of"]["N"])
        self._first = False


def _is_of_category(where: OfferList) -> bool:
    return where.hash_key == "category_key"


def _merged_into(alias_of: int) -> int:
    """The category that is behind this one, which may have been merged in turn."""
    category = stored_category(alias_of)
    found = behind(category) if category is not None else None
    return found.entity_id if found is not None else alias_of


def list_directory(key: str) -> list[DirectoryItem]:
    """The shops that take orders (``SHOPS``) or the categories (``CATEGORIES``), by name."""
    if key not in {SHOPS, CATEGORIES}:
        raise ValueError(key)
    return list(DirectoryItem.directory.query(key))
