"""The terms of an offer besides its price: its unit, its quantity rule, its name and model. Pure rules.

Another unit or rule changes the meaning of a quantity in a basket, so the buyer must agree to it, as to a higher price.
A new name needs no consent: the id shows that it is the same good (docs/decisions/0026-what-the-quote-covers.md).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import TypedDict

from chalicelib.ordering.quantities import QuantityRule
from chalicelib.units import same_unit

# The most bytes of terms in the basket's item, which holds 400 KB: about 450 rows with names of usual length.
MOST_BYTES = 64_000
# An order or a refusal lists this many new names, each cut to this length: an item holds no more than 400 KB.
_RENAMES_SHOWN = 50
_NAME_SHOWN = 120


class Called(TypedDict):
    """The name and model of a good; long texts are cut."""

    name: str
    model: str


class Renamed(TypedDict):
    """A row whose good has another name or model than the buyer was shown."""

    id: int
    was: Called
    now: Called


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms on which an offer is sold. None means not stored: it counts as equal to anything."""

    unit: str | None = None
    rule: QuantityRule | None = None
    name: str | None = None
    model: str | None = None

    @property
    def stored(self) -> list[Any]:
        """The terms as a basket stores them; ``stored_terms`` reads them."""
        rule = (None, None, None) if self.rule is None else self.rule.as_tuple
        return [self.unit, *rule, self.name, self.model]


@dataclass(frozen=True, slots=True)
class TermsChange:
    """An offer whose terms differ from those that were shown."""

    offer_id: int
    was: Terms
    now: Terms

    @property
    def of_unit(self) -> bool:
        """Whether the good is sold in another unit; another spelling of the same unit is not a change."""
        return self.was.unit is not None and not same_unit(self.was.unit, self.now.unit or "")

    @property
    def of_rule(self) -> bool:
        """Whether the minimum, the step or the maximum has changed."""
        return self.was.rule is not None and self.was.rule != self.now.rule

    @property
    def of_name(self) -> bool:
        """Whether the name or the model has changed."""
        return self.was.name is not None and (self.was.name, self.was.model) != (self.now.name, self.now.model)


def stored_terms(stored: Sequence[Any]) -> Terms:
    """Return the terms that ``Terms.stored`` made."""
    unit, *rule, name, model = stored
    return Terms(unit, rule_stored(rule), name, model)


def rule_stored(stored: Sequence[int | None] | None) -> QuantityRule | None:
    """Return the rule that ``QuantityRule.as_tuple`` returned; None if none was stored."""
    if not stored or stored[0] is None or stored[1] is None:
        return None
    return QuantityRule(stored[0], stored[1], stored[2])


def fitting(terms: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Return stored terms without names and models if they would take more than MOST_BYTES of the basket."""
    size = len(json.dumps(terms, ensure_ascii=False).encode())
    return dict(terms) if size <= MOST_BYTES else {i: [*one[:4], None, None] for i, one in terms.items()}


def renames_shown(changes: Sequence[TermsChange]) -> list[Renamed]:
    """Return the first new names as answers and orders hold them."""
    named = [change for change in changes if change.of_name][:_RENAMES_SHOWN]
    return [{"id": one.offer_id, "was": _called(one.was), "now": _called(one.now)} for one in named]


def _called(terms: Terms) -> Called:
    return {"name": (terms.name or "")[:_NAME_SHOWN], "model": (terms.model or "")[:_NAME_SHOWN]}
