"""The card of a product: one offer, and the offers of the same product at other shops."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from chalicelib.catalogue.identity import normal_name, shared_gtin
from chalicelib.catalogue.shops import takes_orders
from chalicelib.dynamo.connection import client
from chalicelib.errors import NotFound
from chalicelib.models.catalogue import Offer, Shop, product_partition
from chalicelib.models.selling import sold_now
from chalicelib.units import plain_unit, same_unit

# With the offer itself and a shop for each, they fit into one BatchGet.
OFFERS_SHOWN = 49
# Of a product with more offers, this many of the cheapest are read: in four BatchGets, with their shops.
OFFERS_EXAMINED = 199
# How many of a product's cheapest offers are compared for a row of a basket that cannot be ordered as it is.
OFFERS_COMPARED = 20


Sold = tuple[Offer, Shop]


@dataclass(frozen=True, slots=True)
class Card:
    """An offer, and the offers of the same product at shops that accept orders.

    Those in the unit of ``offer`` come first, cheapest first, then those in other units, whose prices do not compare.
    """

    offer: Offer
    offers: list[Sold]


def product_card(offer_id: int) -> Card:
    """Return the card of an offer. Raises NotFound if it is unknown or withdrawn.

    Only shops that accept orders count. The card shows OFFERS_SHOWN offers, taken from each unit in turn, the cheapest
    first, so that no unit crowds out another (decision 45); the offer itself is added if it is not among them.
    Costs a GetItem, a Query and a BatchGet. For a product of more than OFFERS_SHOWN offers, the cheapest
    OFFERS_EXAMINED are read, in at most four BatchGets.
    """
    offer = Offer.at(offer_id).require()
    if not offer.listed:
        raise NotFound
    pairs = [(offer.offer_id, offer.shop_id), *_indexed(offer.product_id, OFFERS_EXAMINED)]
    offers, shops = sold_now({one for one, _ in pairs}, {shop for _, shop in pairs})
    sold = _sold_of(offer, offers.values(), shops)
    return Card(offer, sorted(_shown(offer, sold), key=lambda pair: _place(offer, pair[0])))


def sold_elsewhere(offers: Collection[Offer]) -> dict[int, list[Sold]]:
    """Return, by offer id, the offers of the same product and unit at other shops, cheapest first.

    The given ``offers`` need not be on sale. At most OFFERS_COMPARED of each product's cheapest offers are compared.
    Costs a Query for each product and a BatchGet for each 100 offers and shops.
    """
    pairs = {one: _indexed(one, OFFERS_COMPARED) for one in {offer.product_id for offer in offers}}
    found, shops = sold_now(
        {offer for some in pairs.values() for offer, _ in some}, {shop for some in pairs.values() for _, shop in some}
    )

    def elsewhere(offer: Offer) -> list[Sold]:
        same = [found[one] for one, _ in pairs[offer.product_id] if one in found]
        others = [one for one in same if one.shop_id != offer.shop_id and same_unit(one.unit, offer.unit)]
        return sorted(_sold_of(offer, others, shops), key=lambda pair: (pair[0].price, pair[0].offer_id))

    return {offer.offer_id: elsewhere(offer) for offer in offers}


def _indexed(product_id: int, limit: int) -> list[tuple[int, int]]:
    """Return the ids of a product's cheapest offers and of their shops, as the index has them."""
    answer = client().query(
        TableName=Offer.Meta.table_name,
        IndexName="by_product",
        KeyConditionExpression="product_key = :product",
        ExpressionAttributeValues={":product": {"S": product_partition(product_id)}},
        Limit=limit,
    )
    return [(int(raw["offer_id"]["N"]), int(raw["shop_id"]["N"])) for raw in answer["Items"]]


def _sold_of(offer: Offer, others: Iterable[Offer], shops: Mapping[int, Shop]) -> list[Sold]:
    """Return those of ``others`` that are the same product as ``offer`` and on sale, with their shops.

    The index may lag behind, and two products may share an id: showing another product is worse than omitting one.
    """
    same = [one for one in others if one.listed and _product(one) == _product(offer)]
    return [(one, shops[one.shop_id]) for one in same if one.shop_id in shops and takes_orders(shops[one.shop_id])]


def _shown(offer: Offer, sold: list[Sold]) -> list[Sold]:
    """Return the offers for the card: the cheapest of each unit, the second cheapest of each, …, and ``offer``."""
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, int, int, Sold]] = []
    for pair in sorted(sold, key=lambda pair: (pair[0].price, pair[0].offer_id)):
        one, unit = pair[0], plain_unit(pair[0].unit)
        ranked.append((seen[unit], one.price, one.offer_id, pair))
        seen[unit] += 1
    in_turn = [pair for *_, pair in sorted(ranked, key=lambda entry: entry[:3])]
    own = [pair for pair in in_turn[OFFERS_SHOWN:] if pair[0].offer_id == offer.offer_id]
    return in_turn[:OFFERS_SHOWN] + own


def _place(offer: Offer, other: Offer) -> tuple[bool, str, int, int]:
    other_unit = not same_unit(offer.unit, other.unit)
    return other_unit, plain_unit(other.unit) if other_unit else "", other.price, other.offer_id


def _product(offer: Offer) -> tuple[str, ...]:
    """Return what identifies a product, as ``identity.product_id`` does."""
    if gtin := shared_gtin(offer.gtin):
        return (gtin,)
    return normal_name(offer.category), normal_name(offer.name), normal_name(offer.model)
