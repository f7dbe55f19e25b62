"""What somebody means by the words of a search: as they are, as beginnings, or as what they may be a slip of. Pure.

For each word the first that is there: the word, its stem, a word that begins so; else the same keys in the other
layout, the same sound in the other alphabet, a word that differs by a slip. Neighbours that make up a code are one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.analysis import Stems, code_term, stem_term

# How sure it is that an alternative was meant; the worst word of a search decides.
EXACT, BEGUN, NEAR, FAR = range(4)
GRADES = (EXACT, BEGUN, NEAR, FAR)
# A code in this many pieces is still found: ``KD 55 XF 9005``.
_CODE_PIECES = 5
# So many words that a mistyped one may have been are searched for, the likeliest first.
_MEANT = 16


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


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something that one word of a search may mean: offers with all ``terms`` and, for each of ``begun``, one so begun.

    ``grade`` is one of GRADES.
    """

    grade: int
    terms: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """What was searched for instead of what was typed, both as whole texts."""

    typed: str
    meant: str


@dataclass(frozen=True, slots=True)
class Understood:
    """For each word of a search its alternatives, none if nothing is found by it; and what had to be corrected."""

    wanted: tuple[tuple[Alternative, ...], ...]
    corrected: tuple[Correction, ...] = ()

    @property
    def grades(self) -> list[int]:
        """The grades that an offer can be found with, the best first; none if nothing can be found."""
        if not all(self.wanted):
            return []
        least = max((min(one.grade for one in word) for word in self.wanted), default=EXACT)
        present = {one.grade for word in self.wanted for one in word}
        return [grade for grade in GRADES if grade == least or (grade > least and grade in present)]


@dataclass(frozen=True, slots=True)
class _Word:
    """One word with what is meant by it; ``shown`` is how a corrected one is reported."""

    alternatives: tuple[Alternative, ...]
    shown: str
    corrected: bool = False


def as_written(query: str) -> Understood:
    """Return what a search means to the letter: offers that have, for each of its words, a word that begins so."""
    return Understood(tuple((Alternative(EXACT, begun=(word,)),) for word in analysis.words(query)))


def understand(query: str, lexicon: Lexicon) -> Understood:
    """Return what a search means to an engine with this lexicon."""
    parts = [part for chunk in query.split() for part in _parts(chunk, lexicon)]
    found: list[_Word] = []
    place = 0
    ends = _codes([part for part, _ in parts], lexicon)
    while place < len(parts):
        end = ends.get(place, place + 1)
        typed = [part for part, _ in parts[place:end]]
        word = _word(typed[0], lexicon) if end == place + 1 else _code(typed, lexicon)
        retyped = any(corrected for _, corrected in parts[place:end])
        found.append(_Word(word.alternatives, word.shown, corrected=True) if retyped else word)
        place = end
    wanted = tuple(word.alternatives for word in found)
    if not any(word.corrected for word in found) or not all(wanted):
        return Understood(wanted)
    return Understood(wanted, (Correction(" ".join(query.split()), " ".join(word.shown for word in found)),))


def _parts(chunk: str, lexicon: Lexicon) -> list[tuple[str, bool]]:
    """Return the words of a chunk between spaces, and whether they had to be typed again in the other layout.

    б ю ж э х ъ ё are on keys that type punctuation, so a chunk is not divided there if nothing would be found by a
    part of it, and everything by what the same keys type in the other layout.
    """
    parts = analysis.words(chunk)
    if analysis.has_letter_keys(chunk) and not all(_is_known(part, lexicon) for part in parts):
        other = analysis.words(analysis.other_keys(chunk))
        if other and all(_is_known(part, lexicon) for part in other):
            return [(part, True) for part in other]
    return [(part, False) for part in parts]


def _is_known(word: str, lexicon: Lexicon) -> bool:
    """Whether the word is there, or at least three letters of one."""
    return lexicon.has(word) or lexicon.has(stem_term(word, lexicon.stems)) or (len(word) > 2 and lexicon.begins(word))


def _codes(parts: list[str], lexicon: Lexicon) -> dict[int, int]:
    """Return where neighbours make up one code that is there: beginnings and ends, which do not overlap."""
    taken: set[int] = set()
    ends: dict[int, int] = {}
    for start, end in analysis.runs(parts, _CODE_PIECES):
        if taken.isdisjoint(range(start, end)) and _joined_terms(parts[start:end], lexicon):
            taken.update(range(start, end))
            ends[start] = end
    return ends


