"""Offers and shops as an order needs them: read together, and stock taken in wire form.

An order of many rows spends more on building expressions than DynamoDB on them, so this one is written by hand.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.dynamo.item import Item
from chalicelib.dynamo.reading import Found, read_wire
from chalicelib.models.catalogue import CatalogueItem, Offer, Shop
from chalicelib.models.partitions import sold_partition

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef

    from chalicelib.dynamo.wire import AttributeMap, Operation

OffersAndShops = tuple[dict[int, Offer], dict[int, Shop]]
_TABLE = Offer.Meta.table_name
_TAKE: "UpdateTypeDef" = {
    "TableName": _TABLE,
    # Replaced in every write.
    "Key": {},
    "UpdateExpression": "SET #q = #q - :q, #s = :t, #k = :k",
    "ExpressionAttributeNames": {
        **{"#q": "quantity", "#s": "sold", "#p": "price", "#l": "listed", "#k": "sold_key"},
        **{"#u": "unit", "#i": "min_quantity", "#m": "step_quantity", "#x": "max_quantity"},
    },
    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
}


class Sold(NamedTuple):
    """What an offer is sold for, in kopecks, and on which terms; ``maximum`` is None for no limit."""

    price: int
    unit: str
    minimum: int
    step: int
    maximum: int | None


def keys_of(offer_ids: Iterable[int], shop_ids: Iterable[int]) -> list[Item]:
    """Return the bare keys of offers and shops."""
    return [*map(Offer.at, offer_ids), *map(Shop.at, shop_ids)]


def sold_in(found: Found) -> OffersAndShops:
    """Return the offers and shops among items that were read, by their ids."""
    offers = {offer.offer_id: offer for offer in found.all(Offer)}
    return offers, {shop.entity_id: shop for shop in found.all(Shop)}


def sold_now(offer_ids: Iterable[int], shop_ids: Iterable[int], *, consistent: bool = True) -> OffersAndShops:
    """Read offers and shops by their ids, in as few calls as their number allows; ``consistent`` as in ``read``.

    Those that do not exist are left out.
    """
    offers: dict[int, Offer] = {}
    shops: dict[int, Shop] = {}
    # By plain keys: a basket holds up to a thousand offers, and a bare item for each would cost more than it helps.
    keys = [*map(Offer.key, offer_ids), *map(Shop.key, shop_ids)]
    for raw in read_wire(CatalogueItem, keys, consistent=consistent):
        if raw["sk"]["S"] == Offer.SK:
            offer = Offer.from_wire(raw)
            offers[offer.offer_id] = offer
        else:
            shop = Shop.from_wire(raw)
            shops[shop.entity_id] = shop
    return offers, shops


def taking(shop_id: int, offer_id: int, quantity: int, sold: Sold) -> "Operation":
    """Return the write that takes stock of an offer if that much is there, on sale, for this price on these terms."""
    pk, sk = Offer.key(offer_id)
    values: AttributeMap = {
        ":q": {"N": str(quantity)},
        ":p": {"N": str(sold.price)},
        ":t": {"BOOL": True},
        ":k": {"S": sold_partition(shop_id)},
        ":u": {"S": sold.unit},
        ":i": {"N": str(sold.minimum)},
        ":m": {"N": str(sold.step)},
    }
    if sold.maximum is not None:
        values[":x"] = {"N": str(sold.maximum)}
    key: AttributeMap = {"pk": {"S": pk}, "sk": {"S": sk}}
    condition = _as_sold(sold.unit == "", sold.minimum == 1, sold.step == 1, sold.maximum is None)
    taken: UpdateTypeDef = {**_TAKE, "Key": key, "ConditionExpression": condition, "ExpressionAttributeValues": values}
    return {"Update": taken}


@cache
def _as_sold(*defaults: bool) -> str:
    """Return the condition on an offer, of whose unit, minimum, step and maximum ``defaults`` may not be stored."""
    parts = ["#q >= :q AND #p = :p AND #l = :t"]
    for letter, is_default in zip("uim", defaults, strict=False):
        equal = f"#{letter} = :{letter}"
        parts.append(f"(attribute_not_exists(#{letter}) OR {equal})" if is_default else equal)
    parts.append("attribute_not_exists(#x)" if defaults[-1] else "#x = :x")
    return " AND ".join(parts)
