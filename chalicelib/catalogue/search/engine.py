"""The question to an engine that finds offers, and its answer; independent of HTTP and of how an index is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Literal, Protocol, get_args

from chalicelib.catalogue.search.filters import OfferFilter

if TYPE_CHECKING:
    from chalicelib.catalogue.search.understanding import Correction
    from chalicelib.models.catalogue import Offer

# What offers can be counted by: their category, their shop, each parameter with each of its values.
Facet = Literal["category", "shop", "param"]
FACETS: Final[tuple[Facet, ...]] = get_args(Facet)


class Sort(StrEnum):
    """The order of a list. Relevance: exact, synonyms, prefixes, corrections; in each, in stock, then cheapest."""

    RELEVANCE = "relevance"
    NAME = "name"
    PRICE = "price"
    PRICE_DOWN = "-price"


class EngineBusy(Exception):
    """The engine cannot answer now; a later call may succeed."""


class EngineRefused(Exception):
    """The engine refuses the question and would refuse it again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for at most ``limit`` offers that match the filter, after the position where the last page ended.

    With ``room``, the page has at most that many offers and shops together: as many as one call can read. With
    ``literal``, the words are taken as prefixes if that finds any offer; otherwise they are interpreted.
    """

    filter: OfferFilter
    sort: Sort
    limit: int
    after: str | None = None
    facets: tuple[Facet, ...] = ()
    room: int | None = None
    literal: bool = False

    def fitting(self, shops: Sequence[int]) -> int:
        """Return how many of the offers found fit on the page, given their shops in order; at least one."""
        if self.room is None:
            return min(self.limit, len(shops))
        seen: set[int] = set()
        for place, shop in enumerate(shops[: self.limit]):
            seen.add(shop)
            if place and place + 1 + len(seen) > self.room:
                return place
        return min(self.limit, len(shops))


@dataclass(frozen=True, slots=True)
class Hit:
    """An offer found; ``offer`` is its item if the engine has just read it from the tables."""

    offer_id: int
    shop_id: int
    offer: "Offer | None" = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the offers found have a value: the id of a shop or category, or (name, value) of a parameter."""

    value: int | tuple[str, str]
    offers: int


@dataclass(frozen=True, slots=True)
class Found:
    """Offers in order, and the position behind them: None at the end of the list.

    ``total`` is how many match altogether, None if the engine does not count. ``facets`` are the most frequent values
    of the requested facets. ``as_of`` is the stamp of the moment that the answer reflects, None for the present.
    ``shop_names`` has the names of the hits' shops if the engine has just read them.
    """

    hits: list[Hit]
    next: str | None
    total: int | None = None
    facets: Mapping[Facet, list[Count]] = field(default_factory=dict)
    corrected: "tuple[Correction, ...]" = ()
    as_of: str | None = None
    shop_names: Mapping[int, str] = field(default_factory=dict)


class Engine(Protocol):
    """Finds offers on sale. Its answers may be outdated, unless its hits include their offers."""

    @property
    def brings_offers(self) -> bool:
        """Whether each hit has its offer, as it is now."""

    def sorts_of(self, wanted: OfferFilter) -> frozenset[Sort]:
        """Return the sort orders in which the engine can list the offers of a filter."""

    def find(self, asked: Asked) -> Found:
        """Return a page. Raises EngineBusy, and FieldErrors for a position of another list."""


class CodeEngine(Engine, Protocol):
    """An engine that knows offers by their codes too: barcodes, models and suppliers' ids."""

    def by_codes(self, codes: Sequence[str], limit: int) -> dict[str, list[Hit]]:
        """Return for each code at most ``limit`` offers with it: those in stock first, then the cheapest.

        Codes that the engine cannot look up are left out; a code that no offer has has an empty list. Takes a
        thousand codes in one call. Raises EngineBusy.
        """
