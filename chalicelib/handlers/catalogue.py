"""Calls that show the catalogue to anyone."""

from typing import Any

from chalice.app import Blueprint

from chalicelib.http import Access, Call, endpoint
from chalicelib.schemas.catalogue import PageQuery, ProductsQuery, page_of, product_info

blueprint = Blueprint(__name__)


@endpoint(blueprint, "GET", "/shops", access=Access.ANYONE, query=PageQuery)
def shops(call: Call[PageQuery]) -> dict[str, Any]:
    """Shops that take orders, in numbered pages."""
    from chalicelib.catalogue.listing import list_directory
    from chalicelib.models.catalogue import SHOPS

    entries = [{"id": shop.entity_id, "name": shop.name, "state": True} for shop in list_directory(SHOPS)]
    return page_of(entries, call.body, f"{call.base_url}/shops")


@endpoint(blueprint, "GET", "/categories", access=Access.ANYONE, query=PageQuery)
def categories(call: Call[PageQuery]) -> dict[str, Any]:
    """Categories, in numbered pages."""
    from chalicelib.catalogue.listing import list_directory
    from chalicelib.models.catalogue import CATEGORIES

    entries = [{"id": entry.entity_id, "name": entry.name} for entry in list_directory(CATEGORIES)]
    return page_of(entries, call.body, f"{call.base_url}/categories")


@endpoint(blueprint, "GET", "/products", access=Access.ANYONE, query=ProductsQuery)
def products(call: Call[ProductsQuery]) -> list[dict[str, Any]]:
    """Offers on sale, of one shop and one category where these are named."""
    from chalicelib.catalogue.listing import OfferFilter, find_offers

    return [product_info(offer) for offer in find_offers(OfferFilter(call.body.shop_id, call.body.category_id))]
