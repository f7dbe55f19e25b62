"""The card of a good: what is known of it, and the offers of all shops side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.catalogue.card import Sold, product_card
from chalicelib.console.screens.adding import Adding, add_typed, as_typed
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.errors import NotFound
from chalicelib.ids import as_id
from chalicelib.models.catalogue import Offer
from chalicelib.units import same_unit


@dataclass(frozen=True, slots=True)
class CardView:
    """An offer, every shop's offer of the same good, and what was typed beside them."""

    offer: Offer
    offers: Sequence[Sold]
    adding: Adding

    def compares(self, other: Offer) -> bool:
        """Return whether another offer is sold in the unit of this one."""
        return same_unit(self.offer.unit, other.unit)


def card(visit: Visit, offer_id: str) -> Page:
    """Show the card of an offer."""
    return _page(offer_id, as_typed(visit))


def add(visit: Visit, offer_id: str) -> Page | Redirect:
    """Put the quantities that were typed beside offers into the basket."""
    adding = add_typed(visit)
    if adding.refused:
        return _page(offer_id, adding)
    return Redirect(f"goods/{offer_id}", Notice("quick.added", {"count": adding.added}))


def _page(offer_id: str, adding: Adding) -> Page:
    number = as_id(offer_id)
    if number is None:
        raise NotFound
    found = product_card(number)
    return Page("goods/card", CardView(found.offer, found.offers, adding))
