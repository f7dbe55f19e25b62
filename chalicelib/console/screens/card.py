"""The card of a good: its details, and the offers of all shops side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.catalogue.card import Sold, product_card
from chalicelib.console.screens.adding import Adding, add_typed, as_typed
from chalicelib.console.visit import Page, Redirect, Visit
from chalicelib.models.catalogue import Offer
from chalicelib.ordering.habits import Bought
from chalicelib.ordering.last_bought import last_bought
from chalicelib.path_ids import path_id
from chalicelib.units import same_unit


@dataclass(frozen=True, slots=True)
class CardView:
    """An offer, every shop's offer of the same good, the quantities typed, and when each was ordered last."""

    offer: Offer
    offers: Sequence[Sold]
    adding: Adding
    bought: Mapping[int, Bought]

    def compares(self, other: Offer) -> bool:
        """Return whether another offer's price is comparable, because it is sold in the same unit."""
        return same_unit(self.offer.unit, other.unit)


def card(visit: Visit, offer_id: str) -> Page:
    """Show the card of an offer."""
    return _page(visit, offer_id, as_typed(visit))


def add(visit: Visit, offer_id: str) -> Page | Redirect:
    """Put the quantities that were typed beside offers into the basket."""
    adding = add_typed(visit)
    if adding.refused:
        return _page(visit, offer_id, adding)
    return Redirect(f"goods/{offer_id}", adding.notice)


def _page(visit: Visit, offer_id: str, adding: Adding) -> Page:
    found = product_card(path_id(offer_id))
    sold = [offer for offer, _ in found.offers]
    bought = last_bought(visit.caller.user_id, {one.offer_id for one in sold}, {one.shop_id for one in sold})
    names = {str(offer.offer_id): f"{offer.name}, {shop.name}" for offer, shop in found.offers}
    return Page("goods/card", CardView(found.offer, found.offers, adding, bought), rows=names)
