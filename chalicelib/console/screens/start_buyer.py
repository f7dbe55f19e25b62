"""A buyer's start page: changes since the last visit, orders to receive, and orders under way."""

from dataclasses import dataclass

from chalicelib import clock
from chalicelib.answers.order_events import part_number
from chalicelib.console.last_visit import last_visit
from chalicelib.console.screens.orders import OrderLine, line_of
from chalicelib.console.visit import Page, Visit
from chalicelib.ordering.basket import read_basket
from chalicelib.ordering.news import PartNews, news_since
from chalicelib.ordering.search import OrderFilter, find_orders
from chalicelib.ordering.states import is_over

# How many of the newest orders the page looks through.
_NEWEST = 20
# How many changed parts it lists.
_NEWS = 10


@dataclass(frozen=True, slots=True)
class NewsLine:
    """A part that others have changed, with its number."""

    number: str
    news: PartNews


@dataclass(frozen=True, slots=True)
class BuyerStart:
    """What needs a buyer's attention: rows in the basket, and orders to receive or under way, newest first.

    ``rows`` is a number. ``news`` are the parts that others have changed or canceled since ``since``, a stamp.
    """

    rows: int
    since: str
    news: list[NewsLine]
    sent: list[OrderLine]
    under_way: list[OrderLine]


def start(visit: Visit) -> Page:
    """Show what needs a buyer's attention."""
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
