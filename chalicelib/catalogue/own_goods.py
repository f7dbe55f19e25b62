"""A shop's own goods, including withdrawn ones, whether or not the shop takes orders."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.catalogue.identity import normal_name
from chalicelib.catalogue.lists import OfferList, Position, list_of, read_shard
from chalicelib.catalogue.search.dynamo_lists import position_behind
from chalicelib.catalogue.search.filters import OfferFilter, begins_words
from chalicelib.dynamo.reading import read
from chalicelib.models.catalogue import Offer, Shop

# A page that looks for rare words ends after this many offers; its position continues from there.
_MOST_READ = 2_000


def own_goods(shop_id: int, words: str, limit: int, after: str, *, withdrawn: bool) -> tuple[list[Offer], str | None]:
    """Return at most ``limit`` goods of the shop, by name within each shard, and where the next page begins, or None.

    A good matches if every word is a prefix of a word in its name, model or category, or if ``words`` are its code. A
    page may be shorter than ``limit``, even empty, and still have a next one. Costs a Query and a BatchGet for each
    ``limit`` goods examined, which may be a second old. Raises FieldErrors for a position of another list.
    """
    where = _list(shop_id, withdrawn=withdrawn)
    start = Position.parse(after, where) if after else Position()
    found: list[Offer] = []
    shards, looked_at = start.shard + 1, 0
    while start.shard < shards:
        places, more = read_shard(where, start, limit)
        stored = read(Shop.at(shop_id), *(Offer.at(place.offer_id) for place in places), consistent=False)
        shards = stored.require(Shop.at(shop_id)).shards
        for number, place in enumerate(places, 1):
            offer = stored.get(Offer.at(place.offer_id))
            # The index may lag behind, and an id may have been given to another shop's good.
            if offer is not None and (offer.shop_id, offer.listed) == (shop_id, not withdrawn) and _fits(offer, words):
                found.append(offer)
            if len(found) == limit and (more or number < len(places) or start.shard + 1 < shards):
                return found, Position(start.shard, place.list_key).text
        looked_at += len(places)
        start = position_behind(where, start, places, more)
        if looked_at >= _MOST_READ and start.shard < shards:
            return found, start.text
    return found, None


def own_offers(shop_id: int, offer_ids: Iterable[int]) -> dict[int, Offer]:
    """Return those of the offers that are the shop's, by id, as they are stored now."""
    found = read(*map(Offer.at, offer_ids)).all(Offer)
    return {offer.offer_id: offer for offer in found if offer.shop_id == shop_id}


def _list(shop_id: int, *, withdrawn: bool) -> OfferList:
    where = list_of(OfferFilter(shop_id=shop_id))
    return replace(where, low="0#", high="0$") if withdrawn else where


def _fits(offer: Offer, words: str) -> bool:
    if not words:
        return True
    code = normal_name(words)
    if code in {normal_name(offer.ext_id), normal_name(offer.model)}:
        return True
    return begins_words(words, f"{offer.name} {offer.model} {offer.category}")
