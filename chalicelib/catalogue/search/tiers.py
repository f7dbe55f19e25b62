"""Where a page of a list begins and ends, for every engine whose offers have keys: tiers of relevance, sorted by key.

A position does not refer to an index, so it is also valid in the next one, and in another engine's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from chalicelib.catalogue.search.engine import Asked, Hit, Sort
from chalicelib.catalogue.search.understanding import FAR
from chalicelib.errors import field_error

_POSITION = re.compile(rf"([0-{FAR}])([01-])\|([0-9]{{1,19}})\|([0-9]{{1,16}}(?:,[0-9]{{1,16}}){{0,99}})")


@dataclass(frozen=True, slots=True)
class Tier:
    """A part of a list, sorted by key: offers of one grade, in stock or not; both if ``stock`` is None."""

    grade: int
    stock: bool | None = None

    @property
    def place(self) -> tuple[int, bool]:
        """The sort key of tiers."""
        return self.grade, self.stock is False


EVERYTHING: Final = Tier(FAR)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a list: the tier, the key of the last offer shown, and which offers with this key have been shown."""

    tier: Tier
    key: int
    shown: tuple[int, ...]

    @property
    def text(self) -> str:
        """The position as ``start_of`` reads it."""
        stock = "-" if self.tier.stock is None else int(self.tier.stock)
        return f"{self.tier.grade}{stock}|{self.key}|{','.join(map(str, self.shown))}"


class Row(NamedTuple):
    """An offer that an index has found."""

    tier: Tier
    offer_id: int
    shop_id: int
    key: int


def start_of(asked: Asked) -> Position | None:
    """Return where a page begins, None for the first one. Raises FieldErrors for a position of another sort order."""
    if asked.after is None:
        return None
    found = _POSITION.fullmatch(asked.after)
    if found is None or int(found[3]) >= 1 << 63 or (found[2] != "-") != (asked.sort == Sort.RELEVANCE):
        raise field_error("cursor", "cursor")
    tier = Tier(int(found[1]), found[2] == "1") if found[2] != "-" else EVERYTHING
    return Position(tier, int(found[3]), tuple(map(int, found[4].split(","))))


def tiers_of(asked: Asked, grades: list[int], start: Position | None) -> list[Tier]:
    """Return the tiers from which a page may take offers, in order; ``grades`` are those found, the best first."""
    if asked.sort != Sort.RELEVANCE:
        return [EVERYTHING]
    stocks = (True,) if asked.filter.in_stock else (True, False)
    tiers = (Tier(grade, stock) for grade in grades for stock in stocks)
    return [tier for tier in tiers if start is None or tier.place >= start.tier.place]


def page_of(rows: Sequence[Row], limit: int, start: Position | None) -> tuple[list[Hit], Position | None]:
    """Return hits for the first ``limit`` of the rows after ``start``, and the position behind them; None at the end.

    ``rows`` must hold more than ``limit`` if there are more offers.
    """
    page = rows[:limit]
    hits = [Hit(row.offer_id, row.shop_id) for row in page]
    if len(rows) <= limit:
        return hits, None
    tier, _, _, key = page[-1]
    again = start.shown if start is not None and (start.tier, start.key) == (tier, key) else ()
    shown = [row.offer_id for row in page if (row.tier, row.key) == (tier, key)]
    return hits, Position(tier, key, (*again, *shown))
