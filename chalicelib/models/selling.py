"""Offers and shops as an order needs them: read together, and stock taken in wire form.

In an order of many rows, building expressions takes longer than evaluating them, so the write is written by hand.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.dynamo.item import Key
from chalicelib.dynamo.reading import Found, read
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.models.partitions import sold_partition

_TABLE = Offer.Meta.table_name
_TAKE = {
    "TableName": _TABLE,
    "UpdateExpression": "SET #q = #q - :q, #s = :t, #k = :k",
    "ConditionExpression": "#q >= :q AND #p = :p AND #l = :t",
    "ExpressionAttributeNames": {"#q": "quantity", "#s": "sold", "#p": "price", "#l": "listed", "#k": "sold_key"},
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}


def bare_keys(offer_ids: Iterable[int], shop_ids: Iterable[int]) -> list[Offer | Shop]:
    """Return the bare keys of offers and shops, to be read together."""
    return [*map(Offer.at, offer_ids), *map(Shop.at, shop_ids)]


def offers_and_shops(offer_ids: Iterable[int], shop_ids: Iterable[int]) -> tuple[dict[int, Offer], dict[int, Shop]]:
    """Return offers and shops as they are now, by their ids, in as few calls as possible.

    Those that do not exist are left out.
    """
    return offers_and_shops_among(read(*bare_keys(offer_ids, shop_ids)))


def offers_and_shops_among(found: Found) -> tuple[dict[int, Offer], dict[int, Shop]]:
    """Return the offers and the shops among items that have been read, by their ids."""
    offers = {offer.offer_id: offer for offer in found.all(Offer)}
    return offers, {shop.entity_id: shop for shop in found.all(Shop)}


def taking(shop_id: int, offer_id: int, quantity: int, price: int) -> dict[str, Any]:
    """Return the write that takes stock of an offer that has as much, is on sale and costs ``price`` kopecks."""
    pk, sk = Offer.key(offer_id)
    values = {
        ":q": {"N": str(quantity)},
        ":p": {"N": str(price)},
        ":t": {"BOOL": True},
        ":k": {"S": sold_partition(shop_id)},
    }
    return {"Update": {**_TAKE, "Key": {"pk": {"S": pk}, "sk": {"S": sk}}, "ExpressionAttributeValues": values}}


def keys_of(offer_ids: Iterable[int], shop_ids: Iterable[int]) -> list[Key]:
    """Going away: use ``bare_keys``."""
    return [*map(Offer.key, offer_ids), *map(Shop.key, shop_ids)]


def offers_and_shops_in(stored: Mapping[Key, dict[str, Any]]) -> tuple[dict[int, Offer], dict[int, Shop]]:
    """Going away: use ``offers_and_shops_among``."""
    offers = {int(raw["offer_id"]["N"]): Offer.from_raw_data(raw) for (_, sk), raw in stored.items() if sk == Offer.SK}
    shops = {int(raw["entity_id"]["N"]): Shop.from_raw_data(raw) for (_, sk), raw in stored.items() if sk == Shop.SK}
    return offers, shops


sold_now = offers_and_shops
