"""Which categories are listed: those with a good on sale.

The goods of a category are written by many imports at once, and nothing counts them. So after each
change its author checks, and corrects what another may have left wrong.
"""

from collections.abc import Collection, Iterator

from chalicelib.catalogue import directory
from chalicelib.dynamo.reading import read
from chalicelib.logs import log
from chalicelib.models.catalogue import CATEGORIES, EMPTY_CATEGORIES, Category, DirectoryItem, Offer, category_shard

# How many categories one import looks at beside its own: a query for each.
LOOKED_AT = 200


def update(filled: Collection[int], *, look_around: int | None) -> None:
    """List these categories, which have goods now; check others if ``look_around`` says where to begin.

    Of a long list LOOKED_AT categories are checked; where to begin should differ from call to call, so that all get
    their turn. A check may be wrong while goods are being written. It is made once more after it took a category off
    the list, and the import that fills the category calls this, too.
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
    # Where it does not hold, the category was merged into another, or somebody else was faster.
    moved = key.update_where(Category.directory_key == source, [Category.directory_key.set(target)])
    if moved:
        directory.changed(CATEGORIES)
    return moved
