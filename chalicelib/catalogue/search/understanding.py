"""Interprets the words of a search: as written, as prefixes, or as the words they may be a slip of. Pure.

A word counts as written if an offer has it or its stem. Otherwise it may be a prefix, typed in the other layout, or
spelled in the other alphabet; if none of these is found, a slip. Neighbors that make up a code count as one word.
Synonyms are added, and a word that has any is not corrected.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Protocol

from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.analysis import Stems, code_term, stem_term
from chalicelib.catalogue.search.synonyms import Synonyms

# How certain it is that an alternative was meant, best first; the least certain word of a search decides.
EXACT, SYNONYM, BEGUN, NEAR, FAR = range(5)
GRADES = (EXACT, SYNONYM, BEGUN, NEAR, FAR)
# A code in this many pieces is still found: ``KD 55 XF 9005``.
_CODE_PIECES = 5
# How many corrections of a mistyped word are searched for, the likeliest first.
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
    """A meaning of one word of a search: offers with all ``terms`` and, for each of ``begun``, a term that begins so.

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
    """The alternatives of each word of a search, none if nothing is found by it, and what had to be corrected."""

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
    """One word with its alternatives; ``shown`` is how a corrected one is reported."""

    alternatives: tuple[Alternative, ...]
    shown: str
    corrected: bool = False


class _Vocabulary:
    """An engine's lexicon, extended by words that are found only through their synonyms."""

    def __init__(self, lexicon: Lexicon, synonyms: Synonyms | None) -> None:
        self.stems, self.has, self.count = lexicon.stems, lexicon.has, lexicon.count
        # The cost is that of all words with the prefix: for a single digit, 10 ms at a million offers.
        self.begins = cache(lexicon.begins)
        self._lexicon, self.synonyms = lexicon, synonyms or Synonyms((), lexicon.stems)

    def alike(self, form: str, slips: int) -> Iterable[str]:
        """Return the words kept under a form that is at most this many slips from the one given."""
        beside = self.synonyms.near(form, slips) if slips else self.synonyms.alike(form)
        return chain(self._lexicon.alike(form, slips), beside)

    def finds(self, word: str) -> bool:
        """Whether offers are found by a corrected word."""
        return self.has(word) or next(_synonyms([word], self, SYNONYM), None) is not None


def as_written(query: str) -> Understood:
    """Return the literal meaning of a search: each of its words is the prefix of a word of the offer."""
    words = dict.fromkeys(analysis.words(query))
    return Understood(tuple((Alternative(EXACT, begun=(word,)),) for word in words))


def understand(query: str, lexicon: Lexicon, synonyms: Synonyms | None = None) -> Understood:
    """Return the interpretation of a search with this lexicon. The synonyms have the engine's stems."""
    return _understood(query, _Vocabulary(lexicon, synonyms))


def _understood(query: str, lexicon: _Vocabulary) -> Understood:
    parts = [part for chunk in query.split() for part in _parts(chunk, lexicon)]
    found: list[_Word] = []
    place = 0
    typed = [part for part, _ in parts]
    beside = _phrases(typed, lexicon)
    ends = _codes(typed, lexicon, beside)
    while place < len(parts):
        end = ends.get(place, place + 1)
        word = _slot(typed[place:end], beside.get(place, ()), lexicon)
        retyped = any(corrected for _, corrected in parts[place:end])
        found.append(_Word(word.alternatives, word.shown, corrected=True) if retyped else word)
        place = end
    # Repeated words are looked for once: fifty short ones would take a second at a million offers.
    wanted = tuple(dict.fromkeys(word.alternatives for word in found))
    if not any(word.corrected for word in found) or not all(wanted):
        return Understood(wanted)
    return Understood(wanted, (Correction(" ".join(query.split()), " ".join(word.shown for word in found)),))


def _parts(chunk: str, lexicon: _Vocabulary) -> list[tuple[str, bool]]:
    """Return the words of a chunk between spaces, each with whether it is read in the other layout.

    б ю ж э х ъ ё are on keys that type punctuation. So a chunk with such punctuation is read in the other layout
    as a whole if one of its words finds nothing and, in the other layout, all of them find something.
    """
    parts = analysis.words(chunk)
    if analysis.has_letter_keys(chunk) and not all(_is_known(part, lexicon) for part in parts):
        other = analysis.words(analysis.other_keys(chunk))
        if other and all(_is_known(part, lexicon) for part in other):
            return [(part, True) for part in other]
    return [(part, False) for part in parts]


def _is_known(word: str, lexicon: _Vocabulary) -> bool:
    """Whether the lexicon has the word, or a word that begins with it if it has three letters or more."""
    there = lexicon.finds(word) or lexicon.has(stem_term(word, lexicon.stems))
    return there or (len(word) > 2 and lexicon.begins(word))


def _phrases(parts: list[str], lexicon: _Vocabulary) -> dict[int, tuple[Alternative, ...]]:
    """Return the alternatives that the synonyms of words and phrases add, by place; no word is part of two phrases.

    Each word of a phrase gets those of the whole phrase: an offer that has a synonym matches all of the words.
    """
    beside: dict[int, tuple[Alternative, ...]] = {}
    for start, end in lexicon.synonyms.runs(parts):
        apart = beside.keys().isdisjoint(range(start, end))
        if apart and (found := tuple(_synonyms(parts[start:end], lexicon, SYNONYM))):
            beside.update(dict.fromkeys(range(start, end), found))
    return beside


