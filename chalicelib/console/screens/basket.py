"""The basket: its rows by shop, quantities edited together, and the order."""

import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.accounts.contacts import LIMIT, list_contacts
from chalicelib.console.screens.basket_rows import Others, RowView, needs_of, row_view
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.errors import AppError, ChangesSaved, FieldErrors, RowsRefused
from chalicelib.errors.base import Fault
from chalicelib.errors.reasons import RowFault
from chalicelib.ids import as_id
from chalicelib.models.accounts import Contact
from chalicelib.ordering.alternatives import Swap, other_shops, swap_rows
from chalicelib.ordering.basket import Rows, read_basket, remove_rows, set_quantities, show_basket
from chalicelib.ordering.last_bought import last_contact
from chalicelib.ordering.placement import Wish, place_order
from chalicelib.ordering.quote import BasketView
from chalicelib.requests.base import parse
from chalicelib.requests.orders import ChangedItem, Placement
from chalicelib.texts import Language

_QUANTITY = "quantity."
_NUMBER = re.compile(r"[0-9]{1,9}")
# Refusals that show the buyer what changed, with a button to order if they agree.
_AGREEABLE = frozenset({"price_changed", "terms_changed", "delivery_changed", "changes_saved"})


@dataclass(frozen=True, slots=True)
class ShopView:
    """The rows of one shop. Amounts are kopecks; ``to_free`` is None if delivery never becomes free."""

    shop_id: int
    name: str
    rows: list[RowView]
    goods: int
    delivery: int
    to_free: int | None
    to_minimum: int
    minimum: int

    @property
    def is_closed(self) -> bool:
        """Whether the shop takes no orders."""
        return any(row.is_closed for row in self.rows)

    @property
    def movable(self) -> int:
        """How many of the rows that cannot be ordered from this shop are available from others."""
        return sum(1 for row in self.rows if row.problem and row.other)


@dataclass(frozen=True, slots=True)
class BasketPage:
    """The basket and everything needed to order it; ``shops`` is empty for an empty basket.

    ``chosen`` is the contact that the last order went to, or else the first.
    """

    shops: list[ShopView] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    may_add_contact: bool = True
    basket_id: int = 0
    version: str = ""
    key: str = ""
    goods: int = 0
    delivery: int = 0
    must_agree: bool = False
    chosen: int = 0

    @property
    def total(self) -> int:
        """What the order costs."""
        return self.goods + self.delivery

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(len(shop.rows) for shop in self.shops)

    @property
    def wrong(self) -> list[RowView]:
        """The rows that cannot be ordered as they are, without those of shops that take no orders."""
        return [row for shop in self.shops for row in shop.rows if row.problem and not row.is_closed]

    @property
    def closed(self) -> list[ShopView]:
        """The shops that take no orders."""
        return [shop for shop in self.shops if shop.is_closed]

    @property
    def small(self) -> list[ShopView]:
        """The shops whose minimum is not reached."""
        return [shop for shop in self.shops if shop.to_minimum]


def basket(visit: Visit) -> Page:
    """Show the basket; changes since it was last shown appear with the old values."""
    shown = show_basket(visit.caller.user_id)
    if shown is None:
        return Page("basket/empty", BasketPage())
    contacts = list_contacts(visit.caller.user_id)
    typed = _whole(visit)
    others = other_shops(needs_of(shown, typed), {row.offer_id: row.quantity for row in shown.rows})
    shops = [_shop(shown, shop_id, typed, others, visit.language) for shop_id in _shop_ids(shown)]
    page = BasketPage(
        *(shops, contacts, len(contacts) < LIMIT, shown.basket.basket_id, shown.version, secrets.token_urlsafe(12)),
        *(shown.total, shown.delivery_sum),
        must_agree=visit.error is not None and visit.error.code in _AGREEABLE,
        chosen=_usual_contact(visit, [contact.contact_id for contact in contacts]),
    )
    names = {str(row.offer_id): row.name for shop in shops for row in shop.rows}
    return Page("basket/basket", page, rows=names)


