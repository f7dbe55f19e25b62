"""Offers and shops as an order needs them: read together, and stock taken in wire form.

An order of many rows spends more on building expressions than DynamoDB on them, so this one is written by hand.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.dynamo.reading import batch_get, read_items
from chalicelib.models.catalogue import CatalogueItem, Offer, Shop
from chalicelib.models.partitions import sold_partition

_TABLE = Offer.Meta.table_name
_TAKE = {
    "TableName": _TABLE,
    "UpdateExpression": "SET #q = #q - :q, #s = :t, #k = :k",
    "ConditionExpression": "#q >= :q AND #p = :p AND #l = :t",
    "ExpressionAttributeNames": {"#q": "quantity", "#s": "sold", "#p": "price", "#l": "listed", "#k": "sold_key"},
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}


def keys_of(offer_ids: Iterable[int], shop_ids: Iterable[int]) -> list[tuple[str, str]]:
    """The keys of offers and shops."""
    return [*map(Offer.key, offer_ids), *map(Shop.key, shop_ids)]


def sold_now(offer_ids: Iterable[int], shop_ids: Iterable[int]) -> tuple[dict[int, Offer], dict[int, Shop]]:
    """The offers and shops with these ids as they are now, as far as they exist."""
    return offers_and_shops_in(read_items({CatalogueItem: keys_of(offer_ids, shop_ids)}))


def offers_and_shops_in(stored: Mapping[tuple[str, str], dict[str, Any]]) -> tuple[dict[int, Offer], dict[int, Shop]]:
    """The offers and shops among items in wire form, by their ids."""
    offers: dict[int, Offer] = {}
    shops: dict[int, Shop] = {}
    for (_, sk), raw in stored.items():
        if sk == Offer.SK:
            offers[int(raw["offer_id"]["N"])] = Offer.from_raw_data(raw)
        elif sk == Shop.SK:
            shops[int(raw["entity_id"]["N"])] = Shop.from_raw_data(raw)
    return offers, shops


def taking(shop_id: int, offer_id: int, quantity: int, price: int) -> dict[str, Any]:
    """The write that takes stock of an offer where that much is there, on sale, and at this price in kopecks."""
    pk, sk = Offer.key(offer_id)
    values = {
        ":q": {"N": str(quantity)},
        ":p": {"N": str(price)},
        ":t": {"BOOL": True},
        ":k": {"S": sold_partition(shop_id)},
    }
    return {"Update": {**_TAKE, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}, "ExpressionAttributeValues": values}}


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
