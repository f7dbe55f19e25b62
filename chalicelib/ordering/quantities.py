"""How many of an offer may be ordered at once: multiples of a step between a minimum and a maximum. Pure rules."""

from dataclasses import dataclass

MAX_QUANTITY = 1_000_000


@dataclass(frozen=True, slots=True)
class QuantityRule:
    """Multiples of ``step``, counted from 0, at least ``minimum`` and, unless it is None, at most ``maximum``."""

    minimum: int = 1
    step: int = 1
    maximum: int | None = None

    @property
    def as_tuple(self) -> tuple[int, int, int | None]:
        """The rule as (minimum, step, maximum), which is how baskets and rows of orders store it."""
        return self.minimum, self.step, self.maximum

    def most(self, stock: int) -> int:
        """Return the largest quantity that can be ordered from this stock, 0 if nothing can be ordered."""
        bound = min(stock, MAX_QUANTITY if self.maximum is None else self.maximum)
        top = bound // self.step * self.step
        return top if top >= self._least else 0

    def nearest(self, wanted: int, stock: int) -> tuple[int, ...]:
        """Return the largest valid quantity not above ``wanted`` and the smallest not below it, if they exist."""
        top = self.most(stock)
        if not top:
            return ()
        below = min(wanted // self.step * self.step, top)
        above = max(-(-wanted // self.step) * self.step, self._least)
        return tuple(sorted({one for one in (below, above) if self._least <= one <= top}))

    def breach(self, wanted: int, stock: int) -> str | None:
        """Return why ``wanted`` cannot be ordered: shortage, minimum, maximum or multiple; None if it can."""
        if wanted > stock or not self.most(stock):
            return "shortage"
        if wanted < self._least:
            return "minimum"
        if self.maximum is not None and wanted > self.maximum:
            return "maximum"
        return "multiple" if wanted % self.step else None

    @property
    def _least(self) -> int:
        return -(-self.minimum // self.step) * self.step
