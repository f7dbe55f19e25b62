"""A buyer's saved lists: created from the basket or an order, edited, and put into the basket."""

from dataclasses import dataclass

from chalicelib.console.screens.adding import Adding, as_typed
from chalicelib.console.screens.wanted import QUANTITY, Good, GoodRow, names_of, put_into_basket, rows_for
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.errors import FieldErrors
from chalicelib.errors.base import Fault
from chalicelib.models.saved_lists import SavedList
from chalicelib.ordering import saved_lists
from chalicelib.ordering.list_lines import Line
from chalicelib.path_ids import path_id
from chalicelib.requests.base import parse
from chalicelib.requests.orders import ChangedItem
from chalicelib.requests.saved_lists import ListChange, NewList


@dataclass(frozen=True, slots=True)
class ListsView:
    """The buyer's lists by name; ``may_add`` means that another one can be created."""

    lists: list[SavedList]
    may_add: bool


@dataclass(frozen=True, slots=True)
class ListView:
    """One list with its goods, and the typed quantities that were refused."""

    saved: SavedList
    rows: list[GoodRow]
    adding: Adding

    @property
    def total(self) -> int:
        """The present price of the list in kopecks, without goods that are gone."""
        return sum((row.price or 0) * row.good.usual for row in self.rows)


def lists(visit: Visit) -> Page:
    """Show the buyer's lists."""
    found = saved_lists.lists_of(visit.caller.user_id)
    return Page("lists/lists", ListsView(found, len(found) < saved_lists.MAX_LISTS))


def create(visit: Visit) -> Redirect:
    """Create a list from an order or the basket, or an empty one."""
    user_id, form = visit.caller.user_id, visit.read(NewList)
    of_order = saved_lists.lines_of_order(user_id, form.order) if form.order is not None else []
    of_basket = saved_lists.lines_of_basket(user_id) if form.basket else []
    made = saved_lists.create_list(user_id, form.name, [*of_order, *of_basket])
    return Redirect(f"lists/{made.list_id}", Notice("list.created", {"count": made.line_count}))


def one(visit: Visit, list_id: str) -> Page:
    """Show one list, with its goods as they are sold now."""
    return _page(visit, _own(visit, list_id), as_typed(visit), filled="added" not in visit.query)


def save(visit: Visit, list_id: str) -> Redirect:
    """Store the typed name and quantities; remove rows with the quantity 0, and the row whose button was pressed."""
    saved = _own(visit, list_id)
    lines = _typed(visit, saved)
    form = visit.read(ListChange)
    saved_lists.change_list(visit.caller.user_id, saved.list_id, name=form.name, lines=lines, version=form.version)
    return Redirect(f"lists/{saved.list_id}", Notice("list.saved"))


def delete(visit: Visit, list_id: str) -> Redirect:
    """Delete a list."""
    saved = _own(visit, list_id)
    saved_lists.delete_list(visit.caller.user_id, saved.list_id)
    return Redirect("lists", Notice("list.deleted", {"name": saved.name}))


def to_basket(visit: Visit, list_id: str) -> Page | Redirect:
    """Put the quantities that were typed into the basket."""
    saved = _own(visit, list_id)
    done = put_into_basket(visit, f"lists/{saved.list_id}")
    return done if isinstance(done, Redirect) else _page(visit, saved, done, filled=False)


def _page(visit: Visit, saved: SavedList, adding: Adding, *, filled: bool) -> Page:
    lines = saved_lists.lines_of(saved)
    goods = [Good(offer_id, quantity) for offer_id, quantity in lines]
    rows = rows_for(visit, goods, saved_lists.goods_of(lines), adding, filled=filled)
    return Page("lists/list", ListView(saved, rows, adding), rows=names_of(rows))


def _typed(visit: Visit, saved: SavedList) -> list[Line]:
    """Return the lines with the typed quantities; a blank field leaves its line unchanged. Raises FieldErrors."""
    lines: list[Line] = []
    faults: dict[str, list[Fault]] = {}
    for offer_id, quantity in saved_lists.lines_of(saved):
        typed = visit.form.get(f"{QUANTITY}{offer_id}", "").strip()
        if typed == "0" or visit.form.get("remove") == str(offer_id):
            continue
        try:
            wanted = parse(ChangedItem, {"id": offer_id, "quantity": typed or quantity}).quantity
        except FieldErrors as wrong:
            faults[f"{QUANTITY}{offer_id}"] = [fault for found in wrong.faults.values() for fault in found]
            continue
        lines.append((offer_id, wanted))
    if faults:
        raise FieldErrors(faults)
    return lines


def _own(visit: Visit, list_id: str) -> SavedList:
    return saved_lists.list_of(visit.caller.user_id, path_id(list_id))
