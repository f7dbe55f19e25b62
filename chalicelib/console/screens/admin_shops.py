"""Shops as administrators find them, open or closed, the switch of one, and what a closed one leaves to cancel."""

from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import urlencode

from chalicelib import clock
from chalicelib.administration.consequences import OpenParts, open_parts
from chalicelib.administration.lists import find_shops
from chalicelib.administration.shops import shop_and_owner, switch_shop
from chalicelib.answers.order_events import part_number
from chalicelib.answers.partner import ShopState, shop_state_body
from chalicelib.catalogue.shops import get_shop, takes_orders
from chalicelib.console.acting import acting
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import PAGE, admin_of
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.dynamo.reading import read
from chalicelib.errors import field_error
from chalicelib.ids import ids_in
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.models.orders import Part
from chalicelib.ordering.many_moves import MAX_PARTS, MoveResult, move_many
from chalicelib.ordering.orders import own_parts
from chalicelib.ordering.states import State, allowed_moves
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import ShopsQuery
from chalicelib.requests.base import parse
from chalicelib.requests.many_moves import ManyMoves
from chalicelib.requests.partner import StateChange

# A box beside a part, by the id of its order; and the parts that have just been canceled, in the address.
_CHOSEN, _MOVED = "order.", "moved"


@dataclass(frozen=True, slots=True)
class ShopLine:
    """A shop in the list, whether it takes orders, and the address of its owner, "" if there is none."""

    shop: Shop
    state: ShopState
    owner: str


@dataclass(frozen=True, slots=True)
class ShopsView:
    """A page of shops by name, and the query of the next one, "" at the end."""

    lines: list[ShopLine]
    filter: Filter
    next: str


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A part that is not over; ``is_chosen`` is whether its box is ticked: all are, or those that were sent."""

    order_id: int
    number: str
    placed_at: str
    total: int
    state: State
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class CanceledPart:
    """A part that was to be canceled: what it is now, and whether the same again would help."""

    order_id: int
    number: str
    state: State
    outcome: Literal["done", "later", "refused"]


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop, whether it takes orders, its owner if there still is one, and its parts that are not over.

    ``until`` is the time until which it is closed as a field shows it; ``moved`` are the parts that have just been
    canceled, or not.
    """

    shop: Shop
    state: ShopState
    owner: User | None
    left: OpenParts
    lines: list[OpenPart]
    until: str
    moved: list[CanceledPart]

    @property
    def chosen(self) -> int:
        """How many boxes are ticked."""
        return sum(line.is_chosen for line in self.lines)


def shops(visit: Visit) -> Page:
    """Show shops by any part of their names, those closed, the others, or all."""
    query, shown = queried(visit, ShopsQuery, ("q", "closed"))
    scope = f"console/{query.scope}"
    found, position = find_shops(query.q, query.closed, PAGE, query.after(scope))
    owners = read(*(User.at(one.owner_id) for one in found), consistent=False)
    lines = [ShopLine(one, shop_state_body(one), _email(owners.get(User.at(one.owner_id)))) for one in found]
    return Page("admin/shops", ShopsView(lines, shown, page_after(visit, scope, position)))


def shop(visit: Visit, shop_id: str) -> Page:
    """Show one shop."""
    found, owner = shop_and_owner(path_id(shop_id))
    state, left = shop_state_body(found), open_parts(found.entity_id)
    again = visit.error is not None and bool(visit.starting(_CHOSEN))
    lines = [
        OpenPart(
            *(part.order_id, part_number(part), part.placed_at, part.goods_sum + part.delivery),
            *(cast(State, part.state), not again or f"{_CHOSEN}{part.order_id}" in visit.form),
        )
        for part in left.parts
    ]
    moved = [_canceled(part) for part in own_parts(found.entity_id, ids_in(visit.query.get(_MOVED, ""))[:MAX_PARTS])]
    until = _typed(found.closed_until) if not state["state"] and found.closed_until else ""
    return Page("admin/shop", ShopView(found, state, owner, left, lines, until, moved))


def switch(visit: Visit, shop_id: str) -> Redirect:
    """Open or close a shop for orders."""
    change = visit.read(StateChange)
    by, reason = admin_of(visit), change.reason or ""
    found = switch_shop(path_id(shop_id), by, accepting=change.state, reason=reason, until=change.until)
    said = Notice("admin.shop_opened" if change.state else "admin.shop_closed")
    if not change.state and (left := len(open_parts(found.entity_id).parts)):
        said = Notice("admin.shop_closed_left", {"count": left})
    return Redirect(f"admin/shops/{found.entity_id}", said)


def cancel_chosen(visit: Visit, shop_id: str) -> Redirect:
    """Cancel the parts of a closed shop whose boxes are ticked; the page then shows what became of each."""
    number, chosen = path_id(shop_id), list(visit.starting(_CHOSEN))
    if takes_orders(get_shop(number)):
        raise field_error("orders", "shop_open")
    if not chosen:
        raise field_error("orders", "nothing_chosen")
    form = parse(ManyMoves, {"orders": chosen, "state": "canceled", "reason": visit.form.get("reason", "")})
    outcomes = move_many(form.orders, form.state, number, acting(visit, "administrator"), form.reason)
    done = sum(one.result is MoveResult.MOVED for one in outcomes)
    admin_of(visit).did("cancel_parts", number, parts=done, reason=form.reason)
    said = Notice("admin.parts_canceled", {"count": done, "all": len(outcomes)})
    moved = ",".join(map(str, form.orders))
    return Redirect(f"admin/shops/{number}?{urlencode({_MOVED: moved})}", said)


def _canceled(part: Part) -> CanceledPart:
    """Return what became of a part, by what it is now."""
    now = cast(State, part.state)
    if now == "canceled":
        return CanceledPart(part.order_id, part_number(part), now, "done")
    may_still = "canceled" in allowed_moves(now, "administrator")
    return CanceledPart(part.order_id, part_number(part), now, "later" if may_still else "refused")


def _email(owner: User | None) -> str:
    return owner.email if owner is not None else ""


def _typed(stamp: str) -> str:
    """Return a stored moment as a field for a moment holds it, in Moscow."""
    return clock.in_moscow(clock.from_stamp(stamp)).strftime("%Y-%m-%dT%H:%M")
