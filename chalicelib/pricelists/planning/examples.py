"""Examples of what a plan changes, for whoever decides on it. Pure."""

import heapq
from dataclasses import dataclass, field

from chalicelib.goods import Good

# Of each kind.
KEPT = 10


@dataclass(slots=True)
class Examples:
    """The prices that move most, the first new names, and the first goods that go off sale, by offer id."""

    _moved: list[tuple[int, str, str, int, int]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)

    def price(self, good: Good, was: int) -> None:
        """Take a good on sale whose price moves; ``was`` is its price now, both in kopecks."""
        entry = (abs(good.price - was) * 100 // was, good.ext_id, good.name, was, good.price)
        if len(self._moved) < KEPT:
            heapq.heappush(self._moved, entry)
        else:
            heapq.heappushpop(self._moved, entry)

    def name(self, good: Good, offer_id: int) -> None:
        """Take a good on sale that gets another name."""
        if len(self.names) < KEPT:
            self.names[offer_id] = good.name

    def withdrawn(self, offer_id: int) -> None:
        """Take an offer that goes off sale."""
        if len(self.gone) < KEPT:
            self.gone.append(offer_id)

    @property
    def moved(self) -> list[tuple[str, str, int, int]]:
        """The goods whose prices move most, those first: id, name, price now and then."""
        return [entry[1:] for entry in sorted(self._moved, reverse=True)]
