"""The start page: what needs the visitor's attention, by role."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.answers.order_events import part_number
from chalicelib.catalogue.shops import get_shop, takes_orders
from chalicelib.console.addresses import own_address
from chalicelib.console.cookies import LANGUAGE, Cookie
from chalicelib.console.last_visit import last_visit
from chalicelib.console.screens import admin
from chalicelib.console.screens.import_views import ImportLine, import_line
from chalicelib.console.screens.orders import OrderLine, line_of
from chalicelib.console.visit import Page, Redirect, Visit
from chalicelib.ordering.basket import read_basket
from chalicelib.ordering.news import PartNews, news_since
from chalicelib.ordering.orders import PartFilter, parts_of_shop, states_of_shop
from chalicelib.ordering.search import OrderFilter, find_orders
from chalicelib.ordering.states import STATES, State, is_over, moves_on
from chalicelib.pricelists.records import imports_of
from chalicelib.pricelists.states import Status
from chalicelib.texts import LANGUAGES

# How many of the newest orders the page looks through.
_NEWEST = 20
# How many of the newest parts a supplier's page counts, and the states in which they need something done.
_PARTS = 200
_WORKED_ON = [state for state in STATES if moves_on(state, "shop")]
# How many changed parts it lists.
_NEWS = 10


@dataclass(frozen=True, slots=True)
class NewsLine:
    """A part that somebody else changed, with its number."""

    number: str
    news: PartNews


@dataclass(frozen=True, slots=True)
class BuyerStart:
    """What needs a buyer's attention: rows in the basket, orders to receive, and those under way; the newest first.

    ``news`` are the parts that were changed or refused since ``since``, a stamp.
    """

    rows: int
    since: str
    news: list[NewsLine]
    sent: list[OrderLine]
    under_way: list[OrderLine]


@dataclass(frozen=True, slots=True)
class Standing:
    """How many parts stand in a state, at least; ``more`` says that there may be more."""

    state: State
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class ShopStart:
    """What needs a supplier's attention.

    How many parts stand in each state that the shop works on; the lists that wait for a decision, and the last one
    that came in; whether the shop takes orders.
    """

    queue: list[Standing]
    waiting: list[ImportLine]
    last: ImportLine | None
    is_open: bool


def start(visit: Visit) -> Page:
    """Show what needs the visitor's attention."""
    return _BY_ROLE[visit.caller.role](visit)


def language(visit: Visit) -> Redirect:
    """Remember the language that was chosen, and return to the page where it was."""
    chosen = visit.query.get("to", "")
    cookies = (Cookie(LANGUAGE, chosen),) if chosen in LANGUAGES else ()
    return Redirect(own_address(visit.query.get("back", "")), cookies=cookies)


def _of_buyer(visit: Visit) -> Page:
    user_id = visit.caller.user_id
    _, rows = read_basket(user_id)
    found = list(find_orders(OrderFilter(buyer_id=user_id), _NEWEST, "")[0])
    ended, cookie = last_visit(visit)
    since = clock.stamp(ended)
    news = [NewsLine(part_number(one.part), one) for one in news_since(found, since, _NEWS)]
    lines = [line_of(order, parts) for order, parts in found]
    sent = [line for line in lines if "sent" in line.part_states]
    under_way = [line for line in lines if line not in sent and not is_over(line.state)]
    return Page("start/buyer", BuyerStart(len(rows), since, news, sent, under_way), cookies=(cookie,))


def _of_shop(visit: Visit) -> Page:
    shop_id = visit.caller.shop_id
    found, _ = imports_of(shop_id, _NEWEST)
    waiting = [import_line(one, visit.language) for one in found if one.status == Status.NEEDS_REVIEW]
    last = import_line(found[0], visit.language) if found else None
    is_open = takes_orders(get_shop(shop_id))
    return Page("start/shop", ShopStart(_standing(shop_id), waiting, last, is_open))


def _standing(shop_id: int) -> list[Standing]:
    """Count the parts that the shop works on among its newest ones; a new one is found further back as well."""
    counts, more = states_of_shop(shop_id, _PARTS)
    if more and not counts["new"]:
        counts["new"] = len(parts_of_shop(shop_id, PartFilter("new"), 1)[0])
    return [Standing(one, counts[one], more) for one in _WORKED_ON]


_BY_ROLE: dict[str, Callable[[Visit], Page]] = {
    "buyer": _of_buyer,
    "shop": _of_shop,
    "administrator": admin.start,
}
