"""A supplier's start page: parts to work on, price lists that wait for a decision, and the latest price list."""

from dataclasses import dataclass

from chalicelib.catalogue.shops import get_shop, takes_orders
from chalicelib.console.screens.import_views import ImportLine, import_line
from chalicelib.console.visit import Page, Visit
from chalicelib.ordering.orders import PartFilter, parts_of_shop, states_of_shop
from chalicelib.ordering.states import STATES, State, moves_on
from chalicelib.pricelists.records import imports_of
from chalicelib.pricelists.states import Status

# How many of the newest price lists the page looks through.
_NEWEST = 20
# How many of the newest parts it counts, and the states in which the shop has something to do.
_PARTS = 200
_WORKED_ON = [state for state in STATES if moves_on(state, "shop")]


@dataclass(frozen=True, slots=True)
class Standing:
    """The number of parts in a state; ``more`` means that there may be more."""

    state: State
    count: int
    more: bool


@dataclass(frozen=True, slots=True)
class ShopStart:
    """What needs a supplier's attention.

    The number of parts in each state that the shop works on, the price lists that wait for a decision, the latest
    price list, and whether the shop takes orders.
    """

    queue: list[Standing]
    waiting: list[ImportLine]
    last: ImportLine | None
    is_open: bool


def start(visit: Visit) -> Page:
    """Show what needs a supplier's attention."""
    shop_id = visit.caller.shop_id
    found, _ = imports_of(shop_id, _NEWEST)
    waiting = [import_line(one, visit.language) for one in found if one.status == Status.NEEDS_REVIEW]
    last = import_line(found[0], visit.language) if found else None
    is_open = takes_orders(get_shop(shop_id))
    return Page("start/shop", ShopStart(_standing(shop_id), waiting, last, is_open))


def _standing(shop_id: int) -> list[Standing]:
    """Count the parts that the shop works on among its newest ones; new parts are also found further back."""
    counts, more = states_of_shop(shop_id, _PARTS)
    if more and not counts["new"]:
        counts["new"] = len(parts_of_shop(shop_id, PartFilter("new"), 1)[0])
    return [Standing(one, counts[one], more) for one in _WORKED_ON]
