"""Which categories are listed: those with a good on sale.

Many imports may write goods of a category at once, and nothing counts them. So every change is followed by a check,
which also corrects what a concurrent import may have left wrong.
"""

from collections.abc import Collection, Iterator

from chalicelib.catalogue import directory
from chalicelib.dynamo.reading import read
from chalicelib.logs import log
from chalicelib.models.catalogue import CATEGORIES, EMPTY_CATEGORIES, Category, DirectoryItem, Offer, category_shard

# How many other categories one import checks, at a Query each.
LOOKED_AT = 200


def update(filled: Collection[int], *, look_around: int | None) -> None:
    """List the ``filled`` categories, which have goods now, and check others from the place ``look_around`` on.

    ``look_around`` None means no others. At most LOOKED_AT are checked, so the place should differ from call to call. A
    check may be wrong while goods are being written: it is repeated after it has taken a category off the list, and the
    import that fills the category calls this function as well.
    """
    for category in read(*map(Category.at, filled)).all(Category):
        if category.directory_key == EMPTY_CATEGORIES:
            _move(category.entity_id, EMPTY_CATEGORIES, CATEGORIES)
    if look_around is None:
        return
    emptied = 0
    for entry in _some(look_around):
        if entry.entity_id not in filled:
            emptied += _check(entry)
    if emptied:
        log.info("empty categories are no longer listed", extra={"categories": emptied})


def _some(start: int) -> Iterator[DirectoryItem]:
    entries = [each for key in (CATEGORIES, EMPTY_CATEGORIES) for each in DirectoryItem.directory.query(key)]
    entries.sort(key=lambda entry: entry.entity_id)  # so that none moves when it is taken off the list
    first = start % len(entries) if len(entries) > LOOKED_AT else 0
    yield from (entries[first:] + entries[:first])[:LOOKED_AT]


def _check(entry: DirectoryItem) -> bool:
    """Move a category to where it belongs; return whether it turned out empty."""
    if _has_goods(entry):
        if entry.directory_key == EMPTY_CATEGORIES:
            _move(entry.entity_id, EMPTY_CATEGORIES, CATEGORIES)
        return False
    if entry.directory_key == EMPTY_CATEGORIES or not _move(entry.entity_id, CATEGORIES, EMPTY_CATEGORIES):
        return False
    if _has_goods(entry):  # they came while it was taken off the list
        _move(entry.entity_id, EMPTY_CATEGORIES, CATEGORIES)
        return False
    return True


def _has_goods(entry: DirectoryItem) -> bool:
    partitions = (category_shard(entry.entity_id, shard) for shard in range(entry.shards))
    return any(next(Offer.by_category.query(partition, limit=1), None) is not None for partition in partitions)


def _move(category_id: int, source: str, target: str) -> bool:
    key = Category.at(category_id)
    # If the condition fails, the category was merged into another, or another import was faster.
    moved = key.update_where(Category.directory_key == source, [Category.directory_key.set(target)])
    if moved:
        directory.changed(CATEGORIES)
    return moved
