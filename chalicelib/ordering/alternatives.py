"""Other shops from which rows of the basket could be ordered, and switching rows to them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.catalogue.card import Sold, sold_elsewhere
from chalicelib.errors import BasketFull, RowsRefused, field_error
from chalicelib.models.catalogue import Offer
from chalicelib.ordering.basket import MAX_ROWS, MAX_SHOPS, Rows, added_row, change_rows, fits, with_shops
from chalicelib.ordering.rows import row_fault, rule_of

# The number of rows for which other shops are looked up, at a Query each.
MOST = 40


class Need(NamedTuple):
    """A row to find at another shop: its offer, the quantity, and a price in kopecks to stay below, None for any."""

    offer: Offer
    quantity: int
    below: int | None = None


def other_shops(needs: Sequence[Need], held: Mapping[int, int]) -> dict[int, Sold]:
    """Return, by the id of each needed offer, the cheapest one of the same product and unit that another shop can sell.

    It must be available in the whole quantity, on top of what the basket holds of it: ``held``, by offer id. Only the
    first MOST needs are looked up, at a Query each and a BatchGet for each 100 offers and shops.
    """
    looked = needs[:MOST]
    found = sold_elsewhere([need.offer for need in looked]) if looked else {}
    able = {need.offer.offer_id: cheapest_able(need, found[need.offer.offer_id], held) for need in looked}
    return {offer_id: sold for offer_id, sold in able.items() if sold is not None}


def cheapest_able(need: Need, sold: Sequence[Sold], held: Mapping[int, int]) -> Sold | None:
    """Return the first of these offers, sorted by price, that can be ordered for this need; None if none can."""
    for pair in sold:
        offer = pair[0]
        if need.below is not None and offer.price >= need.below:
            return None
        if rule_of(offer).breach(held.get(offer.offer_id, 0) + need.quantity, offer.quantity) is None:
            return pair
    return None


class Swap(NamedTuple):
    """A row of the basket, the offer to replace it with, and the quantity of that."""

    row_id: int
    offer_id: int
    quantity: int


def swap_rows(user_id: int, swaps: Sequence[Swap]) -> None:
    """Replace rows by other offers, all in one write; quantities of offers already in the basket add up.

    Raises FieldErrors if the basket has no such row or another offer does not exist, RowsRefused if one cannot be
    ordered, BasketFull, BasketChanged.
    """
    offers, shops = with_shops({one.offer_id for one in swaps})
    unknown = next((one.offer_id for one in swaps if one.offer_id not in offers), None)
    if unknown is not None:
        raise field_error("swap", "unknown_offer", id=unknown)

    def change(rows: Rows) -> Rows:
        missing = next((one.row_id for one in swaps if one.row_id not in rows), None)
        if missing is not None:
            raise field_error("swap", "unknown_row", id=missing)
        changed = {i: row for i, row in rows.items() if i not in {one.row_id for one in swaps}}
        for _, i, quantity in swaps:
            changed[i] = added_row(offers[i], quantity, changed.get(i))
        taken = [row_fault(i, changed[i].quantity, offers[i], shops) for i in {one.offer_id for one in swaps}]
        if refused := [fault for fault in taken if fault is not None]:
            raise RowsRefused(detail={"rows": refused})
        if not fits(changed) and fits(rows):
            raise BasketFull(limit=MAX_ROWS, shops=MAX_SHOPS)
        return changed

    change_rows(user_id, change, shops)
