"""Shops as administrators find them, open or closed, and the switch of one."""

from dataclasses import dataclass

from chalicelib.administration.lists import find_shops
from chalicelib.administration.shops import shop_and_owner, switch_shop
from chalicelib.answers.partner import ShopState, shop_state_body
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import PAGE, admin_of
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.path_ids import path_id
from chalicelib.requests.administration import ShopsQuery
from chalicelib.requests.partner import StateChange


@dataclass(frozen=True, slots=True)
class ShopLine:
    """A shop in the list, and whether it takes orders."""

    shop: Shop
    state: ShopState


@dataclass(frozen=True, slots=True)
class ShopsView:
    """A page of shops by name, and the query of the next one, "" at the end."""

    lines: list[ShopLine]
    filter: Filter
    next: str


@dataclass(frozen=True, slots=True)
class ShopView:
    """A shop, whether it takes orders, and its owner if there still is one."""

    shop: Shop
    state: ShopState
    owner: User | None


def shops(visit: Visit) -> Page:
    """Show shops by any part of their names, those closed, the others, or all."""
    query, shown = queried(visit, ShopsQuery, ("q", "closed"))
    scope = f"console/{query.scope}"
    found, position = find_shops(query.q, query.closed, PAGE, query.after(scope))
    lines = [ShopLine(shop, shop_state_body(shop)) for shop in found]
    return Page("admin/shops", ShopsView(lines, shown, page_after(visit, scope, position)))


def shop(_: Visit, shop_id: str) -> Page:
    """Show one shop."""
    found, owner = shop_and_owner(path_id(shop_id))
    return Page("admin/shop", ShopView(found, shop_state_body(found), owner))


def switch(visit: Visit, shop_id: str) -> Redirect:
    """Open or close a shop for orders."""
    change = visit.read(StateChange)
    by, reason = admin_of(visit), change.reason or ""
    found = switch_shop(path_id(shop_id), by, accepting=change.state, reason=reason, until=change.until)
    said = "admin.shop_opened" if change.state else "admin.shop_closed"
    return Redirect(f"admin/shops/{found.entity_id}", Notice(said))
