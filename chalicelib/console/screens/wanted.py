"""Goods with quantity fields: all go into the basket together, each with its own result.

What is refused stays in its field as it was typed: the address that follows holds it, so that a page that is loaded
again adds nothing twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from chalicelib.console.visit import Notice, Redirect, Visit
from chalicelib.errors import FieldErrors, field_error
from chalicelib.ids import as_id
from chalicelib.models.selling import OffersAndShops
from chalicelib.ordering.basket import Rows, read_basket
from chalicelib.ordering.bulk import ADDED, add_many
from chalicelib.ordering.entries import Wanted
from chalicelib.ordering.rows import row_fault
from chalicelib.requests.base import parse
from chalicelib.requests.orders import MAX_ITEMS, ChangedItem
from chalicelib.texts import text

QUANTITY, LEFT = "quantity.", "left."
# Characters of a quantity, and of all that an address holds of what was refused: gateways take headers of 10 KB.
_TYPED, _ADDRESS = 20, 5_000


@dataclass(frozen=True, slots=True)
class Good:
    """What a page lists: an offer, the quantity that is usual of it, and when and at which price it was bought last."""

    offer_id: int
    usual: int
    name: str = ""
    last_price: int | None = None
    last_at: str = ""


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A good as it is sold now; amounts are kopecks, ``price`` is None for one that is gone.

    ``typed`` is what its field shows, ``in_basket`` how much of it the basket holds. ``problem`` is what keeps that
    quantity, or the usual one, from being ordered, and ``nearest`` are quantities that could be added instead.
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


def rows_for(visit: Visit, goods: Sequence[Good], sold: OffersAndShops, *, filled: bool) -> list[GoodRow]:
    """Return the goods as rows of a page; ``filled`` says that fields of which nothing was typed show what is usual."""
    _, basket = read_basket(visit.caller.user_id)
    left = {name.removeprefix(LEFT): typed for name, typed in visit.query.items() if name.startswith(LEFT)}
    return [_row(visit, one, sold, basket, left, filled=filled) for one in goods]


def _row(
    visit: Visit, good: Good, sold: OffersAndShops, basket: Rows, left: Mapping[str, str], *, filled: bool
) -> GoodRow:
    offers, shops = sold
    offer, had = offers.get(good.offer_id), basket[good.offer_id].quantity if good.offer_id in basket else 0
    refused = left.get(str(good.offer_id))
    typed = refused if refused is not None else str(good.usual) if filled else ""
    shown = (good, *((offer.name, offer.model) if offer else (good.name, "")))
    shop = shops.get(offer.shop_id) if offer else None
    sold_as = (shop.name if shop else "", offer.unit if offer else "", offer.price if offer else None)
    more, wrong = _quantity(visit, good.offer_id, typed or str(good.usual))
    if wrong:
        return GoodRow(*shown, *sold_as, typed, had, refused is not None, wrong, ())
    fault = row_fault(good.offer_id, more + (had if refused else 0), offer, shops)
    said = fault.message(visit.language) if fault else ""
    nearest = [one - had for one in fault.nearest if one > had] if fault and refused else []
    if refused and not fault and not had:
        said = text("errors", "row.full", visit.language)
    return GoodRow(*shown, *sold_as, typed, had, refused is not None, said, nearest)


def _quantity(visit: Visit, offer_id: int, typed: str) -> tuple[int, str]:
    """Return the quantity that was typed, and what is wrong with it, "" if nothing is."""
    try:
        return parse(ChangedItem, {"id": offer_id, "quantity": typed}).quantity, ""
    except FieldErrors as wrong:
        said = wrong.errors(visit.language)
        return 0, " ".join(one for texts in said.values() for one in texts)


def add_typed(visit: Visit, back: str, query: Mapping[str, str]) -> Redirect:
    """Put what was typed into the basket, and return to the page, which then shows what of it was refused, and why.

    Raises FieldErrors for more rows than a basket takes at once, BasketChanged.
    """
    wanted: list[Wanted] = []
    left: dict[int, str] = {}
    for name, typed in {**visit.starting(QUANTITY), **_pressed(visit)}.items():
        offer_id = as_id(name)
        if offer_id is None or typed.strip() in {"", "0"}:
            continue
        quantity, wrong = _quantity(visit, offer_id, typed)
        if wrong:
            left[offer_id] = typed.strip()[:_TYPED]
        else:
            wanted.append(Wanted(quantity, offer_id))
    if len(wanted) > MAX_ITEMS:
        raise field_error("quantity", "too_many", limit=MAX_ITEMS)
    outcomes = add_many(visit.caller.user_id, wanted) if wanted else []
    refused = [entry for entry, outcome in zip(wanted, outcomes, strict=True) if outcome.result != ADDED]
    left |= {entry.offer_id or 0: str(entry.quantity) for entry in refused}
    return _after(back, query, len(wanted) - len(refused), left)


def _pressed(visit: Visit) -> dict[str, str]:
    """Return the quantity of the button that was pressed, by its row: one that would be possible."""
    row_id, dash, quantity = visit.form.get("set", "").partition("-")
    return {row_id: quantity} if dash else {}


def _after(back: str, query: Mapping[str, str], added: int, left: Mapping[int, str]) -> Redirect:
    kept = {name: value for name, value in query.items() if not name.startswith(LEFT) and name != "fill"}
    if not added and not left:
        return Redirect(f"{back}?{urlencode(kept)}" if kept else back, Notice("goods.none_added"))
    kept["added"] = "1"
    for offer_id, typed in left.items():
        if len(urlencode(kept)) < _ADDRESS:
            kept[f"{LEFT}{offer_id}"] = typed
    counts = {"count": added, "all": added + len(left)}
    said = Notice("goods.added_partly", counts) if left else Notice("goods.added", counts)
    return Redirect(f"{back}?{urlencode(kept)}", said)
