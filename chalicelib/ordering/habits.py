"""What a buyer usually orders, counted from the rows of orders. Pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

Order = Literal["recent", "frequent"]


class Bought(NamedTuple):
    """A row of an order: the offer, its shop, what was ordered of it at which price in kopecks, and when (a stamp)."""

    offer_id: int
    shop_id: int
    name: str
    quantity: int
    price: int
    placed_at: str


@dataclass(frozen=True, slots=True)
class Habit:
    """An offer that was ordered ``times`` times; ``last`` is the latest of them."""

    last: Bought
    times: int


def habits_in(rows: Iterable[Bought]) -> list[Habit]:
    """Return what was bought, each offer once, the latest first; ``rows`` come in the order of time, newest first."""
    found: dict[int, Habit] = {}
    for row in rows:
        known = found.get(row.offer_id)
        found[row.offer_id] = replace(known, times=known.times + 1) if known else Habit(row, 1)
    return list(found.values())


def first(habits: Iterable[Habit], order: Order, limit: int) -> list[Habit]:
    """Return the first ``limit`` of them, the latest or the most frequent first; of equal ones the latest."""
    latest = sorted(habits, key=lambda one: one.last.placed_at, reverse=True)
    return (latest if order == "recent" else sorted(latest, key=lambda one: -one.times))[:limit]
