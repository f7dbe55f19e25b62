"""Calls that show the catalogue to anyone."""

from chalicelib.answers.catalogue import (
    OfferInfo,
    OfferInfoPage,
    ProductCard,
    ShopEntry,
    card_body,
    offers_page,
    product_info,
)
from chalicelib.answers.common import Named
from chalicelib.answers.fitting import first_of
from chalicelib.answers.pages import NumberedPage, page_of
from chalicelib.catalogue.card import product_card
from chalicelib.catalogue.directory import read_page
from chalicelib.catalogue.listing import Cut, find_offers, find_page
from chalicelib.http import Call
from chalicelib.models.catalogue import CATEGORIES, SHOPS
from chalicelib.path_ids import path_id
from chalicelib.requests.catalogue import PRODUCTS_PAGE_SIZE, PageQuery, ProductsQuery
from chalicelib.routes import Reply


def shops(call: Call[None], query: PageQuery) -> NumberedPage[ShopEntry]:
    """Shops that take orders, in numbered pages."""
    found = read_page(SHOPS, query.start, query.page_size)
    entries: list[ShopEntry] = [{"id": shop.entity_id, "name": shop.name, "state": True} for shop in found.entries]
    return page_of(entries, found.count, query, f"{call.base_url}/shops")


def categories(call: Call[None], query: PageQuery) -> NumberedPage[Named]:
    """Categories, in numbered pages."""
    found = read_page(CATEGORIES, query.start, query.page_size)
    entries: list[Named] = [{"id": entry.entity_id, "name": entry.name} for entry in found.entries]
    return page_of(entries, found.count, query, f"{call.base_url}/categories")


def products(call: Call[None], query: ProductsQuery) -> Reply[list[OfferInfo] | OfferInfoPage]:
    """Offers on sale that match the parameters: a plain list, or a page if limit, sort, facets or cursor is given."""
    wanted = query.filters()
    if query.paged:
        limit = query.limit or PRODUCTS_PAGE_SIZE
        return Reply(offers_page(find_page(wanted, query.order, limit, query.cursor or "", facets=query.facets)), {})
    found = find_offers(wanted)
    shown = first_of(map(product_info, found.offers))
    cut = found.cut or (Cut.LENGTH if len(shown) < len(found.offers) else None)
    return Reply(shown, {"List-Cut": cut} if cut else {})


def product(call: Call[None], offer_id: str) -> ProductCard:
    """One offer with its parameters, and every shop's offer of the same product, cheapest first."""
    card = product_card(path_id(offer_id))
    return card_body(card.offer, card.offers)
