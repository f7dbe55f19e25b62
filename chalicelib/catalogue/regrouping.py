"""Moves the goods of a merged category into the lists of its target, in steps that can safely be repeated."""

import time
from collections.abc import Iterator
from itertools import islice

from pynamodb.expressions.update import Action

from chalicelib import clock, jobs
from chalicelib.catalogue import empty_categories
from chalicelib.catalogue.categories import behind, stored_category
from chalicelib.catalogue.identity import product_id
from chalicelib.catalogue.search import levels
from chalicelib.catalogue.search.notifying import shops_changed
from chalicelib.dynamo.conditions import equals_or_absent
from chalicelib.dynamo.reading import BATCH_GET, read
from chalicelib.logs import log
from chalicelib.models.catalogue import Category, Offer, category_shard, product_partition
from chalicelib.models.jobs import CategoryMove

# No attempt at an import takes longer, so after this none still uses what it read before the merge.
SETTLE_SECONDS = 1_000
# How much of its time an attempt uses before it leaves the rest to the next one.
_USED = 0.9


def queue_move(category_id: int) -> None:
    """Ask the import job to move the goods of this category; ``move_goods`` does it. Never raises."""
    with jobs.sent_after_write():
        jobs.enqueue(CategoryMove.at(category_id))


def find_move(category_id: int) -> CategoryMove | None:
    """Return the move out of this category, or None if it was never merged."""
    return CategoryMove.at(category_id).find()


def move_goods(category_id: int, seconds: float) -> None:
    """Move the offers that a merged category still lists, for at most ``seconds``; the rest is queued again.

    Idempotent, also if several workers run it at once. Imports under way may still add offers; a last look moves these
    after SETTLE_SECONDS, for which the sweeper queues the job. The last shard is emptied first: readers continue with
    the target when the first one is empty. Before an attempt ends, it marks for the index every shop whose goods any
    attempt has moved.
    """
    move, deadline = find_move(category_id), time.monotonic() + seconds * _USED
    if move is None or move.due_key is None:
        return
    _look_again(move, clock.stamp(clock.after(seconds + 10)))
    source = stored_category(category_id)
    moved, touched = 0, set(map(int, move.shops or ()))
    for shard in reversed(range(source.shards if source else 0)):
        for offers in _listed(category_id, shard):
            _remember(move, {offer.shop_id for offer in offers}, touched)
            target = _target(source)  # it may have been renamed, grown, or merged in turn
            for offer in offers:
                moved += target is not None and _move(offer, category_id, target)
                if time.monotonic() > deadline:
                    log.info("category is being moved", extra={"category_id": category_id, "moved": moved})
                    _mark(touched)
                    queue_move(category_id)
                    return
    log.info("category was moved", extra={"category_id": category_id, "moved": moved})
    if moved and (target := _target(source)) is not None:
        empty_categories.update({target.entity_id}, look_around=None)
    _mark(touched)
    _close(move)


def _listed(category_id: int, shard: int) -> Iterator[list[Offer]]:
    """Yield the offers of a shard in batches, read by key: the index lacks the GTIN that may identify a product."""
    listed = Offer.by_category.query(category_shard(category_id, shard))
    while keys := list(islice(listed, BATCH_GET)):
        yield list(read(*keys).all(Offer))


def _target(source: Category | None) -> Category | None:
    return behind(source) if source is not None else None


def _move(offer: Offer, source_id: int, target: Category) -> bool:
    # By the target's first name, as in imports: so the offers of one product from both categories come together.
    product = product_id(target.origin or target.name, offer.name, offer.model, gtin=offer.gtin)
    actions: list[Action] = [
        Offer.category_id.set(target.entity_id),
        Offer.category.set(target.name),
        Offer.category_key.set(category_shard(target.entity_id, offer.offer_id % target.shards)),
        Offer.product_id.set(product),
        Offer.product_key.set(product_partition(product)),
    ]
    same = (Offer.name == offer.name) & (Offer.model == offer.model)
    same &= (Offer.gtin == offer.gtin) if offer.gtin else equals_or_absent(Offer.gtin, "")
    listed = (Offer.category_id == source_id) & Offer.category_key.exists()
    # If the condition fails, an import has written the offer, or taken it off sale, in between.
    return Offer.at(offer.offer_id).update_where(listed & same, actions)


def _remember(move: CategoryMove, shops: set[int], known: set[int]) -> None:
    """Record the shops in the move before their goods are moved: the next attempt must mark them too."""
    if new := shops - known:
        _update(move, [CategoryMove.shops.add(new)])
        known |= new


def _mark(shops: set[int]) -> None:
    for shop_id in shops:
        levels.mark(shop_id)
    shops_changed(shops)


def _look_again(move: CategoryMove, due_at: str) -> None:
    _update(move, [CategoryMove.due_at.set(due_at)])


def _close(move: CategoryMove) -> None:
    """Close the move if this was the last look; otherwise schedule that for when the imports under way have ended."""
    moved = CategoryMove.status.set("moved")
    if clock.stamp(clock.now()) >= move.settled_at:
        _update(move, [moved, *jobs.closing(CategoryMove)])
    else:
        _update(move, [moved, CategoryMove.due_at.set(move.settled_at)])


def _update(move: CategoryMove, actions: list[Action]) -> None:
    # If the condition fails, another attempt has made the last look in the meantime.
    CategoryMove.at(move.category_id).update_where(CategoryMove.due_key.exists(), actions)
