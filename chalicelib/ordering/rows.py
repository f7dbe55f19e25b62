"""Why a row of a basket cannot be ordered, and what would be possible instead. Pure rules over what is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.catalogue.shops import takes_orders
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.ordering.quantities import QuantityRule
from chalicelib.texts import Language, text


@dataclass(frozen=True, slots=True)
class BasketRow:
    """One offer in a basket, how many of it, and the price in kopecks that the buyer was shown last."""

    offer_id: int
    shop_id: int
    quantity: int
    price: int | None = None


_ANY = QuantityRule()


@dataclass(frozen=True, slots=True)
class RowFault:
    """One row that is refused.

    ``reason`` is gone, closed, shortage, minimum, maximum or multiple; ``possible`` the most one could order,
    ``nearest`` the quantities around ``wanted`` that one could; ``rule`` is what the offer asks for.
    """

    offer_id: int
    reason: str
    wanted: int
    possible: int
    nearest: tuple[int, ...] = ()
    rule: QuantityRule = _ANY

    def told(self, language: Language) -> dict[str, Any]:
        """The row as the answer names it."""
        return {
            "id": self.offer_id,
            "reason": self.reason,
            "message": self.message(language),
            "wanted": self.wanted,
            "possible": self.possible,
            "nearest": list(self.nearest),
        }

    def message(self, language: Language) -> str:
        """What is wrong, and what would be right."""
        rule = self.rule
        params = {"minimum": rule.minimum, "step": rule.step, "maximum": rule.maximum, "possible": self.possible}
        return text("errors", f"row.{self.reason}", language, **params)


def rule_of(offer: Offer) -> QuantityRule:
    """What quantities the offer is sold in."""
    return QuantityRule(offer.min_quantity, offer.step_quantity, offer.max_quantity)


def row_fault(offer_id: int, wanted: int, offer: Offer | None, shops: Mapping[int, Shop]) -> RowFault | None:
    """What keeps ``wanted`` pieces of the offer from being ordered now; None where nothing does."""
    if offer is None or not offer.listed:
        return RowFault(offer_id, "gone", wanted, 0)
    shop = shops.get(offer.shop_id)
    if shop is None or not takes_orders(shop):
        return RowFault(offer_id, "closed", wanted, 0)
    rule, stock = rule_of(offer), offer.quantity
    reason = rule.breach(wanted, stock)
    if reason is None:
        return None
    return RowFault(offer_id, reason, wanted, rule.most(stock), rule.nearest(wanted, stock), rule)