def _joined_terms(parts: list[str], lexicon: Lexicon) -> list[str]:
    code = analysis.joined(" ".join(parts))
    return [term for term in (code_term(code), code) if analysis.has_digit(code) and lexicon.has(term)]


def _code(parts: list[str], lexicon: Lexicon) -> _Word:
    """Return neighbours that make up a code; offers are found by the words as well."""
    joined = tuple(Alternative(EXACT, (term,)) for term in _joined_terms(parts, lexicon))
    *first, last = parts
    apart = (Alternative(EXACT, tuple(parts)), Alternative(BEGUN, tuple(first), (last,)))
    return _Word((*joined, *apart), " ".join(parts))


def _word(word: str, lexicon: Lexicon) -> _Word:
    there = list(_there(word, lexicon))
    if any(one.grade == EXACT for one in there):
        return _Word(tuple(there), word)
    # Begun words are not all that may be meant: ``lampa`` begins some name, and is лампа too.
    meant = [*_retyped(word, lexicon), *_sounded(word, lexicon)]
    if not there and not meant:
        meant = _slipped(word, lexicon)
    if meant:
        grades = [Alternative(NEAR if best else FAR, (term,)) for one, best in meant for term in _of_word(one, lexicon)]
        return _Word((*there, *grades), word if there else meant[0][0], corrected=not there)
    if not there and analysis.has_digit(word) and len(pieces := analysis.pieces(word)) > 1:
        return _Word((Alternative(NEAR, begun=tuple(pieces)),), " ".join(pieces), corrected=True)
    return _Word(tuple(there), word)


def _there(word: str, lexicon: Lexicon) -> Iterable[Alternative]:
    """Yield what is found by a word as it is."""
    for term in (*_of_word(word, lexicon), *map(code_term, analysis.codes(word))):
        if lexicon.has(term):
            yield Alternative(EXACT, (term,))
    for prefix in (word, *([code_term(analysis.joined(word))] if analysis.has_digit(word) else [])):
        if lexicon.begins(prefix):
            yield Alternative(BEGUN, begun=(prefix,))


def _of_word(word: str, lexicon: Lexicon) -> list[str]:
    """Return the terms of a word that are there; whatever has a word has its stem, which is enough to look for."""
    terms = [word, analysis.joined(word)] if analysis.has_digit(word) else [stem_term(word, lexicon.stems)]
    return [term for term in dict.fromkeys(terms) if lexicon.has(term)]


_Meant = list[tuple[str, bool]]


def _retyped(word: str, lexicon: Lexicon) -> _Meant:
    """Return the word that the same keys type in the other layout, if it is there, and that it is among the best."""
    other = analysis.words(analysis.other_keys(word))
    return [(other[0], True)] if len(other) == 1 and len(word) > 1 and _of_word(other[0], lexicon) else []


def _sounded(word: str, lexicon: Lexicon) -> _Meant:
    """Return the words that sound like this one in the other alphabet, the most frequent first."""
    if analysis.has_digit(word) or len(word) < 3:
        return []
    found = {one for form in analysis.sounding_like(word, lexicon.stems) for one in lexicon.alike(form, 0)} - {word}
    there = [one for one in found if lexicon.has(one)]
    return [(one, True) for one in sorted(there, key=lambda one: (-lexicon.count(one), one))[:_MEANT]]


def _slipped(word: str, lexicon: Lexicon) -> _Meant:
    """Return the words that this one may be a slip of, the nearest and then the most frequent first."""
    slips = analysis.slips(word)
    if not slips:
        return []
    near = {one: analysis.distance(word, one) for one in lexicon.alike(word, slips)}
    stem = analysis.stem(word, lexicon.stems)
    if len(stem) > 3:
        for one in lexicon.alike(stem_term(word, lexicon.stems), analysis.slips(stem)):
            by_stem = analysis.distance(stem, analysis.stem(one, lexicon.stems))
            near[one] = min(near.get(one, by_stem), by_stem)
    there = sorted((slip, -lexicon.count(one), one) for one, slip in near.items() if lexicon.has(one))
    return [(one, slip == there[0][0]) for slip, _, one in there[:_MEANT]]
