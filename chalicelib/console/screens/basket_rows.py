"""A row of the basket as its page shows it: what has changed, why it cannot be ordered, and what can be instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.catalogue.card import Sold
from chalicelib.console.wording import AREA
from chalicelib.documents.wording import named
from chalicelib.models.catalogue import Offer
from chalicelib.ordering.alternatives import Need
from chalicelib.ordering.quote import BasketView
from chalicelib.ordering.rows import BasketRow, row_fault, rule_of, terms_of
from chalicelib.ordering.terms import Terms, TermsChange
from chalicelib.texts import Language, text
from chalicelib.units import PIECES

Others = Mapping[int, Sold]


@dataclass(frozen=True, slots=True)
class Other:
    """The offer of the same good at another shop; the price is in kopecks."""

    offer_id: int
    shop: str
    price: int


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the basket; amounts are kopecks.

    ``price`` is None for an offer that is gone; ``price_was`` is the price shown before, if it was different.
    ``changes`` are texts about other changes; ``problem`` is why the row cannot be ordered, and ``nearest`` are
    quantities that can be. ``other`` is the offer of another shop that is available in this quantity, if any;
    ``is_closed`` means that the row's own shop takes no orders.
    """

    offer_id: int
    name: str
    model: str
    unit: str
    quantity: int
    price: int | None
    price_was: int | None
    problem: str = ""
    nearest: Sequence[int] = ()
    changes: Sequence[str] = ()
    other: Other | None = None
    is_closed: bool = False

    @property
    def total(self) -> int:
        """What the row costs."""
        return (self.price or 0) * self.quantity


def needs_of(view: BasketView, typed: Mapping[int, int]) -> list[Need]:
    """Return the needs to look up at other shops, for rows that cannot be ordered in this quantity or cost more now.

    For the latter, only offers below the present price will do.
    """
    needs = []
    dearer = []
    for row in view.rows:
        offer, wanted = view.offers.get(row.offer_id), typed.get(row.offer_id) or row.quantity
        if offer is None:
            continue
        if row_fault(row.offer_id, wanted, offer, view.shops) is not None:
            needs.append(Need(offer, wanted))
        elif row.price is not None and offer.price > row.price:
            dearer.append(Need(offer, wanted, offer.price))
    return [*needs, *dearer]


def row_view(view: BasketView, row: BasketRow, typed: Mapping[int, int], others: Others, language: Language) -> RowView:
    """Return a row with the problem of its quantity: the typed one, or else the basket's."""
    offer, wanted = view.offers.get(row.offer_id), typed.get(row.offer_id) or row.quantity
    fault = row_fault(row.offer_id, wanted, offer, view.shops)
    said = fault.message(language) if fault else ""
    nearest = [one for one in fault.nearest if one != wanted] if fault else []
    if offer is None:
        terms = row.terms or Terms(None, None, None, None)
        return RowView(row.offer_id, terms.name or "", terms.model or "", "", row.quantity, None, None, said)
    was = row.price if row.price is not None and row.price != offer.price else None
    sold = others.get(row.offer_id)
    return RowView(
        *(row.offer_id, offer.name, offer.model, offer.unit, row.quantity, offer.price, was),
        *(said, nearest, _changes(offer, row, language)),
        other=Other(sold[0].offer_id, sold[1].name, sold[0].price) if sold is not None else None,
        is_closed=fault is not None and fault.reason == "closed",
    )


def _changes(offer: Offer, row: BasketRow, language: Language) -> list[str]:
    """Return texts about changes other than of the price since the row was shown."""
    if row.terms is None:
        return []
    change = TermsChange(row.offer_id, row.terms, terms_of(offer))
    words = []
    if change.of_unit:
        was, now = (named("unit", unit or PIECES, language) for unit in (change.was.unit, change.now.unit))
        words.append(text(AREA, "basket.was_unit", language, was=was, now=now))
    if change.of_rule:
        rule = rule_of(offer)
        words.append(text(AREA, "basket.was_rule", language, minimum=rule.minimum, step=rule.step))
    if change.of_name and change.was.name != change.now.name:
        words.append(text(AREA, "basket.was_name", language, was=change.was.name))
    return words
