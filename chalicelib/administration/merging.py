"""Merging a category into another: its name leads there from now on (docs/decisions/0010-category-merge.md)."""

from dataclasses import dataclass

from chalicelib import clock
from chalicelib.administration.acts import Admin
from chalicelib.catalogue.categories import behind, stored_category
from chalicelib.catalogue.regrouping import SETTLE_SECONDS, find_move, queue_move
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import Busy, CategoryMerged, NotFound, field_error
from chalicelib.models.catalogue import Category
from chalicelib.models.jobs import DUE_MOVE, CategoryMove

_TRIES = 3
# The sweeper looks after a move that nobody has begun by then.
_FIRST_LOOK = 120


@dataclass(frozen=True, slots=True)
class Merged:
    """The category that holds the goods of both, and whether all of them are in its list."""

    category: Category
    complete: bool


def merge_category(category_id: int, into: int, by: Admin) -> Merged:
    """Make a category a further name of another; a job moves its goods. Asking again tells how far that is.

    Raises NotFound, FieldErrors for a target that is itself or unknown, CategoryMerged where either is no category but
    leads to another, Busy.
    """
    if category_id == into:
        raise field_error("into", "same_category")
    for _ in range(_TRIES):
        source, target = stored_category(category_id), stored_category(into)
        if source is None:
            raise NotFound
        if target is None:
            raise field_error("into", "unknown_category", id=into)
        if source.alias_of == into and find_move(category_id) is not None:
            return _told(target, category_id)
        _require(source)
        _require(target)
        try:
            _merge(source, target)
        except Lost:
            continue  # one of the two was merged, renamed or grew just now
        by.did("merge_category", category_id, into=into)
        queue_move(category_id)
        return _told(target, category_id)
    raise Busy


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
    # Of two that are merged into each other at once one loses here, so that no circle comes to be.
    shards = Category.shards.set(max(source.shards, target.shards))
    transaction.update("target", Category.at(target.entity_id), [shards], real & (Category.shards == target.shards))
    move = CategoryMove.at(source.entity_id)
    move.category_id, move.status = source.entity_id, "moving"
    move.settled_at = clock.stamp(clock.after(SETTLE_SECONDS))
    move.due_key, move.due_at = DUE_MOVE, clock.stamp(clock.after(_FIRST_LOOK))
    transaction.create("move", move)
    transaction.commit()


def _told(target: Category, source_id: int) -> Merged:
    move = find_move(source_id)
    return Merged(behind(target) or target, move is not None and move.status == "moved")
