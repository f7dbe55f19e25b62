"""Why a row of a basket cannot be ordered, and what would be possible instead. Pure rules over what is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.catalogue.shops import takes_orders
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.texts import Language, text

MAX_QUANTITY = 1_000_000


@dataclass(frozen=True, slots=True)
class BasketRow:
    """One offer in a basket and how many of it."""

    offer_id: int
    shop_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class RowFault:
    """One row that is refused: ``reason`` is shortage, gone or closed, ``possible`` the quantity one could order."""

    offer_id: int
    reason: str
    wanted: int
    possible: int

    def told(self, language: Language) -> dict[str, Any]:
        """The row as the answer names it."""
        return {
            "id": self.offer_id,
            "reason": self.reason,
            "message": text("errors", f"row.{self.reason}", language, possible=self.possible),
            "wanted": self.wanted,
            "possible": self.possible,
        }


def row_fault(offer_id: int, wanted: int, offer: Offer | None, shops: Mapping[int, Shop]) -> RowFault | None:
    """What keeps ``wanted`` pieces of the offer from being ordered now; None where nothing does."""
    if offer is None or not offer.listed:
        return RowFault(offer_id, "gone", wanted, 0)
    shop = shops.get(offer.shop_id)
    if shop is None or not takes_orders(shop):
        return RowFault(offer_id, "closed", wanted, 0)
    if wanted > offer.quantity:
        return RowFault(offer_id, "shortage", wanted, offer.quantity)
    return None
