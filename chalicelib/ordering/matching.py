"""Decides which of the offers with a code is meant. Pure rules over stored items.

The reasons are in docs/decisions/0088-what-a-code-chooses.md.
"""

from collections.abc import Collection

from chalicelib.catalogue.identity import shared_gtin
from chalicelib.catalogue.search import analysis
from chalicelib.models.catalogue import Offer
from chalicelib.ordering.codes import AMBIGUOUS, CANDIDATES, NOT_FOUND, Code, Match
from chalicelib.ordering.rows import rule_of
from chalicelib.units import same_unit


def match(
    code: Code, quantity: int, known: Collection[Offer], *, complete: bool = True, choose_cheapest: bool = False
) -> Match:
    """Return the meaning of a code among offers on sale; ``complete`` means that no other offer can have it.

    One of several offers is chosen only on request, and only if they are the same good in the same unit: the cheapest
    that can be ordered in this quantity, else the first candidate.
    """
    offers = sorted((one for one in known if _has(one, code)), key=_place)
    if len(offers) == 1 and complete:
        return Match(offers[0])
    if not offers and complete:
        return Match(refused=NOT_FOUND)
    if choose_cheapest and offers and all(_alike(offers[0], other, code) for other in offers[1:]):
        able = [one for one in offers if rule_of(one).breach(quantity, one.quantity) is None]
        return Match((able or offers)[0], chosen=True)
    more = not complete or len(offers) > CANDIDATES
    return Match(refused=AMBIGUOUS, candidates=tuple(offers[:CANDIDATES]), more=more)


def _has(offer: Offer, code: Code) -> bool:
    """Whether an offer still has the code by which it was found: indexes lag behind."""
    if code.shop_id not in {None, offer.shop_id}:
        return False
    wanted = set(analysis.codes(code.text))
    return any(wanted & set(analysis.codes(own)) for own in (offer.gtin, offer.model, offer.ext_id))


def _place(offer: Offer) -> tuple[bool, int, int]:
    return not rule_of(offer).most(offer.quantity), offer.price, offer.offer_id


def _alike(one: Offer, other: Offer, code: Code) -> bool:
    """Whether two offers are the same good in the same unit, so that only the price decides between them."""
    if not same_unit(one.unit, other.unit):
        return False
    if one.product_id == other.product_id or _gtins(one) & _gtins(other):
        return True
    model = analysis.codes(code.text)
    return one.category_id == other.category_id and model == analysis.codes(one.model) == analysis.codes(other.model)


def _gtins(offer: Offer) -> set[str]:
    known = shared_gtin(offer.gtin)
    return {known} if known is not None else set()
