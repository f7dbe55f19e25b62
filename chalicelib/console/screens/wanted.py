"""Goods with quantity fields: all go into the basket together, each with its own result.

Refused quantities come back in their fields as typed, however many rows there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.console.screens.adding import Adding, add_typed, typed_in
from chalicelib.console.visit import Notice, Redirect, Visit
from chalicelib.models.selling import OffersAndShops
from chalicelib.ordering.basket import Rows, read_basket
from chalicelib.ordering.rows import row_fault

QUANTITY = "quantity."


@dataclass(frozen=True, slots=True)
class Good:
    """A good to list: its offer, its usual quantity, and the time and the price (kopecks) of the last purchase."""

    offer_id: int
    usual: int
    name: str = ""
    last_price: int | None = None
    last_at: str = ""


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A good as it is sold now; amounts are kopecks, ``price`` is None for one that is gone.

    ``typed`` is the value of its field, ``in_basket`` how much of it the basket holds. ``problem`` is why this
    quantity, or the usual one, cannot be ordered, and ``nearest`` are quantities that could be added instead.
    """

    good: Good
    name: str
    model: str
    shop: str
    unit: str
    price: int | None
    typed: str
    in_basket: int
    is_refused: bool
    problem: str
    nearest: Sequence[int]


def rows_for(
    visit: Visit, goods: Sequence[Good], sold: OffersAndShops, adding: Adding, *, filled: bool
) -> list[GoodRow]:
    """Return the goods as rows of a page; with ``filled``, fields without a typed quantity show the usual one."""
    _, basket = read_basket(visit.caller.user_id)
    return [_row(visit, one, sold, basket, adding, filled=filled) for one in goods]


def _row(visit: Visit, good: Good, sold: OffersAndShops, basket: Rows, adding: Adding, *, filled: bool) -> GoodRow:
    offers, shops = sold
    offer, had = offers.get(good.offer_id), basket[good.offer_id].quantity if good.offer_id in basket else 0
    refused = adding.fault(good.offer_id)
    typed = adding.value(good.offer_id) or (str(good.usual) if filled else "")
    shown = (good, *((offer.name, offer.model) if offer else (good.name, "")))
    shop = shops.get(offer.shop_id) if offer else None
    sold_as = (shop.name if shop else "", offer.unit if offer else "", offer.price if offer else None)
    if refused is not None:
        return GoodRow(*shown, *sold_as, typed, had, True, refused.words, refused.nearest)
    fault = row_fault(good.offer_id, good.usual, offer, shops)
    return GoodRow(*shown, *sold_as, typed, had, False, fault.message(visit.language) if fault else "", ())


def names_of(rows: Sequence[GoodRow]) -> dict[str, str]:
    """Return the names of the goods by the ids with which their fields' names end."""
    return {str(row.good.offer_id): row.name for row in rows}


def put_into_basket(visit: Visit, back: str) -> Adding | Redirect:
    """Put the typed quantities into the basket; return a redirect to ``back``, or what was refused, to be shown again.

    A form sent twice adds once. Raises FieldErrors for more rows than a basket takes at once, BasketChanged.
    """
    if not typed_in(visit):
        return Redirect(back, Notice("goods.none_added"))
    adding = add_typed(visit)
    if adding.refused:
        return adding
    return Redirect(f"{back}{'&' if '?' in back else '?'}added=1", adding.notice)
