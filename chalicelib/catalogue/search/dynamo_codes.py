"""Barcodes in the tables: each leads to the id of its product, and so to the offers of that product."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib.catalogue.identity import product_id, shared_gtin
from chalicelib.catalogue.search.analysis import barcode
from chalicelib.catalogue.search.engine import Hit
from chalicelib.catalogue.shops import takes_orders
from chalicelib.dynamo.connection import client
from chalicelib.models.catalogue import Offer, product_partition
from chalicelib.models.selling import sold_now

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

# Each costs a Query, about 5 ms: a request with a thousand would end at the gateway's limit.
BARCODES_LOOKED_UP = 100
# For products with more offers: how many of the cheapest are listed, and how many of those are examined.
_KNOWN, _EXAMINED = 199, 20

# The ids of an offer and of its shop.
_Pair = tuple[int, int]


def by_barcodes(codes: Sequence[str], limit: int) -> dict[str, list[Hit]]:
    """Return for each barcode at most ``limit`` offers with it: those in stock first, then the cheapest.

    Leaves out codes that are not barcodes, barcodes that companies assign for internal use, and those beyond the
    first BARCODES_LOOKED_UP. Costs a Query for each barcode and a BatchGet for each 100 offers, and 100 shops.
    """
    numbers = {code: number for code in codes if (number := _shared(code)) is not None}
    looked_up = list(dict.fromkeys(numbers.values()))[:BARCODES_LOOKED_UP]
    sold = _on_sale({number: _offers_of(number) for number in looked_up})
    return {code: sold[number][:limit] for code, number in numbers.items() if number in sold}


def _shared(code: str) -> str | None:
    found = barcode(code)
    return shared_gtin(found) if found is not None else None


def _offers_of(number: str) -> list[_Pair]:
    asked: QueryInputTypeDef = {
        "TableName": Offer.Meta.table_name,
        "IndexName": "by_product",
        "KeyConditionExpression": "product_key = :product",
        "ExpressionAttributeValues": {":product": {"S": product_partition(product_id("", "", "", gtin=number))}},
        "Limit": _KNOWN,
    }
    return [(int(raw["offer_id"]["N"]), int(raw["shop_id"]["N"])) for raw in client().query(**asked)["Items"]]


def _on_sale(found: dict[str, list[_Pair]]) -> dict[str, list[Hit]]:
    """Return the offers of each barcode at shops that take orders; a product that only shares its id is left out."""
    _, shops = sold_now((), {shop for pairs in found.values() for _, shop in pairs}, consistent=False)
    taking = {shop_id for shop_id, shop in shops.items() if takes_orders(shop)}
    open_now = {number: [one for one in pairs if one[1] in taking][:_EXAMINED] for number, pairs in found.items()}
    offers, _ = sold_now({offer for pairs in open_now.values() for offer, _ in pairs}, (), consistent=False)
    return {
        number: _hits(number, [offers[one] for one, _ in pairs if one in offers]) for number, pairs in open_now.items()
    }


def _hits(number: str, offers: list[Offer]) -> list[Hit]:
    same = [one for one in offers if one.listed and shared_gtin(one.gtin) == number]
    same.sort(key=lambda one: (one.quantity <= 0, one.price, one.offer_id))
    return [Hit(one.offer_id, one.shop_id, one) for one in same]
