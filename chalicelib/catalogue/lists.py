"""Where lists of offers are stored: the index, its partitions, and the range to read in each.

A list is spread over shards (docs/decisions/0002-table-layout.md); a page is one query of one shard
(docs/decisions/0009-catalogue-pages.md). The query finds out where offers are, not what they contain.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.dynamo.connection import client
from chalicelib.dynamo.reading import query_wire
from chalicelib.errors import SortUnavailable, field_error
from chalicelib.models import catalogue
from chalicelib.models.catalogue import (
    Category,
    Listing,
    Offer,
    Shop,
    category_shard,
    listing_shard,
    price_bound,
    price_place,
    shop_shard,
)
from chalicelib.models.offer_indexes import ByCategory, ByListing, ByShop
from chalicelib.models.partitions import PRICE_DIGITS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

_HIGHEST = 10**PRICE_DIGITS - 1
# A shard, and the index key of an offer, which ends with its id.
_POSITION = re.compile(r"([0-9]{1,6})\|(|.*#([0-9]{1,16}))", re.DOTALL)
_MAX_KEY_BYTES = 1024


@dataclass(frozen=True, slots=True)
class OfferList:
    """A list of offers: its index, the name and the values of its partition key, its order.

    ``counter`` is the bare key of the item that stores the number of shards; ``sort`` is name, price or -price;
    ``low`` and ``high`` bound the range to read in each partition.
    """

    index: str
    hash_key: str
    partition: Callable[[int], str]
    counter: Listing | Shop | Category
    sort: str = "name"
    low: str = "1#"
    high: str = "1$"  # "$" follows "#": everything on sale is in between

    @property
    def sort_key(self) -> str:
        """The name of the attribute by which the list is sorted."""
        return "list_key" if self.sort == "name" else "price_key"

    def place(self, offer: Offer) -> "Position":
        """Return where the offer is in the list; places sort as the list does."""
        shard = (getattr(offer, self.hash_key) or "").rpartition("#")[2]
        return Position(int(shard or 0), getattr(offer, self.sort_key))


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """Where a page begins: after the offer with this index key, or at the beginning of the shard."""

    shard: int = 0
    key: str = ""

    @property
    def text(self) -> str:
        """The position as ``parse`` reads it."""
        return f"{self.shard}|{self.key}"

    @classmethod
    def parse(cls, text: str, where: OfferList) -> "Position":
        """Return the position that a text stands for. Raises FieldErrors if it is not a position in this list."""
        found = _POSITION.fullmatch(text)
        if found is None or len(found[2].encode()) > _MAX_KEY_BYTES:
            raise field_error("cursor", "cursor")
        if found[2] and not where.low <= found[2] <= where.high:
            raise field_error("cursor", "cursor")
        return cls(int(found[1]), found[2])


def list_of(wanted: OfferFilter, sort: str = "name") -> OfferList:
    """Return the shortest list that holds all wanted offers. Raises SortUnavailable if none has this order."""
    if sort != "name":
        if wanted.category_id is None:
            raise sort_unavailable()
        partition = partial(category_shard, wanted.category_id)
        low = f"{price_bound(wanted.price_min or 0)}#"
        high = f"{price_bound(_HIGHEST if wanted.price_max is None else wanted.price_max)}$"
        counter = Category.at(wanted.category_id)
        return OfferList(ByCategory.Meta.index_name, "category_key", partition, counter, sort, low, high)
    if wanted.shop_id is not None:
        partition = partial(shop_shard, wanted.shop_id)
        return OfferList(ByShop.Meta.index_name, "shop_key", partition, Shop.at(wanted.shop_id))
    if wanted.category_id is not None:
        partition = partial(category_shard, wanted.category_id)
        return OfferList(ByCategory.Meta.index_name, "category_key", partition, Category.at(wanted.category_id))
    return OfferList(ByListing.Meta.index_name, "listing_key", listing_shard, Listing.at())


def sort_unavailable(available: Collection[str] = ("name",)) -> SortUnavailable:
    """Return the error for an order that a list does not have: a sharded one, for example, is not sorted by price."""
    return SortUnavailable(limit=catalogue.OFFERS_PER_SHARD, detail={"available": sorted(available)})


def read_shard(where: OfferList, start: Position, rows: int) -> tuple[list[Offer], bool]:
    """Return at most ``rows`` offers of one shard after the position, and whether there are more.

    They only have their id, their shop and their place in the list. By name it costs one Query; by price a Query for
    each megabyte of the shard. Raises SortUnavailable if the shard is too long to be sorted by price.
    """
    if where.sort != "name":
        return _by_price(where, start, rows)
    partition = {"S": where.partition(start.shard)}
    request: QueryInputTypeDef = {
        "TableName": Offer.Meta.table_name,
        "IndexName": where.index,
        "KeyConditionExpression": "#h = :h AND #s BETWEEN :low AND :high",
        "ProjectionExpression": "#o, #p, #s",
        "ExpressionAttributeNames": {"#h": where.hash_key, "#s": where.sort_key, "#o": "offer_id", "#p": "shop_id"},
        "ExpressionAttributeValues": {":h": partition, ":low": {"S": where.low}, ":high": {"S": where.high}},
        "Limit": rows,
    }
    if start.key:
        pk, sk = Offer.key(int(start.key.rpartition("#")[2]))
        request["ExclusiveStartKey"] = {
            **{"pk": {"S": pk}, "sk": {"S": sk}},
            **{where.hash_key: partition, where.sort_key: {"S": start.key}},
        }
    answer = client().query(**request)
    return [Offer.from_wire(raw) for raw in answer["Items"]], "LastEvaluatedKey" in answer


def _by_price(where: OfferList, start: Position, rows: int) -> tuple[list[Offer], bool]:
    """Do as ``read_shard`` in the order of prices, for which there is no index: read all of the shard and sort it."""
    request: QueryInputTypeDef = {
        "TableName": Offer.Meta.table_name,
        "IndexName": where.index,
        "KeyConditionExpression": "#h = :h",
        "ProjectionExpression": "#o, #p, #c",
        "ExpressionAttributeNames": {"#h": where.hash_key, "#o": "offer_id", "#p": "shop_id", "#c": "price"},
        "ExpressionAttributeValues": {":h": {"S": where.partition(start.shard)}},
    }
    offers = [Offer.from_wire(raw) for raw in islice(query_wire(request), catalogue.OFFERS_PER_SHARD + 1)]
    if len(offers) > catalogue.OFFERS_PER_SHARD:
        raise sort_unavailable()
    for offer in offers:
        offer.price_key = price_place(offer.price, offer.offer_id)
    down = where.sort == "-price"
    low, high = (where.low, start.key or where.high) if down else (start.key or where.low, where.high)
    # No key equals a bound of the list, so excluding both ends excludes nothing but the position.
    found = sorted((one for one in offers if low < one.price_key < high), key=_place_by_price, reverse=down)
    return found[:rows], len(found) > rows


def _place_by_price(offer: Offer) -> str:
    return offer.price_key
