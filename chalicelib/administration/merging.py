"""Merging a category into another, to which its name leads from then on (docs/decisions/0010-category-merge.md)."""

from dataclasses import dataclass

from chalicelib import clock, jobs
from chalicelib.administration.acts import Admin
from chalicelib.catalogue import directory
from chalicelib.catalogue.categories import behind, stored_category
from chalicelib.catalogue.regrouping import SETTLE_SECONDS, find_move, queue_move
from chalicelib.dynamo.reading import first_of, read
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Transaction
from chalicelib.errors import Busy, CategoryMerged, NotFound, field_error
from chalicelib.models.catalogue import CATEGORIES, Category, Offer, category_shard
from chalicelib.models.jobs import CategoryMove

# How many goods a preview counts, and how many of them it names.
COUNTED, EXAMPLES = 2_000, 5


@dataclass(frozen=True, slots=True)
class Merged:
    """The category that holds the goods of both, and whether all of them are in its list."""

    category: Category
    complete: bool


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge would move: ``goods`` on sale of ``shops`` shops (``more`` if not all are counted), examples."""

    target: Category
    goods: int
    shops: int
    more: bool
    examples: list[Offer]


def preview_merge(category_id: int, into: int) -> MergePreview:
    """Return what ``merge_category`` would move now; counts at most COUNTED goods. Raises as that does."""
    source, target = _both(category_id, into)
    _require(source)
    _require(target)
    shards = (category_shard(category_id, shard) for shard in range(source.shards))
    counted, more = first_of((offer for shard in shards for offer in Offer.by_category.query(shard)), COUNTED)
    shops = {offer.shop_id for offer in counted}
    return MergePreview(target, len(counted), len(shops), more, list(read(*counted[:EXAMPLES]).all(Offer)))


def _both(category_id: int, into: int) -> tuple[Category, Category]:
    if category_id == into:
        raise field_error("into", "same_category")
    source, target = stored_category(category_id), stored_category(into)
    if source is None:
        raise NotFound
    if target is None:
        raise field_error("into", "unknown_category", id=into)
    return source, target


def merge_category(category_id: int, into: int, by: Admin) -> Merged:
    """Make a category an alias of another; a job moves its goods. Repeating the call reports how far that is.

    Raises NotFound, FieldErrors for a target that is the category itself or unknown, CategoryMerged if either is an
    alias already, Busy.
    """

    def attempt(_: frozenset[str]) -> Merged:
        source, target = _both(category_id, into)
        if source.alias_of != into or find_move(category_id) is None:
            _require(source)
            _require(target)
            _merge(source, target)
            by.did("merge_category", category_id, into=into)
            queue_move(category_id)
        return _result(target, category_id)

    # An attempt loses if one of the two has just been merged or renamed, or has grown.
    return retry_lost(attempt, otherwise=Busy)


def _require(category: Category) -> None:
    if category.alias_of is not None:
        found = behind(category)
        raise CategoryMerged(detail={"id": found.entity_id if found else None})


def _merge(source: Category, target: Category) -> None:
    real = Category.alias_of.does_not_exist()
    transaction = Transaction()
    transaction.update(
        "source",
        Category.at(source.entity_id),
        [
            Category.alias_of.set(target.entity_id),
            Category.origin.set(source.origin or source.name),
            Category.directory_key.remove(),
        ],
        real & (Category.name == source.name),
    )
    # If two are merged into each other at once, one of them loses here, so that there is never a cycle.
    shards = Category.shards.set(max(source.shards, target.shards))
    transaction.update("target", Category.at(target.entity_id), [shards], real & (Category.shards == target.shards))
    move = CategoryMove.at(source.entity_id)
    move.category_id, move.status = source.entity_id, "moving"
    move.settled_at = clock.stamp(clock.after(SETTLE_SECONDS))
    jobs.schedule(move, move.FIRST_LOOK)
    transaction.create("move", move)
    transaction.commit()
    directory.changed(CATEGORIES)


def _result(target: Category, source_id: int) -> Merged:
    move = find_move(source_id)
    return Merged(behind(target) or target, move is not None and move.status == "moved")