def _usual_contact(visit: Visit, known: Sequence[int]) -> int:
    last = last_contact(visit.caller.user_id) if len(known) > 1 else None
    return last if last in known and last is not None else next(iter(known), 0)


def save(visit: Visit) -> Redirect:
    """Store the changed quantities; if a row's button was pressed, remove the row or take it from another shop."""
    row, _, shop = visit.form.get("remove", "").partition("-")
    removed, swapped, left = as_id(row), _swap(visit), as_id(visit.form.get("leave", ""))
    held = read_basket(visit.caller.user_id)[1] if left is not None else {}
    going = {i for i, row in held.items() if row.shop_id == left} | {removed, swapped and swapped[0]}
    changed = _save_typed(visit, leaving_out=going)
    if removed is not None:
        remove_rows(visit.caller.user_id, [removed])
        return Redirect("basket", Notice("basket.removed"), anchor=f"shop-{shop}" if as_id(shop) else "")
    if swapped is not None:
        row_id, offer_id = swapped
        swap_rows(visit.caller.user_id, [Swap(row_id, offer_id, _quantity_of(visit, row_id))])
        return Redirect("basket", Notice("basket.swapped", {"count": 1}), anchor=f"good-{offer_id}")
    if left is not None:
        return Redirect("basket", Notice("basket.swapped", {"count": _leave(visit, left)}))
    pressed = next(iter(_pressed(visit)), "")
    return Redirect("basket", Notice("basket.saved", {"count": changed}), anchor=f"good-{pressed}" if pressed else "")


def place(visit: Visit) -> Redirect:
    """Order what the buyer saw; quantities typed but not saved are first saved and shown."""
    if _save_typed(visit):
        raise ChangesSaved
    form = visit.read(Placement)
    key = visit.form.get("key", "")[:100]
    wish = Wish(visit.caller.user_id, form.id, form.contact, form.version, key, visit.network)
    placed = place_order(wish, visit.request_id)
    return Redirect(f"orders/{placed.order.order_id}", Notice("order.placed", {"number": placed.order.number}))


def _save_typed(visit: Visit, leaving_out: Collection[int | None] = ()) -> int:
    """Store those of the changed quantities that are possible; return how many were stored.

    0 removes a row. Raises FieldErrors or RowsRefused for the others, after the rest has been stored.
    """
    user_id = visit.caller.user_id
    wanted, faults = _typed(visit, read_basket(user_id)[1], leaving_out)
    gone = [row_id for row_id, quantity in wanted.items() if quantity == 0]
    kept = {row_id: quantity for row_id, quantity in wanted.items() if quantity}
    refused: RowsRefused | None = None
    if gone:
        remove_rows(user_id, gone)
    if kept:
        try:
            set_quantities(user_id, list(kept.items()))
        except RowsRefused as refusal:
            refused = refusal
            rest = [(row_id, quantity) for row_id, quantity in kept.items() if row_id not in _refused_by(refusal)]
            if rest:
                set_quantities(user_id, rest)
    if faults:
        raise FieldErrors(faults)
    if refused is not None:
        raise refused
    return len(wanted)


def _typed(
    visit: Visit, rows: Rows, leaving_out: Collection[int | None]
) -> tuple[dict[int, int], dict[str, list[Fault]]]:
    """Return the typed quantities that differ from the basket's, by row, and the errors of the others, by field."""
    wanted: dict[int, int] = {}
    faults: dict[str, list[Fault]] = {}
    for name, typed in {**visit.starting(_QUANTITY), **_pressed(visit)}.items():
        row_id = as_id(name)
        if row_id is None or row_id not in rows or row_id in leaving_out:
            continue
        if typed.strip() == str(rows[row_id].quantity):
            continue
        if typed.strip() in {"", "0"}:
            wanted[row_id] = 0
            continue
        try:
            wanted[row_id] = parse(ChangedItem, {"id": row_id, "quantity": typed}).quantity
        except FieldErrors as wrong:
            faults[f"{_QUANTITY}{row_id}"] = [one for found in wrong.faults.values() for one in found]
    return wanted, faults


