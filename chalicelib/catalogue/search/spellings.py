"""Other ways to write what a search names: units, words written as one or apart, codes in the other alphabet. Pure.

Nothing here guesses at a mistyped letter. Each function returns alternatives as tuples of the terms that are wanted
together, and only such as are there.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, product

from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.analysis import Stems, stem_term

Terms = tuple[str, ...]
Has = Callable[[str], bool]

# The spellings of each unit, as suppliers and buyers write them behind a number.
_UNITS = """
гб gb гбайт | тб tb | мб mb | кб kb | кг kg килограмм | г гр g gr грамм | мг mg | л l литр | мл ml | мм mm | см cm
м m метр | вт w ватт | квт kw | в v вольт | а a | ач ah | мач mah | гц hz | мгц mhz | ггц ghz
шт pcs штук | лм lm | мпа mpa
"""
_SPELLINGS = {
    word: spellings
    for line in _UNITS.replace("\n", "|").split("|")
    if (spellings := line.split())
    for word in spellings
}
# Names show these by a sign that is not part of any word: 55".
_INCHES = frozenset({"дюйм", "inch", "inches"})
# Shorter ones are made up of neighbours that have nothing to do with each other.
_MIN_COMPOUND = 5
# What has more pieces is not divided: their combinations double with each.
_MAX_PIECES = 5
_MAX_PAIRS = 2
# Letters that one of two words written together has.
_MIN_PART = 3


def measure(number: str, unit: str, has: Has, stems: Stems) -> list[Terms]:
    """Return how else a number with a unit may be written: ``32 гб`` is ``32GB`` and ``32 GB``; 55 дюймов is 55."""
    if not number.isdecimal():
        return []
    stem = analysis.stem(unit, stems)
    if unit in _INCHES or stem in _INCHES:
        return [(number,)] if has(number) else []
    found: list[Terms] = []
    for other in _SPELLINGS.get(unit, _SPELLINGS.get(stem, [])):
        found += [(number + other,), (number, stem_term(other, stems))]
    return [terms for terms in found if all(map(has, terms))]


def measures(parts: Sequence[str], has: Has, stems: Stems) -> Iterator[tuple[range, list[Terms]]]:
    """Yield the places of the numbers with units among the words of a search, with how else each may be written."""
    for place, part in enumerate(parts):
        pieces = analysis.pieces(part)
        behind = parts[place + 1] if place + 1 < len(parts) else ""
        if len(pieces) == 2:
            spans = range(place, place + 1)
            number, unit = pieces
        else:
            spans = range(place, place + 2)
            number, unit = part, behind
        if unit and (found := measure(number, unit, has, stems)):
            yield spans, found


def compounds(parts: Sequence[str], has: Has, stems: Stems) -> Iterator[tuple[range, Terms]]:
    """Yield the places of neighbours that are there written as one word: ``black view`` is BlackView."""
    for place, pair in enumerate(pairwise(parts)):
        word = "".join(pair)
        if len(word) >= _MIN_COMPOUND and not analysis.has_digit(word) and has(word):
            yield range(place, place + 2), (stem_term(word, stems),)


def begun_codes(parts: Sequence[str], begins: Has) -> Iterator[tuple[range, str]]:
    """Yield the places of letters and a number that begin a code if written as one: ``bv 6000`` is the BV6000s."""
    for place, (letters, number) in enumerate(pairwise(parts)):
        if number.isdecimal() and len(number) > 1 and letters.isalpha() and len(letters) < _MIN_COMPOUND:
            code = analysis.joined(letters + number)
            if begins(code):
                yield range(place, place + 2), code


def apart(word: str, has: Has) -> list[Terms]:
    """Return pairs of words that are there, and this one if written together: ``роботпылесос``; even ones first."""
    cuts = sorted(range(2, len(word) - 1), key=lambda cut: abs(2 * cut - len(word)))
    pairs: Iterator[Terms] = ((word[:cut], word[cut:]) for cut in cuts)
    return [pair for pair in pairs if max(map(len, pair)) >= _MIN_PART and all(map(has, pair))][:_MAX_PAIRS]


def divided(code: str, known: Has) -> list[Terms]:
    """Return the ways to divide a code where letters meet digits so that all of its parts are known.

    ``65r14`` is 65 and r14 as well as 65, r and 14.
    """
    pieces = analysis.pieces(code)
    if not 1 < len(pieces) <= _MAX_PIECES:
        return []
    found: list[Terms] = []
    for ends in product((True, False), repeat=len(pieces) - 1):
        parts = [pieces[0]]
        for piece, is_end in zip(pieces[1:], ends, strict=True):
            parts[-1:] = [parts[-1], piece] if is_end else [parts[-1] + piece]
        if len(parts) > 1 and all(map(known, parts)):
            found.append(tuple(parts))
    return found
