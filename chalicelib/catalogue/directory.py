"""Numbered pages of the shops that take orders and of the categories, by name.

Clients ask for a page by number, but an index cannot be entered at its n-th entry. So a separate item records how many
entries there are and where every hundredth begins; a page reads that item and little more than its own entries. Every
change of the directory calls ``changed``, which empties the item. While the index may still lag behind, a page reads
the whole directory; the first page after that fills the item (docs/decisions/0046-pages-of-the-directory.md).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.dynamo.conditions import is_still
from chalicelib.models.catalogue import CATEGORIES, SHOPS, DirectoryItem, DirectoryPages
from chalicelib.settings import settings

# Entries between two marks, and so the most that a page reads in vain; more if there would be too many marks.
_STEP = 100
_MOST_MARKS = 100
# Seconds after which a directory is counted again, in case a writer died before reporting its change.
_MAX_AGE = 600

Mark = tuple[int, str]


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """Some entries of a directory, and how many it has altogether."""

    entries: list[DirectoryItem]
    count: int


def read_page(key: str, start: int, size: int) -> DirectoryPage:
    """Return at most ``size`` entries of a directory, by name, from the 0-based place ``start`` on.

    ``key`` is SHOPS or CATEGORIES. Costs a GetItem and a Query that reads the page and at most 100 entries, or a
    hundredth of the directory, before it. After a change it reads the whole directory, and also writes once the change
    is ``settle_seconds`` old. Raises ValueError for another ``key``.
    """
    if key not in {SHOPS, CATEGORIES}:
        raise ValueError(key)
    known = DirectoryPages.at(key).find()
    if known is not None and known.entries is not None and (known.counted_at or "") > _ago(_MAX_AGE):
        return DirectoryPage(_from_mark(key, known, start, size), known.entries)
    found = list(DirectoryItem.directory.query(key))
    _remember(key, known, found)
    return DirectoryPage(found[start : start + size], len(found))


def changed(key: str) -> None:
    """Record that entries were added, removed or moved; call it after that write. Costs one write."""
    pages = DirectoryPages.at(key)
    stamp = clock.stamp(clock.now())
    forgotten = [DirectoryPages.entries.remove(), DirectoryPages.marks.remove(), DirectoryPages.counted_at.remove()]
    pages.update(actions=[DirectoryPages.changed_at.set(stamp), *forgotten])


def _from_mark(key: str, known: DirectoryPages, start: int, size: int) -> list[DirectoryItem]:
    if start >= (known.entries or 0):
        return []
    place, mark = max(((place, mark) for place, mark in known.marks or () if place <= start), default=(0, ""))
    later = DirectoryItem.directory_sort >= mark if mark else None
    return list(DirectoryItem.directory.query(key, later, limit=start - place + size))[start - place :]


def _remember(key: str, known: DirectoryPages | None, found: Sequence[DirectoryItem]) -> None:
    """Store where the pages begin, unless the directory has changed since ``known`` was read, or just before."""
    last_change = known.changed_at if known is not None else None
    if last_change is not None and last_change > _ago(settings().settle_seconds):
        return
    actions = [
        DirectoryPages.entries.set(len(found)),
        DirectoryPages.marks.set([list(mark) for mark in marks_of([entry.directory_sort for entry in found])]),
        DirectoryPages.counted_at.set(clock.stamp(clock.now())),
    ]
    DirectoryPages.at(key).update_where(is_still(DirectoryPages.changed_at, last_change), actions)


def marks_of(names: Sequence[str]) -> Iterator[Mark]:
    """Yield marks of sorted names: a place, and the shortest text after every earlier name but not after this one."""
    step = max(_STEP, -(-len(names) // _MOST_MARKS))
    for place in range(step, len(names), step):
        before, name = names[place - 1], names[place]
        # No text sorts between equal names, so the list cannot be entered there.
        if before < name:
            yield place, next(name[:n] for n in range(1, len(name) + 1) if before < name[:n])


def _ago(seconds: float) -> str:
    return clock.stamp(clock.after(-seconds))
