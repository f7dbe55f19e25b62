"""What the screens of administrators share, and their start page."""

from dataclasses import dataclass

from chalicelib import clock
from chalicelib.administration.acts import Admin
from chalicelib.administration.lists import ImportFilter, find_imports, shop_names
from chalicelib.administration.mails import find_mails
from chalicelib.console.screens.import_views import ImportLine, import_line
from chalicelib.console.screens.orders import OrderLine, line_of
from chalicelib.console.visit import Page, Visit
from chalicelib.models.mails import Mail
from chalicelib.ordering.search import OrderFilter, find_orders
from chalicelib.pricelists.states import Status

PAGE = 25
_DAY = 86_400
# Of each kind of what waits.
_FIRST = 10


@dataclass(frozen=True, slots=True)
class AdminStart:
    """What waits for an administrator: lists to review, mails that failed, orders that nobody confirmed for a day.

    The newest of each come first; the ``more_`` fields say that there are more of them. ``reviews`` come with the names
    of their shops.
    """

    reviews: list[tuple[ImportLine, str]]
    more_reviews: bool
    mails: list[Mail]
    more_mails: bool
    late: list[OrderLine]
    more_late: bool


def start(visit: Visit) -> Page:
    """Show what waits for an administrator."""
    reviews, later_reviews = find_imports(ImportFilter(Status.NEEDS_REVIEW), _FIRST, "")
    names = shop_names(one.shop_id for one in reviews)
    mails, later_mails = find_mails("failed", _FIRST, "")
    late = OrderFilter(state="new", until=clock.stamp(clock.after(-_DAY)))
    found, later_orders = find_orders(late, _FIRST, "")
    view = AdminStart(
        reviews=[(import_line(one, visit.language), names.get(one.shop_id, "")) for one in reviews],
        more_reviews=bool(later_reviews),
        mails=mails,
        more_mails=bool(later_mails),
        late=[line_of(order, parts) for order, parts in found],
        more_late=bool(later_orders),
    )
    return Page("start/administrator", view)


def admin_of(visit: Visit) -> Admin:
    """Return who acts, as the use cases of administration want to know it."""
    return Admin(visit.caller.user_id, visit.request_id)
