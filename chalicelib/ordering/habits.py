"""What a buyer usually orders, counted from the rows of orders. Pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

Order = Literal["recent", "frequent"]


class Bought(NamedTuple):
    """A row of an order: offer, shop, name, quantity ordered, price in kopecks, and when it was placed (a stamp)."""

    offer_id: int
    shop_id: int
    name: str
    quantity: int
    price: int
    placed_at: str


@dataclass(frozen=True, slots=True)
class Habit:
    """An offer that was ordered ``times`` times; ``last`` is the latest row."""

    last: Bought
    times: int


def habits_in(rows: Iterable[Bought]) -> list[Habit]:
    """Return a habit for each offer, latest first; ``rows`` must be sorted by time, newest first."""
    found: dict[int, Habit] = {}
    for row in rows:
        known = found.get(row.offer_id)
        found[row.offer_id] = replace(known, times=known.times + 1) if known else Habit(row, 1)
    return list(found.values())


def first(habits: Iterable[Habit], order: Order, limit: int) -> list[Habit]:
    """Return the ``limit`` latest or most frequent habits, in that order; equally frequent ones latest first."""
    latest = sorted(habits, key=lambda one: one.last.placed_at, reverse=True)
    return (latest if order == "recent" else sorted(latest, key=lambda one: -one.times))[:limit]
