"""The lexicon of an OpenSearch index for ``understand``, which asks one question at a time: each would cost a call.

So ``understand`` runs with the answers that are known; every other question is noted and answered as if nothing were
found. One call then answers all noted questions, and ``understand`` runs again, until no question is open. This asks
more questions than necessary, but the last run has the right result. One call is usual; a typing error needs three.
"""

from collections.abc import Callable, Iterable
from typing import Final, Literal, NamedTuple, TypeAlias, TypeVar

from chalicelib.catalogue.search.analysis import Stems, stem_term
from chalicelib.catalogue.search.opensearch import schema as stored
from chalicelib.catalogue.search.opensearch.client import Answer, OpenSearch
from chalicelib.catalogue.search.opensearch.queries import may_be_there, term
from chalicelib.catalogue.search.stemmers import STEMS
from chalicelib.json_types import JsonObject

# How many words near a mistyped one are examined.
_NEAR: Final = 100
# For how many words near a mistyped one the next question is asked in advance.
_EXPECTED: Final = 16

_T = TypeVar("_T")
_Words: TypeAlias = tuple[str, ...]


class _Question(NamedTuple):
    kind: Literal["count", "begins", "alike"]
    text: str
    slips: int = 0

    @property
    def is_expensive(self) -> bool:
        """Whether answering scans all words; such a question is asked only when no other is left."""
        return self.slips > 0


class Lexicon:
    """The words of an index, as far as one search has asked for them."""

    def __init__(self, client: OpenSearch, index: str) -> None:
        self._client, self._index = client, index
        self._counts: dict[_Question, int] = {}
        self._words: dict[_Question, _Words] = {}
        self._open: dict[_Question, None] = {}
        self._expected: dict[_Question, None] = {}

    def understood(self, understand: "Callable[[Lexicon], _T]") -> _T:
        """Return the result of a pure function of this lexicon. Raises EngineBusy."""
        while True:
            self._open.clear()
            found = understand(self)
            if not self._open:
                return found
            self._ask()

    @property
    def stems(self) -> Stems:
        """The stemmers that the index was made with."""
        return STEMS

    def has(self, term: str) -> bool:
        """Whether an offer has the term."""
        return self.count(term) > 0

    def count(self, term: str) -> int:
        """Return how many offers have the term."""
        return self._known(self._counts, _Question("count", term), 0)

    def begins(self, prefix: str) -> bool:
        """Whether an offer has a longer term that begins with the prefix."""
        return self._known(self._counts, _Question("begins", prefix), 0) > 0

    def alike(self, form: str, slips: int) -> Iterable[str]:
        """Return the words kept under a form that is at most this many slips from the one given."""
        return self._known(self._words, _Question("alike", form, slips), ())

    def _known(self, answers: dict[_Question, _T], question: _Question, nothing: _T) -> _T:
        if question not in answers and may_be_there(question.text):
            self._open[question] = None
        return answers.get(question, nothing)

    def _ask(self) -> None:
        questions = [one for one in self._open if not one.is_expensive] or list(self._open)
        questions += [one for one in self._expected if one not in self._counts and one not in self._open]
        self._expected.clear()
        answers = self._client.searches(self._index, [_search(one) for one in questions])
        for question, answer in zip(questions, answers, strict=True):
            if question.kind == "alike":
                self._words[question] = words = _shown(answer)
                # The question that follows for each of these words, if it may be meant.
                self._expected.update((_Question("count", stem_term(word, STEMS)), None) for word in words[:_EXPECTED])
            else:
                self._counts[question] = answer["hits"]["total"]["value"]


def _search(question: _Question) -> JsonObject:
    if question.kind == "count":
        return {"query": term(stored.TERMS, question.text), "size": 0, "track_total_hits": True}
    if question.kind == "begins":
        longer = f"{_escaped(question.text)}?*"
        query: JsonObject = {"wildcard": {stored.TERMS: {"value": longer}}}
        return {"query": query, "size": 0, "track_total_hits": 1, "terminate_after": 1}
    if not question.slips:
        query = term(stored.FORM, question.text)
    else:
        near: JsonObject = {"value": question.text, "fuzziness": question.slips, "max_expansions": _NEAR}
        query = {"fuzzy": {stored.FORM: near}}
    return {"query": query, "size": _NEAR, "track_total_hits": False, "_source": [stored.SHOWN]}


def _shown(answer: Answer) -> _Words:
    return tuple(hit["_source"][stored.SHOWN] for hit in answer["hits"]["hits"])


def _escaped(text: str) -> str:
    return "".join(f"\\{one}" if one in "*?\\" else one for one in text)
