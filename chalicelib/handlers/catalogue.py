"""Calls that show the catalogue to anyone."""

from typing import Any

from chalicelib.answers.catalogue import card_body, page_of, product_info
from chalicelib.answers.fitting import first_of
from chalicelib.catalogue.card import product_card
from chalicelib.catalogue.listing import find_offers, find_page, list_directory
from chalicelib.catalogue.search import OfferFilter
from chalicelib.http import Call, path_id
from chalicelib.models.catalogue import CATEGORIES, SHOPS
from chalicelib.requests.catalogue import PRODUCTS_PAGE_SIZE, PageQuery, ProductsQuery


def shops(call: Call[None], query: PageQuery) -> dict[str, Any]:
    """Shops that take orders, in numbered pages."""
    entries = [{"id": shop.entity_id, "name": shop.name, "state": True} for shop in list_directory(SHOPS)]
    return page_of(entries, query, f"{call.base_url}/shops")


def categories(call: Call[None], query: PageQuery) -> dict[str, Any]:
    """Categories, in numbered pages."""
    entries = [{"id": entry.entity_id, "name": entry.name} for entry in list_directory(CATEGORIES)]
    return page_of(entries, query, f"{call.base_url}/categories")


def products(call: Call[None], query: ProductsQuery) -> list[dict[str, Any]] | dict[str, Any]:
    """Offers on sale that fit the parameters: the plain list, or a page where limit, sort or cursor ask for one."""
    wanted = OfferFilter(**query.filters())
    if not query.paged:
        return first_of(map(product_info, find_offers(wanted)))
    page = find_page(wanted, query.sort or "name", query.limit or PRODUCTS_PAGE_SIZE, query.cursor or "")
    return {"results": [product_info(offer) for offer in page.offers], "next": page.next}


def product(call: Call[None], offer_id: str) -> dict[str, Any]:
    """One offer with its parameters, and every shop's offer of the same product, cheapest first."""
    card = product_card(path_id(offer_id))
    return card_body(card.offer, card.offers)