def _synonyms(phrase: Sequence[str], lexicon: _Vocabulary, grade: int) -> Iterator[Alternative]:
    """Yield the alternatives that the synonyms of a word or phrase add."""
    for other in lexicon.synonyms.of(phrase):
        terms = [_of_word(word, lexicon) for word in other]
        if all(terms):
            yield Alternative(grade, tuple(found[0] for found in terms))
        for term in _joined_terms(other, lexicon):
            if [term] not in terms:
                yield Alternative(grade, (term,))


def _codes(parts: list[str], lexicon: _Vocabulary, beside: dict[int, tuple[Alternative, ...]]) -> dict[int, int]:
    """Return the runs of neighbors that make up a code of the lexicon, as ends by starts; they do not overlap.

    If a word of a run has synonyms, the words stay separate, and the code is added to the alternatives of each in
    ``beside``.
    """
    taken: set[int] = set()
    ends: dict[int, int] = {}
    for start, end in analysis.runs(parts, _CODE_PIECES):
        run = range(start, end)
        if taken.isdisjoint(run) and (terms := _joined_terms(parts[start:end], lexicon)):
            taken.update(run)
            if beside.keys().isdisjoint(run):
                ends[start] = end
            else:
                code = [Alternative(EXACT, (term,)) for term in terms]
                beside.update({place: (*code, *beside.get(place, ())) for place in run})
    return ends


def _joined_terms(parts: Sequence[str], lexicon: _Vocabulary) -> list[str]:
    code = analysis.joined(" ".join(parts))
    return [term for term in (code_term(code), code) if analysis.has_digit(code) and lexicon.has(term)]


def _slot(parts: list[str], beside: tuple[Alternative, ...], lexicon: _Vocabulary) -> _Word:
    """Return a word, or neighbors that make up a code, with the alternatives of its synonyms."""
    if beside:
        return _Word((*_there(parts[0], lexicon), *beside), parts[0])
    return _word(parts[0], lexicon) if len(parts) == 1 else _code(parts, lexicon)


def _code(parts: list[str], lexicon: _Vocabulary) -> _Word:
    """Return neighbors that make up a code as one word; offers with the separate words match as well."""
    joined = tuple(Alternative(EXACT, (term,)) for term in _joined_terms(parts, lexicon))
    *first, last = parts
    apart = (Alternative(EXACT, tuple(parts)), Alternative(BEGUN, tuple(first), (last,)))
    return _Word((*joined, *apart), " ".join(parts))


def _word(word: str, lexicon: _Vocabulary) -> _Word:
    there = list(_there(word, lexicon))
    if any(one.grade == EXACT for one in there):
        return _Word(tuple(there), word)
    # Begun words are not all that may be meant: ``lampa`` begins some name, and is лампа too.
    meant = [*_retyped(word, lexicon), *_sounded(word, lexicon)]
    if not there and not meant:
        meant = _slipped(word, lexicon)
    if meant:
        grades = [Alternative(NEAR if best else FAR, (term,)) for one, best in meant for term in _of_word(one, lexicon)]
        grades += [found for one, best in meant if best for found in _synonyms([one], lexicon, FAR)]
        return _Word((*there, *grades), word if there else meant[0][0], corrected=not there)
    if not there and analysis.has_digit(word) and len(pieces := analysis.pieces(word)) > 1:
        return _Word((Alternative(NEAR, begun=tuple(pieces)),), " ".join(pieces), corrected=True)
    return _Word(tuple(there), word)


def _there(word: str, lexicon: _Vocabulary) -> Iterable[Alternative]:
    """Yield what is found by a word as it is."""
    for term in (*_of_word(word, lexicon), *map(code_term, analysis.codes(word))):
        if lexicon.has(term):
            yield Alternative(EXACT, (term,))
    for prefix in (word, *([code_term(analysis.joined(word))] if analysis.has_digit(word) else [])):
        if lexicon.begins(prefix):
            yield Alternative(BEGUN, begun=(prefix,))


def _of_word(word: str, lexicon: _Vocabulary) -> list[str]:
    """Return the terms of a word that are there; whatever has a word has its stem, which is enough to look for."""
    terms = [word, analysis.joined(word)] if analysis.has_digit(word) else [stem_term(word, lexicon.stems)]
    return [term for term in dict.fromkeys(terms) if lexicon.has(term)]


_Meant = list[tuple[str, bool]]


def _retyped(word: str, lexicon: _Vocabulary) -> _Meant:
    """Return the word that the same keys type in the other layout, if it is there, and that it is among the best."""
    other = analysis.words(analysis.other_keys(word))
    is_there = bool(other) and (bool(_of_word(other[0], lexicon)) or lexicon.finds(other[0]))
    return [(other[0], True)] if len(other) == 1 and len(word) > 1 and is_there else []


def _sounded(word: str, lexicon: _Vocabulary) -> _Meant:
    """Return the words that sound like this one in the other alphabet, the most frequent first."""
    if analysis.has_digit(word) or len(word) < 3:
        return []
    found = {one for form in analysis.sounding_like(word, lexicon.stems) for one in lexicon.alike(form, 0)} - {word}
    there = [one for one in found if lexicon.finds(one)]
    return [(one, True) for one in sorted(there, key=lambda one: (-lexicon.count(one), one))[:_MEANT]]


def _slipped(word: str, lexicon: _Vocabulary) -> _Meant:
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
    there = sorted((slip, -lexicon.count(one), one) for one, slip in near.items() if lexicon.finds(one))
    return [(one, slip == there[0][0]) for slip, _, one in there[:_MEANT]]
