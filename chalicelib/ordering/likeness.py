"""Suggestions for a code that no offer has: goods whose names resemble it."""

from chalicelib.catalogue.listing import find_page
from chalicelib.catalogue.search.engine import Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.errors import Busy, SortUnavailable
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.models.selling import sold_now

MOST = 3
_LONGEST = 100


def offers_like(code: str) -> tuple[list[Offer], dict[int, Shop]]:
    """Return the first offers, at most MOST, that a search for the words of a code finds, and their shops by id.

    Costs a page of the search and a BatchGet. Returns nothing if there is no search engine, or it does not respond.
    """
    if not any(map(str.isalnum, code)):
        return [], {}
    words = " ".join(code.split())[:_LONGEST]
    try:
        offers = find_page(OfferFilter(words=words), Sort.RELEVANCE, MOST).offers
    except (Busy, SortUnavailable):
        return [], {}
    return offers, sold_now((), {one.shop_id for one in offers})[1] if offers else {}
