"""Words and short phrases with the same meaning, as administrators keep them, prepared for searches. Pure.

They extend the query and never the index, so changing them does not rebuild anything.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.analysis import Stems

# Groups of a list, and words in a phrase.
MAX_GROUPS = 1_000
MAX_PHRASE = 4

Phrase = tuple[str, ...]


class Group(NamedTuple):
    """Words and phrases of which each also finds the others; if ``one_way``, only the first finds the others."""

    words: Sequence[str]
    one_way: bool = False

    @property
    def asked(self) -> Sequence[str]:
        """The words and phrases that find the others."""
        return self.words[:1] if self.one_way else self.words


@dataclass(frozen=True)
class Synonyms:
    """Groups, looked up by words in any grammatical form: by the stems of an engine."""

    groups: tuple[Group, ...]
    stems: Stems

    def of(self, words: Sequence[str]) -> Sequence[Phrase]:
        """Return the synonyms of a word or phrase, each as its words."""
        return self._others.get(self._key(words), ()) if self.groups else ()

    def runs(self, words: list[str]) -> Iterator[tuple[int, int]]:
        """Yield the start and end of each word or phrase that has synonyms, the longest phrases first."""
        single = ((place, place + 1) for place in range(len(words)))
        for start, end in chain(analysis.runs(words, MAX_PHRASE), single) if self.groups else ():
            if self.of(words[start:end]):
                yield start, end

    def alike(self, form: str) -> set[str]:
        """Return the single words that have synonyms and this form, as a lexicon keeps it."""
        return self._by_form.get(form, set()) if self.groups else set()

    def near(self, word: str, slips: int) -> set[str]:
        """Return the single words that have synonyms and are one slip away; of those two slips away, only some."""
        if not self.groups:
            return set()
        among = {one for rest in _shorter(word) for one in self._by_rest.get(rest, ())}
        return {one for one in among if analysis.distance(word, one) <= slips}

    def _key(self, words: Sequence[str]) -> Phrase:
        return tuple(
            analysis.joined(word) if analysis.has_digit(word) else analysis.stem(word, self.stems) for word in words
        )

    @cached_property
    def _others(self) -> dict[Phrase, list[Phrase]]:
        found: dict[Phrase, list[Phrase]] = defaultdict(list)
        for group in self.groups:
            phrases = {self._key(words): words for words in map(tuple, map(analysis.words, group.words))}
            for key in map(self._key, map(analysis.words, group.asked)):
                found[key] += [words for other, words in phrases.items() if other != key and words not in found[key]]
        return dict(found)

    @cached_property
    def _single(self) -> set[str]:
        """The single words that have synonyms, without those that are never corrected."""
        asked = (analysis.words(one) for group in self.groups for one in group.asked)
        return {words[0] for words in asked if len(words) == 1 and not analysis.has_digit(words[0])}

    @cached_property
    def _by_form(self) -> dict[str, set[str]]:
        return _by(lambda word: analysis.lexicon_forms(word, self.stems), self._single)

    @cached_property
    def _by_rest(self) -> dict[str, set[str]]:
        return _by(_shorter, self._single)


def _by(keys: Callable[[str], Iterable[str]], words: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for word in words:
        for key in keys(word):
            found[key].add(word)
    return dict(found)


def _shorter(word: str) -> set[str]:
    """Return the word with and without each of its letters: two words that are one slip apart share one of these."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}
