"""What an index has found, as it is now: the items behind the hits, without what is no longer true.

An index is a little behind, and prices, stock and shops change in between. Whatever is answered is read from the table.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace

from chalicelib.catalogue.search.engine import Hit
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.shops import takes_orders
from chalicelib.dynamo.reading import read
from chalicelib.models.catalogue import Category, Offer, Shop


@dataclass(frozen=True, slots=True)
class Checked:
    """The offers that are still true, in the order of their hits.

    ``alias_of`` is what the wanted category leads to if it was merged into another.
    """

    offers: list[Offer]
    alias_of: int | None = None


def still_true(hits: Collection[Hit], wanted: OfferFilter) -> Checked:
    """Return the offers of these hits that are on sale at shops that take orders, and match the filter but its words.

    The words are the engine's to understand. Costs one BatchGet for each 100 offers, shops and category together.
    """
    category = Category.at(wanted.category_id) if wanted.category_id is not None else None
    offers = [Offer.at(hit.offer_id) for hit in hits]
    shops = {hit.shop_id: Shop.at(hit.shop_id) for hit in hits}
    # That a category was merged must be known before its goods are moved, as in lists; the rest may be a moment old.
    consistent = category is not None
    found = read(*offers, *shops.values(), *([category] if category is not None else []), consistent=consistent)
    accepting = {shop.entity_id for shop in found.all(Shop) if takes_orders(shop)}
    stored = found.get(category) if category is not None else None
    without_words = replace(wanted, words="")
    # An id that was given to another shop's good would be somebody else's: the shop is the item's, not the hit's.
    true = [offer for offer in map(found.get, offers) if offer is not None and offer.listed]
    return Checked(
        [offer for offer in true if offer.shop_id in accepting and without_words.matches(offer)],
        stored.alias_of if stored is not None else None,
    )
