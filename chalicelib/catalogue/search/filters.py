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

    ``parameters`` are (name, value) pairs: an offer must have one of the values of each name. ``words`` is the text to
    search for. ``categories`` are wanted in addition to ``category_id``, and so is ``merged_into``, the category that
    ``category_id`` was merged into.
    """

    shop_id: int | None = None
    category_id: int | None = None
    price_min: int | None = None
    price_max: int | None = None
    in_stock: bool = False
    parameters: tuple[tuple[str, str], ...] = ()
    words: str = ""
    merged_into: int | None = None
    categories: tuple[int, ...] = ()

    def matches(self, offer: "Offer") -> bool:
        """Whether the offer matches."""
        return (
            self.shop_id in {None, offer.shop_id}
            and (not (among := self.all_categories) or offer.category_id in among)
            and (self.price_min is None or offer.price >= self.price_min)
            and (self.price_max is None or offer.price <= self.price_max)
            and (not self.in_stock or offer.quantity > 0)
            and has_parameters(self.parameters, offer.parameters)
            and begins_words(self.words, f"{offer.name} {offer.model} {offer.category}")
        )

    @property
    def all_categories(self) -> frozenset[int]:
        """The categories of which an offer must have one; empty for any."""
        named = (self.category_id, self.merged_into if self.category_id is not None else None, *self.categories)
        return frozenset(category for category in named if category is not None)

    @property
    def named_categories(self) -> frozenset[int]:
        """The categories that the request names."""
        return frozenset((*(() if self.category_id is None else (self.category_id,)), *self.categories))

    @property
    def drops(self) -> bool:
        """Whether it filters by more than a shop or a category, so that lists also hold offers that do not match."""
        inside = OfferFilter(self.shop_id, None if self.shop_id else self.category_id)
        return self != inside

    @property
    def text(self) -> str:
        """A text that identifies the filter: different filters have different texts."""
        body = asdict(self)
        if not self.categories:
            del body["categories"]  # cursors in use hold the text of a filter that knew only one category
        return json.dumps(body, sort_keys=True)


def begins_words(query: str, text: str) -> bool:
    """Whether every word of the query is the beginning of a word of the text.

    A word is a run of letters and digits; letter case and ё do not matter. A query without words fits every text.
    """
    words = _words(text)
    return all(any(word.startswith(wanted) for word in words) for wanted in _words(query))


def has_parameters(wanted: tuple[tuple[str, str], ...], parameters: list[list[str]]) -> bool:
    """Whether for every wanted name one of its values is among the parameters.

    Letter case, ё and spacing do not matter.
    """
    if not wanted:
        return True
    has = {(normal_name(name), normal_name(value)) for name, value in parameters}
    found = [(normal_name(name), (normal_name(name), normal_name(value)) in has) for name, value in wanted]
    return {name for name, _ in found} == {name for name, is_there in found if is_there}


def _words(text: str) -> list[str]:
    return _WORD.findall(normal_name(text))
