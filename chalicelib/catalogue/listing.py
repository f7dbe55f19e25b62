"""Lists of the catalogue: offers, shops, categories.

``find_offers`` is the one place that knows how offers are found; a search index would go behind it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from chalicelib.models.base import connection
from chalicelib.models.catalogue import (
    CATEGORIES,
    SHOPS,
    Category,
    DirectoryItem,
    Listing,
    Offer,
    Shop,
    category_shard,
    listing_shard,
    shop_shard,
)

# Without paging parameters the whole list is asked for; it is cut here, so that an answer stays under Lambda's 6 MB.
PLAIN_LIST_LIMIT = 1_000
_ON_SALE = "1#"
_BATCH_GET = 100


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """Which offers are asked for; None means any."""

    shop_id: int | None = None
    category_id: int | None = None


def find_offers(wanted: OfferFilter, limit: int = PLAIN_LIST_LIMIT) -> list[Offer]:
    """Offers on sale whose shops take orders, at most ``limit``, by name within each shard of the list.

    An unknown shop or category simply has no offers. A list of one shard costs a Query and a BatchGet, while its
    offers come in one answer and their shops fit into one batch.
    """
    where = _list_of(wanted)
    known = _Known(where.counter)
    found: list[Offer] = []
    shard = 0
    while shard < known.shards and len(found) < limit:
        stored = where.index.query(where.partition(shard), Offer.list_key.startswith(_ON_SALE), page_size=limit)
        for offers in _chunks(stored, limit):
            known.look_up(offers)
            found += [offer for offer in offers if known.accepting[offer.shop_id] and _matches(offer, wanted)]
            if len(found) >= limit:
                break
        shard += 1
    return found[:limit]


@dataclass(frozen=True, slots=True)
class _OfferList:
    """A list of offers: its index, its partitions, and the key of the item that says how many of them there are."""

    index: Any
    partition: Callable[[int], str]
    counter: tuple[str, str]


def _list_of(wanted: OfferFilter) -> _OfferList:
    """The shortest list that holds all that is wanted."""
    if wanted.shop_id is not None:
        return _OfferList(Offer.by_shop, partial(shop_shard, wanted.shop_id), Shop.key(wanted.shop_id))
    if wanted.category_id is not None:
        partition = partial(category_shard, wanted.category_id)
        return _OfferList(Offer.by_category, partition, Category.key(wanted.category_id))
    return _OfferList(Offer.by_listing, listing_shard, (Listing.PK, Listing.PK))


class _Known:
    """What a list needs to know beside its offers, asked for together: which shops take orders, and how many shards.

    ``shards`` is 1 until the first look-up, since there always is a first one.
    """

    def __init__(self, counter: tuple[str, str]) -> None:
        self.shards = 1
        self.accepting: dict[int, bool] = {}
        self._counter: tuple[str, str] | None = counter

    def look_up(self, offers: list[Offer]) -> None:
        """Learn of the shops of these offers, and at the first time of the shards."""
        shops = {offer.shop_id for offer in offers} - self.accepting.keys()
        keys = {Shop.key(shop_id) for shop_id in shops}
        asked = keys if self._counter is None else keys | {self._counter}
        stored = {(raw["pk"]["S"], raw["sk"]["S"]): raw for raw in batch_get(Offer.Meta.table_name, list(asked))}
        for shop_id in shops:
            shop = stored.get(Shop.key(shop_id))
            self.accepting[shop_id] = shop is not None and bool(Shop.from_raw_data(shop).accepting)
        if self._counter in stored:
            self.shards = int(stored[self._counter]["shards"]["N"])
        self._counter = None


def _matches(offer: Offer, wanted: OfferFilter) -> bool:
    return wanted.category_id is None or offer.category_id == wanted.category_id


def _chunks(offers: Iterator[Offer], size: int) -> Iterator[list[Offer]]:
    """The offers ``size`` at a time; the last chunk is shorter and may be empty."""
    full = True
    while full:
        chunk = list(islice(offers, size))
        yield chunk
        full = len(chunk) == size


def offers_and_shops(offer_ids: set[int], shop_ids: set[int]) -> tuple[dict[int, Offer], dict[int, Shop]]:
    """Offers and shops by their ids, in as few calls as their number allows; what does not exist is left out."""
    keys = [Offer.key(offer_id) for offer_id in offer_ids] + [Shop.key(shop_id) for shop_id in shop_ids]
    offers: dict[int, Offer] = {}
    shops: dict[int, Shop] = {}
    for raw in batch_get(Offer.Meta.table_name, keys):
        if raw["sk"]["S"] == Offer.SK:
            offer = Offer.from_raw_data(raw)
            offers[offer.offer_id] = offer
        else:
            shop = Shop.from_raw_data(raw)
            shops[shop.entity_id] = shop
    return offers, shops


def batch_get(table: str, keys: list[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """The items with these keys, in DynamoDB's wire form and no particular order, read consistently."""
    pending = [{"pk": {"S": pk}, "sk": {"S": sk}} for pk, sk in keys]
    while pending:
        chunk, pending = pending[:_BATCH_GET], pending[_BATCH_GET:]
        answer = connection().client.batch_get_item(RequestItems={table: {"Keys": chunk, "ConsistentRead": True}})
        yield from answer["Responses"].get(table, [])
        pending += answer.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])


def list_directory(key: str) -> list[DirectoryItem]:
    """The shops that take orders (``SHOPS``) or the categories (``CATEGORIES``), by name."""
    if key not in {SHOPS, CATEGORIES}:
        raise ValueError(key)
    return list(DirectoryItem.directory.query(key))
