"""What a buyer usually orders, to order it again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from chalicelib.console.lists import queried
from chalicelib.console.screens.adding import Adding, as_typed
from chalicelib.console.screens.wanted import Good, GoodRow, names_of, put_into_basket, rows_for
from chalicelib.console.visit import Page, Redirect, Visit
from chalicelib.ordering.habits import Order
from chalicelib.ordering.usual import MOST_GOODS, usual_goods
from chalicelib.requests.saved_lists import UsualQuery

_LIST = "lists/usual"
_SHOWN = "50"


@dataclass(frozen=True, slots=True)
class Tab:
    """A sort order of the list, and the query that shows it."""

    sort: Order
    query: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class UsualView:
    """The goods, the stamp since which they were ordered, and the queries of the page's links.

    ``query`` is that of this page, for the form to return to it; ``fill`` also fills in the last quantities; ``more``
    shows the longest list, and is "" if this one is complete.
    """

    rows: list[GoodRow]
    adding: Adding
    since: str
    tabs: Sequence[Tab]
    query: str
    fill: str
    more: str


def usual(visit: Visit) -> Page:
    """Show what was ordered in the last 90 days, with the last quantity and price, and the present price."""
    return _page(visit, as_typed(visit))


def to_basket(visit: Visit) -> Page | Redirect:
    """Put the quantities that were typed into the basket."""
    kept = {name: value for name, value in visit.query.items() if name not in {"fill", "added"}}
    done = put_into_basket(visit, f"{_LIST}{_address(kept)}")
    return done if isinstance(done, Redirect) else _page(visit, done)


def _page(visit: Visit, adding: Adding) -> Page:
    asked = {name: visit.query[name] for name in ("sort", "limit") if visit.query.get(name)}
    query, _ = queried(replace(visit, query={"limit": _SHOWN, **asked}), UsualQuery, ())
    found = usual_goods(visit.caller.user_id, query.sort, query.limit)
    last = [one.last for one in found.habits]
    goods = [Good(one.offer_id, one.quantity, one.name, one.price, one.placed_at) for one in last]
    filled = "fill" in visit.query and visit.method == "GET"
    rows = rows_for(visit, goods, (found.offers, found.shops), adding, filled=filled)
    sorts: tuple[Order, ...] = ("recent", "frequent")
    view = UsualView(
        *(rows, adding, found.since, [Tab(one, _address(asked | {"sort": one}), one == query.sort) for one in sorts]),
        *(_address(asked), _address(asked | {"fill": "last"})),
        _address(asked | {"limit": str(MOST_GOODS)}) if len(rows) == query.limit < MOST_GOODS else "",
    )
    return Page("lists/usual", view, rows=names_of(rows))


def _address(query: dict[str, str]) -> str:
    return f"?{urlencode(query)}" if query else ""
