"""The card of a product: one offer, and the offers of the same product at other shops."""

from collections import Counter
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
# For products with more offers: how many of the cheapest are read, in four BatchGets with their shops.
OFFERS_EXAMINED = 199


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

    The card shows OFFERS_SHOWN offers of the product and always the offer itself, without shops that do not accept
    orders: of each unit the cheapest, in turn, so that no unit crowds out another (decision 45).
    Costs a GetItem, a Query and a BatchGet; a product of more than OFFERS_SHOWN offers at most four BatchGets, in which
    the cheapest OFFERS_EXAMINED are looked at.
    """
    offer = Offer.at(offer_id).require()
    if not offer.listed:
        raise NotFound
    answer = client().query(
        TableName=Offer.Meta.table_name,
        IndexName="by_product",
        KeyConditionExpression="product_key = :product",
        ExpressionAttributeValues={":product": {"S": product_partition(offer.product_id)}},
        Limit=OFFERS_EXAMINED,
    )
    pairs = [(int(raw["offer_id"]["N"]), int(raw["shop_id"]["N"])) for raw in answer["Items"]]
    offers, shops = sold_now({offer_id, *(one for one, _ in pairs)}, {offer.shop_id, *(s for _, s in pairs)})
    # The index may lag behind, and two products may share an id: showing another product is worse than omitting one.
    same = [one for one in offers.values() if one.listed and _product(one) == _product(offer)]
    sold = [(one, shops[one.shop_id]) for one in same if one.shop_id in shops and takes_orders(shops[one.shop_id])]
    return Card(offer, sorted(_shown(offer, sold), key=lambda pair: _place(offer, pair[0])))


def _shown(offer: Offer, sold: list[Sold]) -> list[Sold]:
    """Return those for the card: the cheapest of each unit, the second cheapest of each, and so on; and the offer."""
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
