"""Everything that is kept of a shop's goods, to be compared whole."""

from typing import Any

from chalicelib.models.catalogue import Offer, shop_shard
from tests.integration.world import Person

# What an import may leave as it is though it looks elsewhere: where and when a good was written, not what it is.
_OF_THE_WRITE = {"as_of", "digest", "sold", "sold_key"}


def kept(shop: Person, *, shard: int = 0) -> dict[str, dict[str, Any]]:
    """For each good on sale, by the supplier's id, every attribute that says something of it, keys of lists too."""
    offers = Offer.by_shop.query(shop_shard(shop.shop_id, shard), Offer.list_key.startswith("1#"))
    found = [Offer.get(*Offer.key(offer.offer_id), consistent_read=True) for offer in offers]
    return {one.ext_id: _said(one) for one in found}


def content(shop: Person) -> dict[str, dict[str, Any]]:
    """The same without what belongs to the shop: what another shop would have of the same list."""
    own = {"pk", "sk", "offer_id", "shop_id", "list_key", "shop_key", "listing_key", "category_key", "price_key"}
    return {
        ext_id: {name: value for name, value in good.items() if name not in own} for ext_id, good in kept(shop).items()
    }


def _said(offer: Offer) -> dict[str, Any]:
    return {name: value for name, value in offer.attribute_values.items() if name not in _OF_THE_WRITE}
