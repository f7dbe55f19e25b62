"""Reads the items behind an engine's hits and drops hits that are no longer true.

An index lags a little, and prices, stock and shops change meanwhile. So everything that is returned is read again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from chalicelib.catalogue.search.dynamo_lists import OF_SHOPS, aliases_among
from chalicelib.catalogue.search.engine import Count, Facet, Found
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.shops import takes_orders
from chalicelib.dynamo.reading import BATCH_GET, read
from chalicelib.models.catalogue import Category, Offer, Shop
from chalicelib.models.offer_indexes import LISTED

# How many counted shops and categories have their names read with the page.
NAMED = 20
# What lists show of offers and where these are listed, what ``takes_orders`` reads of shops, and all names.
_COLUMNS = (*LISTED, "list_key", "shop_key", "category_key", "listing_key", *OF_SHOPS, "entity_id", "name", "alias_of")
_KINDS: dict[Facet, type[Shop] | type[Category]] = {"shop": Shop, "category": Category}

Names = Mapping[Facet, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Checked:
    """The offers whose hits are still true, in their order, and the names of counted values, by facet and id.

    ``shop_names`` has the names of all shops that were read, including those of the offers. ``aliases`` are the ids to
    which those of the wanted categories that were merged lead.
    """

    offers: list[Offer]
    aliases: list[int]
    names: Names = field(default_factory=dict)
    shop_names: Mapping[int, str] = field(default_factory=dict)


def room_for(wanted: OfferFilter, facets: Collection[Facet]) -> int:
    """Return how many offers and shops one BatchGet can read beside what ``still_true`` reads with them."""
    return BATCH_GET - len(wanted.named_categories) - NAMED * len(_KINDS.keys() & set(facets))


def still_true(found: Found, wanted: OfferFilter) -> Checked:
    """Return those of the offers found that shops which take orders still sell and that match the filter but its words.

    Interpreting the words is left to the engine. Costs one BatchGet for each 100 offers, shops, categories and names.
    """
    categories = [Category.at(one) for one in sorted(wanted.named_categories)]
    offers = [Offer.at(hit.offer_id) for hit in found.hits]
    shops = {hit.shop_id: Shop.at(hit.shop_id) for hit in found.hits}
    named = [key for _, key in _named(found.facets)]
    # A merge must be seen before the goods are moved, as in ``dynamo_lists``; the rest may be a moment old.
    stored = read(*offers, *shops.values(), *categories, *named, consistent=bool(categories), only=_COLUMNS)
    read_shops = list(stored.all(Shop))
    accepting = {shop.entity_id for shop in read_shops if takes_orders(shop)}
    without_words = replace(wanted, words="")
    # The id may have been given to another shop's good since: the shop is that of the item, not of the hit.
    true = [offer for offer in map(stored.get, offers) if offer is not None and offer.listed]
    names: dict[Facet, dict[int, str]] = {}
    for facet, key in _named(found.facets):
        if (one := stored.get(key)) is not None:
            names.setdefault(facet, {})[one.entity_id] = one.name
    return Checked(
        [offer for offer in true if offer.shop_id in accepting and without_words.matches(offer)],
        aliases_among(categories, stored),
        names,
        {shop.entity_id: shop.name for shop in read_shops},
    )


def _named(facets: Mapping[Facet, list[Count]]) -> Iterable[tuple[Facet, Shop | Category]]:
    """Yield the most frequent shops and categories that were counted, each with its facet."""
    for facet, kind in _KINDS.items():
        for one in facets.get(facet, ())[:NAMED]:
            if isinstance(one.value, int):
                yield facet, kind.at(one.value)
