"""Codes by which goods are named, and what they may mean. What looks for them is loaded by requests that have some."""

from dataclasses import dataclass

from chalicelib.models.catalogue import Offer

NOT_FOUND, AMBIGUOUS, NOT_SEARCHED = "code_not_found", "ambiguous_code", "code_not_searched"
# How many of the offers with a code are shown.
CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Code:
    """A barcode, model or supplier's id as somebody writes it; of any shop, unless ``shop_id`` names one."""

    text: str
    shop_id: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What a code means: an offer, or none with the reason in ``refused``.

    ``candidates`` are the offers between which somebody has to choose, in stock first, then the cheapest, at most
    CANDIDATES; ``more`` says that others have the code too. ``chosen`` says that the offer is one of several, and
    ``as_before`` that it is the one that the buyer ordered last.
    """

    offer: Offer | None = None
    refused: str = ""
    candidates: tuple[Offer, ...] = ()
    more: bool = False
    chosen: bool = False
    as_before: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """The ids of offers that may have a code; ``complete`` says that no others can.

    They are None if nothing could look for the code.
    """

    offers: tuple[int, ...] | None
    complete: bool = True
