"""Entries of many goods that are added to the basket at once, their results, and both as they are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from chalicelib.errors.reasons import RowFault
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.ordering.codes import Code, Match
from chalicelib.ordering.terms import Terms


@dataclass(frozen=True, slots=True)
class Wanted:
    """One entry: a quantity of an offer named by its id, by ``name``: (shop id, the supplier's own id), or by a code.

    ``terms`` count as shown to the buyer if the basket does not hold the offer yet; None means the present ones.
    """

    quantity: int
    offer_id: int | None = None
    name: tuple[int, str] | None = None
    terms: Terms | None = None
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class EntryOutcome:
    """The result of an entry.

    ``quantity`` is what the basket holds of the offer now; ``possible``, for a refused entry, the most it could hold;
    ``price`` and ``terms`` are the offer's price in kopecks and terms now, None if the offer is gone; ``fault`` says
    why the offer cannot be ordered in this quantity.
    """

    result: str
    offer_id: int | None
    quantity: int
    possible: int | None
    price: int | None
    terms: Terms | None = None
    fault: RowFault | None = None


@dataclass(frozen=True, slots=True)
class Entered:
    """The outcome of an entry, and what its code means: None for an entry without one.

    ``offer`` is None if it is gone. ``shops`` are those of the offer and of the candidates, by id. ``first`` is the
    place of an earlier entry of this offer, the first one, if one of its entries came by a code.
    """

    outcome: EntryOutcome
    match: Match | None
    offer: Offer | None
    shops: Mapping[int, Shop]
    first: int | None = None

    @property
    def kept(self) -> list[Any]:
        """The entry as JSON for ``from_kept``: offers as ids, and no price and terms, since these change."""
        outcome, fault, match = self.outcome, self.outcome.fault, self.match
        means = match and [
            *(match.refused, [one.offer_id for one in match.candidates], match.more, match.chosen, match.as_before)
        ]
        results = [outcome.result, outcome.offer_id, outcome.quantity, outcome.possible]
        return [*results, fault and astuple(fault), means, self.first]


def ids_kept(kept: Sequence[Any]) -> set[int]:
    """Return the ids of the offers that an entry was kept with."""
    _, offer_id, _, _, _, means, _ = kept
    return {*(means[1] if means else ()), *([offer_id] if offer_id is not None else ())}


def from_kept(kept: Sequence[Any], offers: Mapping[int, Offer], shops: Mapping[int, Shop]) -> Entered:
    """Return the entry stored by ``Entered.kept``, with those of its offers that still exist, as they are now."""
    result, offer_id, quantity, possible, fault, means, first = kept
    offer, match = offers.get(offer_id), None
    if means is not None:
        # Entries kept by an earlier version end with ``chosen``.
        refused, candidates, *flags = means
        match = Match(offer, refused, tuple(offers[i] for i in candidates if i in offers), *flags)
    outcome = EntryOutcome(result, offer_id, quantity, possible, price=None, fault=_fault(fault))
    return Entered(outcome, match, offer, shops, first)


def _fault(kept: Sequence[Any] | None) -> RowFault | None:
    if kept is None:
        return None
    row_id, reason, wanted, possible, nearest, minimum, step, maximum = kept
    return RowFault(row_id, reason, wanted, possible, tuple(nearest), minimum, step, maximum)
