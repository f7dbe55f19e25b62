"""Goods that a buyer has ordered or keeps in a list, as they are sold now."""

from collections.abc import Mapping
from typing import cast

from typing_extensions import TypedDict

from chalicelib.answers.basket import RowProblem
from chalicelib.answers.common import Created, Done, Moment, Money, Named
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.models.saved_lists import SavedList
from chalicelib.money import as_number
from chalicelib.ordering.habits import Habit
from chalicelib.ordering.list_lines import Line
from chalicelib.ordering.rows import row_fault, rule_of
from chalicelib.ordering.usual import Usual
from chalicelib.texts import Language

# A thousand of them have to fit into one answer.
_NAME, _MODEL = 200, 100


class SoldNow(TypedDict):
    """An offer as it is sold now; long names are cut. ``price`` is for one ``unit``, ``stock`` what the shop has."""

    name: str
    model: str
    shop: Named
    unit: str
    min_quantity: int
    step_quantity: int
    max_quantity: int | None
    price: Money
    stock: int


class GoodNow(TypedDict):
    """A quantity of a good: how it is sold ``now``, null if there is no such offer any more.

    ``possible`` is the most that can be ordered, ``problem`` what keeps this quantity from being ordered, null if
    nothing does. What its shop has withdrawn has the problem ``gone``, what a closed shop sells ``closed``.
    """

    id: int
    quantity: int
    now: SoldNow | None
    possible: int
    problem: RowProblem | None


class UsualGood(GoodNow):
    """A good that was ordered ``times`` times; the others are its name, quantity, price and time in the last order."""

    name: str
    last_price: Money
    last_at: Moment
    times: int


class UsualGoods(TypedDict):
    """What the buyer has ordered since this moment."""

    since: Moment
    results: list[UsualGood]


class SavedListHead(TypedDict):
    """A list that the buyer keeps, with the number of its lines."""

    id: int
    name: str
    lines: int
    version: int
    created_at: Moment
    changed_at: Moment


class SavedListCard(SavedListHead):
    """A list with its goods as they are sold now."""

    items: list[GoodNow]


class SavedListCreated(Created):
    """The new list."""

    lines: int
    version: int


class SavedListChanged(SavedListHead, Done):
    """The list as it is now."""


def usual_body(usual: Usual, language: Language) -> UsualGoods:
    """Return what was ordered, with its price and stock now."""
    return {"since": usual.since, "results": [_usual(one, usual, language) for one in usual.habits]}


def _usual(habit: Habit, usual: Usual, language: Language) -> UsualGood:
    last = habit.last
    return {
        **good_now((last.offer_id, last.quantity), usual.offers, usual.shops, language),
        "name": last.name[:_NAME],
        "last_price": as_number(last.price),
        "last_at": last.placed_at,
        "times": habit.times,
    }


def good_now(line: Line, offers: Mapping[int, Offer], shops: Mapping[int, Shop], language: Language) -> GoodNow:
    """Return a quantity of an offer with how it is sold now, and what keeps it from being ordered."""
    offer_id, quantity = line
    offer = offers.get(offer_id)
    fault = row_fault(offer_id, quantity, offer, shops)
    orderable = rule_of(offer).most(offer.quantity) if offer else 0
    return {
        "id": offer_id,
        "quantity": quantity,
        "now": _sold_now(offer, shops) if offer else None,
        "possible": fault.possible if fault else orderable,
        "problem": cast("RowProblem", fault.body(language)) if fault else None,
    }


def _sold_now(offer: Offer, shops: Mapping[int, Shop]) -> SoldNow:
    shop = shops.get(offer.shop_id)
    return {
        "name": offer.name[:_NAME],
        "model": offer.model[:_MODEL],
        "shop": {"id": offer.shop_id, "name": shop.name if shop else ""},
        "unit": offer.unit,
        "min_quantity": offer.min_quantity,
        "step_quantity": offer.step_quantity,
        "max_quantity": offer.max_quantity,
        "price": as_number(offer.price),
        "stock": offer.quantity,
    }


def list_head(saved: SavedList) -> SavedListHead:
    """Return a list without its lines."""
    return {
        "id": saved.list_id,
        "name": saved.name,
        "lines": saved.line_count,
        "version": saved.version,
        "created_at": saved.created_at,
        "changed_at": saved.changed_at,
    }
