"""A lexicon and its offers in memory: what every engine does with the terms of analysis, without an engine."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from chalicelib.catalogue.search.analysis import distance, lexicon_forms, offer_terms
from chalicelib.catalogue.search.stemmers import STEMS
from chalicelib.catalogue.search.synonyms import Group, Synonyms
from chalicelib.catalogue.search.understanding import Alternative, understand


class Described(NamedTuple):
    """What an offer is found by."""

    name: str
    model: str = ""
    category: str = ""
    ext_id: str = ""
    gtin: str = ""


class Memory:
    """Offers, numbered from 0, and the lexicon of their words."""

    stems = STEMS

    def __init__(self, offers: Sequence[Described], groups: Sequence[Group] = ()) -> None:
        self.synonyms = Synonyms(tuple(groups), STEMS)
        described = [offer_terms(STEMS, **offer._asdict()) for offer in offers]
        self.terms = [terms for terms, _ in described]
        self._counts = Counter(term for terms in self.terms for term in terms)
        self._forms: dict[str, set[str]] = defaultdict(set)
        for _, words in described:
            for word in words:
                for form in lexicon_forms(word, STEMS):
                    self._forms[form].add(word)

    def has(self, term: str) -> bool:
        return term in self._counts

    def begins(self, prefix: str) -> bool:
        return any(term.startswith(prefix) and term != prefix for term in self._counts)

    def count(self, term: str) -> int:
        return self._counts[term]

    def alike(self, form: str, slips: int) -> Iterable[str]:
        if not slips:
            return self._forms.get(form, ())
        as_long = (one for one in self._forms if one[0] == form[0] and abs(len(one) - len(form)) <= slips)
        return {word for one in as_long if distance(form, one) <= slips for word in self._forms[one]}

    def ranked(self, query: str) -> list[int]:
        """The offers that a search finds, those it finds with the best grade first."""
        understood = understand(query, self, self.synonyms)
        found: list[int] = []
        for grade in understood.grades:
            found += [
                place
                for place, terms in enumerate(self.terms)
                if place not in found
                and all(any(one.grade <= grade and _fits(one, terms) for one in word) for word in understood.wanted)
            ]
        return found


def _fits(one: Alternative, terms: set[str]) -> bool:
    return terms.issuperset(one.terms) and all(any(term.startswith(begun) for term in terms) for begun in one.begun)
