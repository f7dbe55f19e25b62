"""Saved lists: goods that a buyer reorders, put into the basket with one call."""

from collections.abc import Callable, Iterable, Sequence

from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import Busy, ListChanged, NotFound, TooManyLists, field_error
from chalicelib.ids import new_id
from chalicelib.models.saved_lists import ListCount, SavedList
from chalicelib.models.selling import OffersAndShops, sold_now
from chalicelib.ordering.basket import read_basket, with_shops
from chalicelib.ordering.bulk import enter
from chalicelib.ordering.entries import Entered, Wanted
from chalicelib.ordering.list_lines import MAX_LINES, Line, joined, with_lines, without
from chalicelib.ordering.orders import order_of_buyer
from chalicelib.ordering.quantities import MAX_QUANTITY

MAX_LISTS = 50


def lists_of(user_id: int) -> list[SavedList]:
    """Return the user's lists by name, without their lines."""
    return sorted(SavedList.heads_of(user_id), key=lambda one: (one.name.casefold(), one.created_at))


def list_of(user_id: int, list_id: int) -> SavedList:
    """Return one of the user's own lists. Raises NotFound, also for another user's."""
    return SavedList.at(user_id, list_id).require()


def lines_of(saved: SavedList) -> list[Line]:
    """Return the lines of a list that was read with them."""
    return [(offer_id, quantity) for offer_id, quantity in saved.lines]


def lines_of_order(user_id: int, order_id: int) -> list[Line]:
    """Return the quantities ordered, even if less was delivered. Raises NotFound, also for another buyer's order."""
    _, parts = order_of_buyer(user_id, order_id)
    return [(row["id"], row.get("ordered", row["quantity"])) for part in parts for row in part.rows]


def lines_of_basket(user_id: int) -> list[Line]:
    """Return the rows of the basket as lines."""
    return [(row.offer_id, row.quantity) for row in read_basket(user_id)[1].values()]


def goods_of(lines: Iterable[Line]) -> OffersAndShops:
    """Return the offers of these lines and their shops as they are now; those that do not exist are left out."""
    return with_shops({offer_id for offer_id, _ in lines})


def require_offers(lines: Sequence[Line]) -> None:
    """Raise FieldErrors naming the first entry whose offer does not exist."""
    known, _ = sold_now({offer_id for offer_id, _ in lines}, ())
    for place, (offer_id, _) in enumerate(lines):
        if offer_id not in known:
            raise field_error(f"items.{place}.product_info", "unknown_offer", id=offer_id)


def create_list(user_id: int, name: str, lines: Iterable[Line]) -> SavedList:
    """Store a new list with these lines; an offer that comes twice becomes one line.

    Raises TooManyLists if the user has MAX_LISTS already, FieldErrors for more than MAX_LINES lines.
    """
    now = clock.stamp(clock.now())
    saved = SavedList.at(user_id, new_id())
    saved.name, saved.version, saved.created_at, saved.changed_at = name, 1, now, now
    saved.lines = _storable(joined(lines, MAX_QUANTITY))
    saved.line_count = len(saved.lines)
    transaction = Transaction()
    # The counter keeps two lists created at the same time from exceeding the limit.
    room = ListCount.lists.does_not_exist() | (ListCount.lists < MAX_LISTS)
    transaction.update("count", ListCount.at(user_id), [ListCount.lists.set((ListCount.lists | 0) + 1)], room)
    transaction.create("list", saved)
    try:
        transaction.commit()
    except Lost as lost:
        raise TooManyLists(limit=MAX_LISTS) from lost
    return saved


def delete_list(user_id: int, list_id: int) -> None:
    """Delete a list. Raises NotFound, also for another user's."""
    transaction = Transaction()
    transaction.delete("list", SavedList.at(user_id, list_id), SavedList.pk.exists())
    transaction.update("count", ListCount.at(user_id), [ListCount.lists.set((ListCount.lists | 1) - 1)])
    try:
        transaction.commit()
    except Lost as lost:
        raise NotFound from lost


def change_list(
    user_id: int, list_id: int, *, name: str | None = None, lines: Iterable[Line] | None = None, version: int | None
) -> SavedList:
    """Rename a list, replace its lines, or both; return it as stored now.

    Raises NotFound, ListChanged if it has another ``version`` (None: any), FieldErrors for more than MAX_LINES lines,
    Busy.
    """
    wanted = None if lines is None else joined(lines, MAX_QUANTITY)
    return _change(user_id, list_id, lambda had: had if wanted is None else wanted, version, name)


def set_lines(user_id: int, list_id: int, lines: Iterable[Line], version: int | None) -> SavedList:
    """Set the quantities of these offers in a list, new ones at its end; return it. Raises as ``change_list`` does."""
    wanted = joined(lines, MAX_QUANTITY)
    return _change(user_id, list_id, lambda had: with_lines(had, wanted), version)


def remove_lines(user_id: int, list_id: int, offer_ids: Iterable[int]) -> int:
    """Remove the lines of these offers from a list; return how many it had. Raises NotFound, Busy."""
    removed, wanted = 0, set(offer_ids)

    def remove(had: list[Line]) -> list[Line]:
        nonlocal removed
        left = without(had, wanted)
        removed = len(had) - len(left)
        return left

    _change(user_id, list_id, remove, None)
    return removed


def list_to_basket(user_id: int, list_id: int) -> tuple[list[Wanted], list[Entered]]:
    """Add as much of a list to the basket as possible; return its lines and their outcomes.

    Raises NotFound, also for another user's list, and BasketChanged.
    """
    entries = [Wanted(quantity, offer_id) for offer_id, quantity in lines_of(list_of(user_id, list_id))]
    return entries, enter(user_id, entries).entries


def _change(
    user_id: int,
    list_id: int,
    change: Callable[[list[Line]], list[Line]],
    version: int | None,
    name: str | None = None,
) -> SavedList:
    def attempt(_: frozenset[str]) -> SavedList:
        saved = list_of(user_id, list_id)
        if version not in {None, saved.version}:
            raise ListChanged(version=saved.version, detail={"version": saved.version})
        lines = _storable(change(lines_of(saved)))
        if lines == saved.lines and name in {None, saved.name}:
            return saved
        actions: list[Action] = [
            *(SavedList.name.set(saved.name if name is None else name), SavedList.lines.set(lines)),
            *(SavedList.line_count.set(len(lines)), SavedList.version.set(saved.version + 1)),
            SavedList.changed_at.set(clock.stamp(clock.now())),
        ]
        if not saved.update_where(SavedList.version == saved.version, actions):
            raise Lost
        return saved

    return retry_lost(attempt, otherwise=Busy)


def _storable(lines: Sequence[Line]) -> list[list[int]]:
    if len(lines) > MAX_LINES:
        raise field_error("items", "too_many", limit=MAX_LINES)
    return [[*line] for line in lines]
