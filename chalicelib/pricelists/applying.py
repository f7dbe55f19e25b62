"""Applying a plan to the catalogue. Every write can be made twice, so a crash is mended by doing it all again."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar

from pynamodb.exceptions import PutError, UpdateError
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from chalicelib.catalogue.listing import batch_get
from chalicelib.models.base import condition_failed
from chalicelib.models.catalogue import CATEGORIES, Category, Listing, Offer, Shop, shards_for
from chalicelib.pricelists.categories import find_category
from chalicelib.pricelists.plan import normal_name, offer_id, product_id
from chalicelib.pricelists.planning import Plan
from chalicelib.pricelists.rows import Good

_CHUNK = 100
_T = TypeVar("_T")


def apply_plan(plan: Plan, shop: Shop, stamp: str, progress: Callable[[int], None]) -> None:
    """Write the plan. ``stamp`` is the import's; ``progress`` is told how many goods have been written so far."""
    if not plan.per_category and not plan.withdrawn:
        return
    shop_id = shop.entity_id
    categories = {name: _category(name, count) for name, count in plan.per_category.items()}
    shop_shards = _grow(Shop.at(shop_id), plan.total)
    listing_shards = _grow(_listing(), plan.total)
    done = 0
    for chunk in _chunks(plan.goods(), _CHUNK):
        ids = _new_ids(shop_id, [good for good, _, known in chunk if known is None])
        with Offer.batch_write() as batch:
            for good, good_digest, known in chunk:
                offer = _offer(good, shop_id, known or ids[good.ext_id], categories[good.category])
                offer.digest, offer.as_of = good_digest, stamp
                category_shards = categories[good.category].shards
                offer.place(shop_shards=shop_shards, category_shards=category_shards, listing_shards=listing_shards)
                batch.save(offer)
        done += len(chunk)
        progress(done)
    for gone in plan.withdrawn:
        _withdraw(gone, stamp)
        done += 1
        if done % _CHUNK == 0:
            progress(done)


def _chunks(source: Iterable[_T], size: int) -> Iterator[list[_T]]:
    iterator = iter(source)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _offer(good: Good, shop_id: int, identity: int, category: Category) -> Offer:
    offer = Offer.at(identity)
    offer.offer_id, offer.shop_id, offer.ext_id = identity, shop_id, good.ext_id
    offer.name, offer.model, offer.quantity = good.name, good.model, good.quantity
    offer.price, offer.price_rrc = good.price, good.price_rrc
    offer.category_id, offer.category = category.entity_id, category.name
    # By the category's first name: a new one must not part a product's old offers from its new ones.
    offer.product_id = product_id(category.origin or category.name, good.name, good.model, gtin=good.gtin)
    offer.unit, offer.gtin, offer.vat_rate = good.unit, good.gtin, good.vat_rate
    offer.min_quantity, offer.step_quantity = good.min_quantity, good.step_quantity
    offer.max_quantity = good.max_quantity
    offer.description, offer.images = good.description, list(good.images)
    offer.parameters = [list(pair) for pair in good.parameters]
    offer.listed, offer.sold = True, False
    return offer


def _new_ids(shop_id: int, goods: list[Good]) -> dict[str, int]:
    """An id for each new good, derived from shop and supplier's id; one that another good has is stepped over."""
    ids: dict[str, int] = {}
    attempt, left = 0, [good.ext_id for good in goods]
    while left:
        candidates = {ext_id: offer_id(shop_id, ext_id, attempt) for ext_id in left}
        keys = [Offer.key(identity) for identity in set(candidates.values())]
        owners = {
            int(raw["offer_id"]["N"]): (int(raw["shop_id"]["N"]), raw["ext_id"]["S"])
            for raw in batch_get(Offer.Meta.table_name, keys)
        }
        for ext_id, identity in candidates.items():
            # The item may be our own good already: an earlier attempt at this import died after writing it.
            if owners.setdefault(identity, (shop_id, ext_id)) == (shop_id, ext_id):
                ids[ext_id] = identity
        left = [ext_id for ext_id in left if ext_id not in ids]
        attempt += 1
    return ids


def _category(name: str, offers: int) -> Category:
    """The category of this name, made where there is none, with room for as many more offers."""
    while True:
        stored, identity = find_category(name)
        if stored is not None:
            stored.shards = _grow(stored, offers)
            return stored
        category = Category.at(identity)
        category.entity_id, category.name, category.shards = identity, name, shards_for(offers)
        category.directory_key, category.directory_sort = CATEGORIES, normal_name(name)
        try:
            category.save(condition=Category.pk.does_not_exist())
        except PutError as failure:
            if not condition_failed(failure):
                raise
            continue  # another import made it just now, or another category got this name: look again
        return category


def _listing() -> Listing:
    listing = Listing.at()
    try:
        listing.save(condition=Listing.pk.does_not_exist())
    except PutError as failure:
        if not condition_failed(failure):
            raise
    return listing


def _grow(item: Model, offers: int) -> int:
    """Raise the item's number of shards to what this many offers need; it never shrinks. Returns what it is then."""
    wanted = shards_for(offers)
    shards = type(item).shards  # type: ignore[attr-defined]
    try:
        item.update(actions=[shards.set(wanted)], condition=shards.does_not_exist() | (shards < wanted))
    except UpdateError as failure:
        if not condition_failed(failure):
            raise
        item.refresh(consistent_read=True)
    grown: int = item.shards  # type: ignore[attr-defined]
    return grown


def _withdraw(identity: int, stamp: str) -> None:
    """Keep the good but take it off every list, unless a newer import has spoken of it."""
    offer = Offer.at(identity)
    actions: list[Action] = [
        Offer.listed.set(False),
        Offer.as_of.set(stamp),
        Offer.list_key.set(f"0#{identity}"),
        Offer.category_key.remove(),
        Offer.listing_key.remove(),
        Offer.product_key.remove(),
    ]
    try:
        offer.update(actions=actions, condition=Offer.pk.exists() & (Offer.as_of <= stamp))
    except UpdateError as failure:
        if not condition_failed(failure):
            raise
