"""Why rows and shops stand in the way of a request: facts that travel up, worded once for the answer.

Use cases put reasons into the detail of an error; ``AppError.body`` asks each for its words in the caller's language.
All amounts are kopecks here and roubles in the answer. Texts are in ``locales/<language>/errors.json``.
"""

from dataclasses import dataclass
from typing import ClassVar

from chalicelib.errors.base import Reason
from chalicelib.money import as_number
from chalicelib.texts import Language, text


def _row(row_id: int, reason: str, message: str, wanted: int, possible: int) -> dict[str, object]:
    """Return what the answer says of every row."""
    return {"id": row_id, "reason": reason, "message": message, "wanted": wanted, "possible": possible}


@dataclass(frozen=True, slots=True)
class RowFault(Reason):
    """A row whose quantity cannot be ordered.

    ``reason`` is gone, closed, shortage, minimum, maximum or multiple. ``possible`` is the most that can be ordered,
    ``nearest`` the valid quantities around ``wanted``; ``minimum``, ``step`` and ``maximum`` (None: no limit) are how
    the offer is sold.
    """

    row_id: int
    reason: str
    wanted: int
    possible: int
    nearest: tuple[int, ...] = ()
    minimum: int = 1
    step: int = 1
    maximum: int | None = None

    def message(self, language: Language) -> str:
        params = {"minimum": self.minimum, "step": self.step, "maximum": self.maximum, "possible": self.possible}
        return text("errors", f"row.{self.reason}", language, **params)

    def body(self, language: Language) -> dict[str, object]:
        return {
            **_row(self.row_id, self.reason, self.message(language), self.wanted, self.possible),
            "nearest": list(self.nearest),
        }


@dataclass(frozen=True, slots=True)
class RowGrown(Reason):
    """A row of which the shop wants to deliver more than the part holds, which is ``possible``."""

    row_id: int
    wanted: int
    possible: int
    reason: ClassVar[str] = "grown"

    def message(self, language: Language) -> str:
        return text("errors", f"row.{self.reason}", language, possible=self.possible)

    def body(self, language: Language) -> dict[str, object]:
        return _row(self.row_id, self.reason, self.message(language), self.wanted, self.possible)


@dataclass(frozen=True, slots=True)
class PriceRise(Reason):
    """A row whose offer costs more than the buyer was shown."""

    row_id: int
    wanted: int
    was: int
    now: int
    reason: ClassVar[str] = "price"

    def message(self, language: Language) -> str:
        return text("errors", f"row.{self.reason}", language)

    def body(self, language: Language) -> dict[str, object]:
        return {
            **_row(self.row_id, self.reason, self.message(language), self.wanted, self.wanted),
            "was": as_number(self.was),
            "now": as_number(self.now),
        }


@dataclass(frozen=True, slots=True)
class UnitChange(Reason):
    """A row whose offer is sold in another unit than the buyer was shown; the prices, in kopecks, are for one unit."""

    row_id: int
    wanted: int
    was: str
    now: str
    price_was: int
    price: int
    reason: ClassVar[str] = "unit"

    def message(self, language: Language) -> str:
        return text("errors", f"row.{self.reason}", language, now=self.now)

    def body(self, language: Language) -> dict[str, object]:
        return {
            **_row(self.row_id, self.reason, self.message(language), self.wanted, self.wanted),
            "was": self.was,
            "now": self.now,
            "price_was": as_number(self.price_was),
            "price": as_number(self.price),
        }


@dataclass(frozen=True, slots=True)
class RuleChange(Reason):
    """A row whose offer is sold in other quantities than the buyer was shown, although ``wanted`` still is one.

    ``was`` and ``now`` are minimum, step and maximum (None: no limit).
    """

    row_id: int
    wanted: int
    was: tuple[int, int, int | None]
    now: tuple[int, int, int | None]
    reason: ClassVar[str] = "quantities"

    def message(self, language: Language) -> str:
        return text("errors", f"row.{self.reason}", language)

    def body(self, language: Language) -> dict[str, object]:
        return {
            **_row(self.row_id, self.reason, self.message(language), self.wanted, self.wanted),
            "was": _quantities(self.was),
            "now": _quantities(self.now),
        }


def _quantities(rule: tuple[int, int, int | None]) -> dict[str, int | None]:
    return dict(zip(("min_quantity", "step_quantity", "max_quantity"), rule, strict=True))


@dataclass(frozen=True, slots=True)
class ReasonDiffers(Reason):
    """A row that the shop already answered with this quantity, for the reason ``given``, not the one it sends now."""

    row_id: int
    wanted: int
    given: str
    reason: ClassVar[str] = "answered"

    def message(self, language: Language) -> str:
        return text("errors", f"row.{self.reason}", language, given=self.given)

    def body(self, language: Language) -> dict[str, object]:
        return _row(self.row_id, self.reason, self.message(language), self.wanted, self.wanted)


@dataclass(frozen=True, slots=True)
class DeliveryRise(Reason):
    """A shop whose delivery costs more than the buyer was shown."""

    shop_id: int
    shop_name: str
    was: int
    now: int
    reason: ClassVar[str] = "delivery"

    def message(self, language: Language) -> str:
        return text("errors", f"shop.{self.reason}", language, shop=self.shop_name)

    def body(self, language: Language) -> dict[str, object]:
        return {
            "shop": {"id": self.shop_id, "name": self.shop_name},
            "reason": self.reason,
            "message": self.message(language),
            "was": as_number(self.was),
            "now": as_number(self.now),
        }


@dataclass(frozen=True, slots=True)
class BelowMinimum(Reason):
    """A shop that takes no order as small as this; ``missing`` is what has to be added to ``goods_sum``."""

    shop_id: int
    shop_name: str
    min_order: int
    goods_sum: int
    missing: int
    reason: ClassVar[str] = "minimum"

    def message(self, language: Language) -> str:
        missing = as_number(self.missing)
        return text("errors", f"shop.{self.reason}", language, shop=self.shop_name, missing=missing)

    def body(self, language: Language) -> dict[str, object]:
        return {
            "shop": {"id": self.shop_id, "name": self.shop_name},
            "reason": self.reason,
            "message": self.message(language),
            "min_order": as_number(self.min_order),
            "goods_sum": as_number(self.goods_sum),
            "missing": as_number(self.missing),
        }
