"""Codes that name goods, and what they may mean. Kept apart from ``lookup``, which only requests with codes load."""

from dataclasses import dataclass

from chalicelib.models.catalogue import Offer

NOT_FOUND, AMBIGUOUS, NOT_SEARCHED = "code_not_found", "ambiguous_code", "code_not_searched"
# The most offers with the same code that are shown.
CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Code:
    """A barcode, model or supplier's id as it was typed; of any shop, unless ``shop_id`` names one."""

    text: str
    shop_id: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What a code means: an offer, or none with the reason in ``refused``.

    ``candidates`` are at most CANDIDATES offers to choose from, in stock first, then the cheapest; ``more`` means that
    further offers have the code. ``chosen`` means that the offer was one of several, ``as_before`` that it is the one
    that the buyer ordered last.
    """

    offer: Offer | None = None
    refused: str = ""
    candidates: tuple[Offer, ...] = ()
    more: bool = False
    chosen: bool = False
    as_before: bool = False


@dataclass(frozen=True, slots=True)
class CodeHits:
    """The ids of offers that may have a code, None if the engine cannot look it up.

    ``complete`` means that no other offer can have it.
    """

    offers: tuple[int, ...] | None
    complete: bool = True
