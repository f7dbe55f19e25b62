"""What a word that is not there may have been meant as: typed on the other layout, heard, or mistyped. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.analysis import Stems, sound, stem_term

# How many corrections of a mistyped word are searched for, the likeliest first.
_MEANT = 16
# A shorter word sounds like too many others; one that is also retyped, like more.
_MIN_HEARD, _MIN_HEARD_RETYPED = 2, 4
# What spellings by ear in the other alphabet get wrong: vowels, sounds that are not heard, and the x of xiaomi.
_NOT_HEARD = re.compile("[aeiouhg]")

#: Words that may be meant, the likeliest first, each with whether it is among the best.
Meant = list[tuple[str, bool]]


class Lexicon(Protocol):
    """What the offers of an engine are found by, and the stemmers that their terms were made with."""

    @property
    def stems(self) -> Stems:
        """The engine's stemmers."""

    def has(self, term: str) -> bool:
        """Whether an offer has the term."""

    def begins(self, prefix: str) -> bool:
        """Whether an offer has a longer term that begins so."""

    def count(self, term: str) -> int:
        """Return about how many offers have the term."""

    def alike(self, form: str, slips: int) -> Iterable[str]:
        """Return the words kept under a form that is at most this many slips from the one given."""


class Vocabulary(Lexicon, Protocol):
    """A lexicon that also has words by which offers are found only through synonyms."""

    def finds(self, word: str) -> bool:
        """Whether offers are found by a corrected word."""


def of_word(word: str, lexicon: Lexicon) -> list[str]:
    """Return the terms of a word that are there; whatever has a word has its stem, which is enough to look for."""
    terms = [word, analysis.joined(word)] if analysis.has_digit(word) else [stem_term(word, lexicon.stems)]
    return [term for term in dict.fromkeys(terms) if lexicon.has(term)]


def retyped(word: str, lexicon: Vocabulary) -> Meant:
    """Return the word that the same keys type in the other layout, if it is there."""
    other = _other_keys(word)
    return [(other, True)] if other and (of_word(other, lexicon) or lexicon.finds(other)) else []


def sounded(word: str, lexicon: Vocabulary) -> Meant:
    """Return the words that sound like this one in the other alphabet, the most frequent first."""
    if analysis.has_digit(word) or len(word) < _MIN_HEARD:
        return []
    found = {one for form in analysis.sounding_like(word, lexicon.stems) for one in lexicon.alike(form, 0)} - {word}
    there = [one for one in found if lexicon.finds(one)]
    return [(one, True) for one in sorted(there, key=lambda one: (-lexicon.count(one), one))[:_MEANT]]


def other_alphabet(word: str, lexicon: Vocabulary) -> list[str]:
    """Return the words of the other alphabet that sound like this one, whether or not it is there itself."""
    cyrillic = analysis.is_cyrillic(word)
    return [one for one, _ in sounded(word, lexicon) if analysis.is_cyrillic(one) != cyrillic]


def retyped_and_sounded(word: str, lexicon: Vocabulary) -> Meant:
    """Return the words that sound like what the same keys type in the other layout: ``cfvceyu`` is Samsung."""
    other = _other_keys(word)
    return sounded(other, lexicon) if other and len(other) >= _MIN_HEARD_RETYPED else []


def slipped(word: str, lexicon: Vocabulary) -> Meant:
    """Return the words that this one may be a slip of, the nearest and then the most frequent first.

    Words of the other alphabet are compared by their sound: макбук is a letter from MacBook.
    """
    slips = analysis.slips(word)
    if not slips:
        return []
    near = {one: analysis.distance(word, one) for one in lexicon.alike(word, slips)}
    stem = analysis.stem(word, lexicon.stems)
    if len(stem) > 3:
        for one in lexicon.alike(stem_term(word, lexicon.stems), analysis.slips(stem)):
            by_stem = analysis.distance(stem, analysis.stem(one, lexicon.stems))
            near[one] = min(near.get(one, by_stem), by_stem)
    for one, slip in _misheard(word, lexicon):
        near[one] = min(near.get(one, slip), slip)
    there = sorted((slip, -lexicon.count(one), one) for one, slip in near.items() if lexicon.finds(one))
    return [(one, slip == there[0][0]) for slip, _, one in there[:_MEANT]]


def _misheard(word: str, lexicon: Vocabulary) -> Iterator[tuple[str, int]]:
    """Yield the words of the other alphabet that sound nearly like this one, each with how many sounds differ."""
    heard = sound(word)
    if not (slips := analysis.slips(heard)):
        return
    for one in lexicon.alike(analysis.sound_term(word), slips):
        for other in {sound(one), sound(analysis.stem(one, lexicon.stems))}:
            differs = analysis.distance(heard, other)
            is_other = analysis.is_cyrillic(one) != analysis.is_cyrillic(word)
            if is_other and differs <= slips and _consonants(other) == _consonants(heard):
                yield one, differs


def _consonants(heard: str) -> str:
    return _NOT_HEARD.sub("", heard.replace("ks", "s"))


def _other_keys(word: str) -> str | None:
    """Return the one word that the same keys type in the other layout."""
    other = analysis.words(analysis.other_keys(word))
    return other[0] if len(other) == 1 and len(word) > 1 else None
