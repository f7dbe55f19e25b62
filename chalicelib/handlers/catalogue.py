"""Calls that show the catalogue to anyone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint

from chalicelib.errors import NotFound, SortUnavailable
from chalicelib.http import Access, Call, endpoint, path_id

if TYPE_CHECKING:
    from chalicelib.requests.catalogue import PageQuery, ProductsQuery

blueprint = Blueprint(__name__)


@endpoint(blueprint, "GET", "/shops", access=Access.ANYONE, query="catalogue.PageQuery")
def shops(call: Call[PageQuery]) -> dict[str, Any]:
    """Shops that take orders, in numbered pages."""
    from chalicelib.answers.catalogue import page_of
    from chalicelib.catalogue.listing import list_directory
    from chalicelib.models.catalogue import SHOPS

    entries = [{"id": shop.entity_id, "name": shop.name, "state": True} for shop in list_directory(SHOPS)]
    return page_of(entries, call.body, f"{call.base_url}/shops")


@endpoint(blueprint, "GET", "/categories", access=Access.ANYONE, query="catalogue.PageQuery")
def categories(call: Call[PageQuery]) -> dict[str, Any]:
    """Categories, in numbered pages."""
    from chalicelib.answers.catalogue import page_of
    from chalicelib.catalogue.listing import list_directory
    from chalicelib.models.catalogue import CATEGORIES

    entries = [{"id": entry.entity_id, "name": entry.name} for entry in list_directory(CATEGORIES)]
    return page_of(entries, call.body, f"{call.base_url}/categories")


@endpoint(
    blueprint, "GET", "/products", access=Access.ANYONE, query="catalogue.ProductsQuery", errors=(SortUnavailable,)
)
def products(call: Call[ProductsQuery]) -> list[dict[str, Any]] | dict[str, Any]:
    """Offers on sale that fit the parameters: the plain list, or a page where limit, sort or cursor ask for one."""
    from chalicelib.answers.catalogue import product_info
    from chalicelib.answers.fitting import first_of
    from chalicelib.catalogue.listing import find_offers, find_page
    from chalicelib.catalogue.search import OfferFilter
    from chalicelib.requests.catalogue import PRODUCTS_PAGE_SIZE

    asked = call.body
    wanted = OfferFilter(**asked.filters())
    if not asked.paged:
        return first_of(map(product_info, find_offers(wanted)))
    page = find_page(wanted, asked.sort or "name", asked.limit or PRODUCTS_PAGE_SIZE, asked.cursor or "")
    return {"results": [product_info(offer) for offer in page.offers], "next": page.next}


@endpoint(blueprint, "GET", "/products/{offer_id}", access=Access.ANYONE, errors=(NotFound,))
def product(call: Call[None], offer_id: str) -> dict[str, Any]:
    """One offer with its parameters, and every shop's offer of the same product, cheapest first."""
    from chalicelib.answers.catalogue import card_body
    from chalicelib.catalogue.card import product_card

    card = product_card(path_id(offer_id))
    return card_body(card.offer, card.offers)
