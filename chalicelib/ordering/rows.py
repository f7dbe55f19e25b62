"""Why a row of a basket cannot be ordered, and which quantities can be. Pure rules over stored items."""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.catalogue.shops import takes_orders
from chalicelib.errors.reasons import RowFault
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.ordering.quantities import QuantityRule
from chalicelib.ordering.terms import Terms


@dataclass(frozen=True, slots=True)
class BasketRow:
    """One offer in a basket: the quantity, and the price in kopecks and terms that the buyer was last shown, if any.

    Terms are None in a basket that was stored before they were kept; then they count as unchanged.
    """

    offer_id: int
    shop_id: int
    quantity: int
    price: int | None = None
    terms: Terms | None = None


def rule_of(offer: Offer) -> QuantityRule:
    """Return the quantities in which the offer is sold."""
    return QuantityRule(offer.min_quantity, offer.step_quantity, offer.max_quantity)


def terms_of(offer: Offer) -> Terms:
    """Return the terms that the offer is sold on now."""
    return Terms(offer.unit, rule_of(offer), offer.name, offer.model)


def why_unsold(offer: Offer | None, shops: Mapping[int, Shop]) -> str | None:
    """Return why nothing of the offer can be ordered, whatever its stock: "gone" or "closed"; None if it is on sale."""
    if offer is None or not offer.listed:
        return "gone"
    shop = shops.get(offer.shop_id)
    return None if shop is not None and takes_orders(shop) else "closed"


def row_fault(offer_id: int, wanted: int, offer: Offer | None, shops: Mapping[int, Shop]) -> RowFault | None:
    """Return why ``wanted`` units of the offer cannot be ordered now, or None if they can."""
    unsold = why_unsold(offer, shops)
    if offer is None or unsold is not None:
        return RowFault(offer_id, unsold or "gone", wanted, 0)
    rule, stock = rule_of(offer), offer.quantity
    reason = rule.breach(wanted, stock)
    if reason is None:
        return None
    nearest = rule.nearest(wanted, stock)
    return RowFault(offer_id, reason, wanted, rule.most(stock), nearest, rule.minimum, rule.step, rule.maximum)
