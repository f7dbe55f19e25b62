"""The rules by which offers match a request, apart from the lists that hold them."""

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from chalicelib.catalogue.identity import normal_name

if TYPE_CHECKING:
    from chalicelib.models.catalogue import Offer

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class OfferFilter:
    """The offers a request wants; None means any. Prices are kopecks, both bounds inclusive.

    ``parameters`` are (name, value) pairs that an offer must all have, ``words`` what is searched for. Where the
    category was merged into another, offers of ``merged_into`` are asked for too.
    """

    shop_id: int | None = None
    category_id: int | None = None
    price_min: int | None = None
    price_max: int | None = None
    in_stock: bool = False
    parameters: tuple[tuple[str, str], ...] = ()
    words: str = ""
    merged_into: int | None = None

    def matches(self, offer: "Offer") -> bool:
        """Whether the offer matches."""
        return (
            self.shop_id in {None, offer.shop_id}
            and (self.category_id in {None, offer.category_id} or self.merged_into == offer.category_id)
            and (self.price_min is None or offer.price >= self.price_min)
            and (self.price_max is None or offer.price <= self.price_max)
            and (not self.in_stock or offer.quantity > 0)
            and has_parameters(self.parameters, offer.parameters)
            and begins_words(self.words, f"{offer.name} {offer.model} {offer.category}")
        )

    @property
    def drops(self) -> bool:
        """Whether it filters by more than a shop or a category, so that lists also hold offers that do not match."""
        inside = OfferFilter(self.shop_id, None if self.shop_id else self.category_id)
        return self != inside

    @property
    def text(self) -> str:
        """A text that identifies the filter: different filters have different texts."""
        return json.dumps(asdict(self), sort_keys=True)


def begins_words(query: str, text: str) -> bool:
    """Whether every word of the query is the beginning of a word of the text.

    A word is a run of letters and digits; letter case and ё do not matter. A query without words fits every text.
    """
    words = _words(text)
    return all(any(word.startswith(wanted) for word in words) for wanted in _words(query))


def has_parameters(wanted: tuple[tuple[str, str], ...], parameters: list[list[str]]) -> bool:
    """Whether every wanted (name, value) is among the parameters; letter case, ё and spacing do not matter."""
    if not wanted:
        return True
    has = {(normal_name(name), normal_name(value)) for name, value in parameters}
    return all((normal_name(name), normal_name(value)) in has for name, value in wanted)


def _words(text: str) -> list[str]:
    return _WORD.findall(normal_name(text))
