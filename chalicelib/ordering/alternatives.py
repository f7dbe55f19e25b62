"""Other shops that a row of the basket could be ordered from, and taking a row from one of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.catalogue.card import Sold, sold_elsewhere
from chalicelib.errors import BasketFull, RowsRefused, field_error
from chalicelib.models.catalogue import Offer
from chalicelib.ordering.basket import MAX_ROWS, MAX_SHOPS, Rows, added_row, change_rows, fits, with_shops
from chalicelib.ordering.rows import row_fault, rule_of

# Rows of which others are looked for: a Query each.
MOST = 20


class Need(NamedTuple):
    """A row that cannot be ordered as it is: its offer, how many are wanted, and below which price, if that matters."""

    offer: Offer
    quantity: int
    below: int | None = None


def other_shops(needs: Sequence[Need], held: Mapping[int, int]) -> dict[int, Sold]:
    """Return the cheapest offer of the same product and unit at another shop that has all that is wanted, by offer.

    ``held`` is what the basket holds of each offer, which would add up. Only the first MOST rows are looked for.
    Costs a Query for each of them, and a BatchGet for each 100 offers and shops.
    """
    looked = needs[:MOST]
    found = sold_elsewhere([need.offer for need in looked]) if looked else {}
    able = {need.offer.offer_id: cheapest_able(need, found[need.offer.offer_id], held) for need in looked}
    return {offer_id: sold for offer_id, sold in able.items() if sold is not None}


def cheapest_able(need: Need, sold: Sequence[Sold], held: Mapping[int, int]) -> Sold | None:
    """Return the first of these offers, which come by price, that can be ordered for this need; None if none can."""
    for pair in sold:
        offer = pair[0]
        if need.below is not None and offer.price >= need.below:
            return None
        if rule_of(offer).breach(held.get(offer.offer_id, 0) + need.quantity, offer.quantity) is None:
            return pair
    return None


def take_from(user_id: int, row_id: int, offer_id: int, quantity: int) -> None:
    """Replace a row by this quantity of another offer, in one write; what the basket holds of that adds up.

    Raises FieldErrors if the basket has no such row or the other offer does not exist, RowsRefused if it cannot be
    ordered, BasketFull, BasketChanged.
    """
    offers, shops = with_shops({offer_id})
    if offer_id not in offers:
        raise field_error("swap", "unknown_offer", id=offer_id)

    def change(rows: Rows) -> Rows:
        if row_id not in rows:
            raise field_error("swap", "unknown_row", id=row_id)
        left = {one: row for one, row in rows.items() if one != row_id}
        taken = added_row(offers[offer_id], quantity, left.get(offer_id))
        fault = row_fault(offer_id, taken.quantity, offers[offer_id], shops)
        if fault is not None:
            raise RowsRefused(detail={"rows": [fault]})
        changed = left | {offer_id: taken}
        if not fits(changed) and fits(rows):
            raise BasketFull(limit=MAX_ROWS, shops=MAX_SHOPS)
        return changed

    change_rows(user_id, change, shops)
