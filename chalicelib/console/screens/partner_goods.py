"""A supplier's own goods: price and stock of many edited at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from chalicelib.catalogue.own_goods import own_goods, own_offers
from chalicelib.console.forms import form_key
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.errors import FieldErrors, field_error
from chalicelib.errors.base import Fault
from chalicelib.ids import as_id
from chalicelib.models.catalogue import Offer
from chalicelib.money import as_number
from chalicelib.pricelists.arrival.edits import GoodEdit, edit_goods, is_jump
from chalicelib.requests.base import parse
from chalicelib.requests.own_goods import EditedGood, OwnGoodsQuery

PAGE = 50
_WAS = "was."
# The box that confirms a price; its value is the price that was shown with it.
_SURE = "sure."


@dataclass(frozen=True, slots=True)
class GoodLine:
    """A good and the values of its fields: those stored, or those typed instead.

    ``asks`` means that the typed price has to be confirmed, ``is_sure`` that it is confirmed.
    """

    offer: Offer
    price: str
    quantity: str
    asks: bool = False
    is_sure: bool = False

    @property
    def was(self) -> str:
        """The stored price and quantity, which the form sends back."""
        return f"{self.offer.price}-{self.offer.quantity}"


@dataclass(frozen=True, slots=True)
class GoodsView:
    """A page of goods; ``query`` is its own, for the form to return to it, ``next`` that of the next page, or "".

    ``key`` identifies a form that is sent twice.
    """

    lines: list[GoodLine]
    filter: Filter
    query: str
    next: str
    key: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """The price in kopecks and the quantity with which a row of the form was shown."""

    price: int
    quantity: int


def goods(visit: Visit) -> Page:
    """Show the shop's own goods, those on sale or those withdrawn, found by words or a code."""
    shop_id = visit.caller.shop_id
    query, shown = queried(visit, OwnGoodsQuery, ("q", "state"))
    withdrawn, words = query.state == "withdrawn", query.q or ""
    scope = f"console/partner/goods/{shop_id}/{withdrawn}/{words}"
    offers, position = own_goods(shop_id, words, PAGE, query.after(scope), withdrawn=withdrawn)
    lines = [_line(offer, visit) for offer in offers]
    address = f"?{urlencode(visit.query)}" if visit.query else ""
    view = GoodsView(lines, shown, address, page_after(visit, scope, position), form_key(visit))
    return Page("partner/goods", view, rows={str(offer.offer_id): offer.name for offer in offers})


def save(visit: Visit) -> Redirect:
    """Import all prices and stocks typed on the page together, or show the fault of each row."""
    shown = _shown(visit)
    offers = own_offers(visit.caller.shop_id, shown)
    edits: list[GoodEdit] = []
    faults: dict[str, list[Fault]] = {}
    for offer_id, was in shown.items():
        if offer_id not in offers:
            continue
        try:
            edit = _edit(visit, offers[offer_id], was)
        except FieldErrors as wrong:
            faults |= {f"{name}.{offer_id}": found for name, found in wrong.faults.items()}
            continue
        if edit is not None:
            edits.append(edit)
    if faults:
        raise FieldErrors(faults)
    if not edits:
        return Redirect(f"partner/goods?{urlencode(visit.query)}", Notice("goods.nothing"))
    import_id = edit_goods(visit.caller.shop_id, edits, visit.form.get("key", "")[:40])
    return Redirect(f"partner/imports/{import_id}", Notice("goods.sent", {"count": len(edits)}))


def _edit(visit: Visit, offer: Offer, was: _Shown) -> GoodEdit | None:
    """Return the change typed for a good, None if nothing was changed.

    Raises FieldErrors, also for a quantity typed while the good was ordered, since it would put sold pieces on sale
    again; and for a price that looks like a typing error, until that price is confirmed.
    """
    sent = {name: visit.form.get(f"{name}.{offer.offer_id}", "") for name in ("price", "quantity")}
    if sent == {"price": _written(was.price), "quantity": str(was.quantity)}:
        return None
    typed = parse(EditedGood, sent)
    price = typed.price if typed.price != was.price else None
    quantity = typed.quantity if typed.quantity != was.quantity else None
    faults: dict[str, list[Fault]] = {}
    if quantity is not None and offer.quantity != was.quantity:
        faults |= field_error("quantity", "stock_moved", was=was.quantity, now=offer.quantity).faults
    if price is not None and is_jump(was.price, price) and not _is_sure(visit, offer.offer_id):
        faults |= field_error("price", "price_jump", was=as_number(was.price), now=as_number(price)).faults
    if faults:
        raise FieldErrors(faults)
    if price is None and quantity is None:
        return None
    # Only a row with its stock brings a good back on sale.
    return GoodEdit(offer.ext_id, price, typed.quantity if not offer.listed else quantity)


def _line(offer: Offer, visit: Visit) -> GoodLine:
    """Return a row with what was typed; if nothing was changed in it, with what is stored now."""
    was = _shown(visit).get(offer.offer_id) if visit.error is not None else None
    price, quantity = _written(offer.price), str(offer.quantity)
    if was is None:
        return GoodLine(offer, price, quantity)
    typed: Mapping[str, str] = visit.form
    sent_price, sent_quantity = (typed.get(f"{name}.{offer.offer_id}", "") for name in ("price", "quantity"))
    is_sure = _is_sure(visit, offer.offer_id)
    return GoodLine(
        offer,
        price if sent_price == _written(was.price) else sent_price,
        quantity if sent_quantity == str(was.quantity) else sent_quantity,
        is_sure or _jumps(visit, offer.offer_id),
        is_sure,
    )


def _is_sure(visit: Visit, offer_id: int) -> bool:
    """Return whether the box that confirms the price is ticked and was shown with the same price."""
    return bool(sure := visit.form.get(f"{_SURE}{offer_id}")) and sure == visit.form.get(f"price.{offer_id}")


def _jumps(visit: Visit, offer_id: int) -> bool:
    faults = visit.error.faults if isinstance(visit.error, FieldErrors) else {}
    return any(key == "price_jump" for key, _ in faults.get(f"price.{offer_id}", ()))


def _shown(visit: Visit) -> dict[int, _Shown]:
    """Return the values with which the rows of the form were shown, by offer; invalid ones are left out."""
    found: dict[int, _Shown] = {}
    for name, value in list(visit.starting(_WAS).items())[:PAGE]:
        price, _, quantity = value.partition("-")
        offer_id = as_id(name)
        if offer_id is not None and price.isdecimal() and quantity.isdecimal():
            found[offer_id] = _Shown(int(price[:20]), int(quantity[:20]))
    return found


def _written(price: int) -> str:
    return str(as_number(price))
