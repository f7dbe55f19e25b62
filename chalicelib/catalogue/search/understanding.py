"""Interprets the words of a search: as written, as prefixes, or as the words they may be a slip of. Pure.

A word counts as written if an offer has it or its stem. Otherwise it may be a prefix, typed in the other layout, or
spelled in the other alphabet; if none of these is found, a slip. Neighbors that make up a code count as one word.
Synonyms are added, and a word that has any is not corrected.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from chalicelib.catalogue.search import analysis, corrections, spellings
from chalicelib.catalogue.search.analysis import code_term, stem_term
from chalicelib.catalogue.search.corrections import Lexicon, of_word
from chalicelib.catalogue.search.synonyms import Synonyms

# How certain it is that an alternative was meant, best first; the least certain word of a search decides.
EXACT, SYNONYM, BEGUN, NEAR, FAR = range(5)
GRADES = (EXACT, SYNONYM, BEGUN, NEAR, FAR)
# A code in this many pieces is still found: ``KD 55 XF 9005``.
_CODE_PIECES = 5
# Letters of a word that hardly got into another one by chance.
_SURE = 3


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
    _add_spellings(typed, lexicon, beside)
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
        terms = [of_word(word, lexicon) for word in other]
        if all(terms):
            yield Alternative(grade, tuple(found[0] for found in terms))
        for term in _joined_terms(other, lexicon):
            if [term] not in terms:
                yield Alternative(grade, (term,))


def _add_spellings(parts: list[str], lexicon: _Vocabulary, beside: dict[int, tuple[Alternative, ...]]) -> None:
    """Add how else the words and their neighbours may be written to what is found ``beside`` each."""
    has, stems = lexicon.has, lexicon.stems
    found = [
        (where, Alternative(EXACT, terms)) for where, all_ in spellings.measures(parts, has, stems) for terms in all_
    ]
    found += [(where, Alternative(SYNONYM, terms)) for where, terms in spellings.compounds(parts, has, stems)]
    begun = spellings.begun_codes(parts, lexicon.begins)
    found += [(where, Alternative(BEGUN, begun=(code,))) for where, code in begun]
    for where, one in found:
        beside.update({place: (*beside.get(place, ()), one) for place in where})


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
        return _Word((*_in_either_alphabet(parts[0], lexicon).alternatives, *beside), parts[0])
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
        return _in_either_alphabet(word, lexicon)
    if analysis.has_digit(word):
        return _Word(tuple(there), word) if there else _divided(word, lexicon)
    # Begun words are not all that may be meant: ``lampa`` begins some name, and is лампа too.
    meant = [*corrections.retyped(word, lexicon), *corrections.sounded(word, lexicon)]
    if there or meant:
        return _meant(word, there, meant, lexicon)
    pairs = spellings.apart(word, lexicon.has)
    meant = corrections.retyped_and_sounded(word, lexicon) or corrections.slipped(word, lexicon)
    terms = [tuple(stem_term(one, lexicon.stems) for one in pair) for pair in pairs]
    apart = [Alternative(NEAR, pair) for pair in terms if all(map(lexicon.has, pair))]
    found = _meant(word, apart, meant, lexicon)
    is_apart = bool(apart) and (not meant or min(map(len, pairs[0])) >= _SURE)
    return _Word(
        found.alternatives, " ".join(pairs[0]) if is_apart else found.shown, corrected=bool(found.alternatives)
    )


def _in_either_alphabet(word: str, lexicon: _Vocabulary) -> _Word:
    """Return a word as it is, and as other suppliers write it: one Самсунг must not hide all Samsung."""
    there = tuple(_there(word, lexicon))
    heard = (term for one in corrections.other_alphabet(word, lexicon) for term in of_word(one, lexicon))
    return _Word((*there, *(Alternative(NEAR, (term,)) for term in heard)), word)


def _meant(word: str, there: list[Alternative], meant: corrections.Meant, lexicon: _Vocabulary) -> _Word:
    """Return a word with what is found by it, and by the words that it may be a correction of."""
    found = [Alternative(NEAR if best else FAR, (term,)) for one, best in meant for term in of_word(one, lexicon)]
    found += [other for one, best in meant if best for other in _synonyms([one], lexicon, FAR)]
    return _Word((*there, *found), word if there or not meant else meant[0][0], corrected=bool(meant) and not there)


def _divided(code: str, lexicon: _Vocabulary) -> _Word:
    """Return a code that is not there, as its parts."""
    ways = spellings.divided(code, lambda part: lexicon.has(part) or lexicon.begins(part))
    return _Word(
        tuple(Alternative(NEAR, begun=parts) for parts in ways), " ".join(ways[0]) if ways else code, bool(ways)
    )


def _there(word: str, lexicon: _Vocabulary) -> Iterable[Alternative]:
    """Yield what is found by a word as it is."""
    for term in (*of_word(word, lexicon), *map(code_term, analysis.codes(word))):
        if lexicon.has(term):
            yield Alternative(EXACT, (term,))
    if (other := analysis.heard_code(word)) and lexicon.has(other):
        yield Alternative(NEAR, (other,))
    for prefix in (word, *([code_term(analysis.joined(word))] if analysis.has_digit(word) else [])):
        if lexicon.begins(prefix):
            yield Alternative(BEGUN, begun=(prefix,))