def _swap(visit: Visit) -> tuple[int, int] | None:
    """Return the row whose button was pressed and the offer to replace it with; None if no button was pressed."""
    row, _, offer = visit.form.get("swap", "").partition("-")
    row_id, offer_id = as_id(row), as_id(offer)
    return (row_id, offer_id) if row_id is not None and offer_id is not None else None


def _leave(visit: Visit, shop_id: int) -> int:
    """Move the shop's rows that it cannot sell in their quantities to other shops that can; return how many."""
    shown = show_basket(visit.caller.user_id)
    if shown is None:
        return 0
    needs = [need for need in needs_of(shown, _whole(visit)) if need.offer.shop_id == shop_id and need.below is None]
    others = other_shops(needs, {row.offer_id: row.quantity for row in shown.rows})
    quantities = {need.offer.offer_id: need.quantity for need in needs}
    swaps = [Swap(row_id, sold[0].offer_id, quantities[row_id]) for row_id, sold in others.items()]
    if swaps:
        swap_rows(visit.caller.user_id, swaps)
    return len(swaps)


def _quantity_of(visit: Visit, row_id: int) -> int:
    """Return the quantity typed in a row, or else the basket's. Raises FieldErrors that name the field."""
    rows = read_basket(visit.caller.user_id)[1]
    held = rows[row_id].quantity if row_id in rows else 0
    try:
        return parse(ChangedItem, {"id": row_id, "quantity": visit.form.get(f"{_QUANTITY}{row_id}") or held}).quantity
    except FieldErrors as wrong:
        found = [one for faults in wrong.faults.values() for one in faults]
        raise FieldErrors({f"{_QUANTITY}{row_id}": found}) from wrong


def _pressed(visit: Visit) -> dict[str, str]:
    """Return the possible quantity whose button was pressed, by its row; empty if none was pressed."""
    row_id, dash, quantity = visit.form.get("set", "").partition("-")
    return {row_id: quantity} if dash else {}


def _whole(visit: Visit) -> Mapping[int, int]:
    """Return the typed quantities that are numbers, by row; a refused form reports the errors of the others."""
    fields = ((as_id(row), typed.strip()) for row, typed in visit.starting(_QUANTITY).items())
    return {row_id: int(typed) for row_id, typed in fields if row_id is not None and _NUMBER.fullmatch(typed)}


def _refused_by(error: AppError) -> set[int]:
    """Return the ids of the rows that a refusal reports as not available in the requested quantity."""
    reasons = error.detail.get("rows")
    return {one.row_id for one in reasons if isinstance(one, RowFault)} if isinstance(reasons, list) else set()


def _shop_ids(view: BasketView) -> list[int]:
    """Return the ids of the basket's shops by name; those that sell nothing of it any more come last."""
    ids = {row.shop_id for row in view.rows}
    return sorted(ids, key=lambda i: (i not in view.goods_sums, view.shops[i].name if i in view.shops else "", i))


def _shop(view: BasketView, shop_id: int, typed: Mapping[int, int], others: Others, language: Language) -> ShopView:
    rows = [row_view(view, row, typed, others, language) for row in view.rows if row.shop_id == shop_id]
    shop = view.shops.get(shop_id)
    name = shop.name if shop else ""
    if shop is None or shop_id not in view.goods_sums:
        return ShopView(shop_id, name, rows, 0, 0, None, 0, 0)
    return ShopView(
        *(shop_id, name, rows, view.goods_sums[shop_id], view.delivery(shop_id)),
        *(view.missing_to_free(shop_id), view.missing_to_minimum(shop_id), shop.min_order),
    )
