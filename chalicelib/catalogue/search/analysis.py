"""What a text is found by: its words, their stems, its codes, and how words sound and are mistyped. Pure.

Every engine takes its terms from here, for the offers it stores as for the words it is asked for, so that both agree.
Terms of different kinds never meet, because each kind but the plain word begins with a sign that no word contains.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from chalicelib.catalogue.identity import gtin_is_valid, normal_name
from chalicelib.catalogue.search.documents import Indexed

_WORD = re.compile(r"[^\W_]+")
_SEPARATORS = re.compile(r"[\W_]+", re.ASCII)
_DIGIT = re.compile(r"\d")
_CYRILLIC = re.compile("[а-я]")
_PIECES = re.compile(r"\d+|[^\W\d_]+")

_QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_JCUKEN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_OTHER_KEYS = str.maketrans(_QWERTY + _JCUKEN, _JCUKEN + _QWERTY)
# The keys on which the other layout has letters.
_LETTER_KEYS = re.compile(r"[`\[\];',.]")
# Letters of model codes that look alike.
_LOOKALIKES = str.maketrans("авекмнорстух", "abekmhopctyx")

# How Cyrillic sounds, in letters that the Latin spellings below lead to as well.
_SOUNDS = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziiklmnoprstufhie", strict=True)),
        **{"ж": "Z", "ц": "ts", "ч": "C", "ш": "S", "щ": "S", "ъ": "", "ь": "", "ю": "iu", "я": "ia", "ё": "e"},
    }
)
# Latin spellings of Russian sounds, the longest first.
_SPELLINGS = [
    *(("shch", "S"), ("sch", "S"), ("tch", "C"), ("sh", "S"), ("ch", "C"), ("zh", "Z"), ("kh", "h"), ("ph", "f")),
    *(("tz", "ts"), ("ck", "k"), ("qu", "kv"), ("x", "ks"), ("q", "k"), ("w", "v"), ("y", "i"), ("j", "i")),
]
_SOFT_C = re.compile("c(?=[eiv]|$)")
_CYRILLIC_OF = [
    *(("shch", "щ"), ("sch", "щ"), ("sh", "ш"), ("ch", "ч"), ("zh", "ж"), ("kh", "х"), ("ts", "ц"), ("ph", "ф")),
    *(("yu", "ю"), ("ju", "ю"), ("ya", "я"), ("ja", "я"), ("yo", "е"), ("jo", "е"), ("x", "кс"), ("iy", "ий")),
    *(("ij", "ий"), ("yj", "ый"), ("ey", "ей"), ("ay", "ай"), ("oy", "ой"), ("uy", "уй"), ("yy", "ый")),
]
_CYRILLIC_LETTERS = str.maketrans("abvgdezijklmnoprstufhcywq", "абвгдезийклмнопрстуфхцывк")


class Stems(NamedTuple):
    """The Snowball stemmers of an engine, for one folded word each; all engines' have the same stems."""

    russian: Callable[[str], str]
    english: Callable[[str], str]


def words(text: str) -> list[str]:
    """Return the words of a text, case and ё folded: runs of letters and digits."""
    return _WORD.findall(normal_name(text))


def has_digit(word: str) -> bool:
    """Whether the word is one of model codes and numbers, which are never bent, sounded out or corrected."""
    return _DIGIT.search(word) is not None


@lru_cache(maxsize=65_536)
def stem(word: str, stems: Stems) -> str:
    """Return the stem of a word, Russian or English by its letters; a word with a digit is its own."""
    if has_digit(word):
        return word
    return stems.russian(word) if _CYRILLIC.search(word) else stems.english(word)


def stem_term(word: str, stems: Stems) -> str:
    """Return the term that all forms of a word share. As a term of its own no other word begins with it."""
    return f"={stem(word, stems)}"


def code_term(joined: str) -> str:
    """Return the term of a code that ``joined`` or ``codes`` has returned."""
    return f"#{joined}"


def sound_term(word: str) -> str:
    """Return the form by which a word is found in the other alphabet."""
    return f"~{sound(word)}"


def joined(text: str) -> str:
    """Return a model or an id without what separates its parts: ``KD-55XF9005`` and ``kd 55xf9005`` are one code.

    With a digit in it, Cyrillic letters count as the Latin ones that they look like.
    """
    if text.isascii():  # as below, a third of the time
        return _SEPARATORS.sub("", text).lower()
    code = "".join(words(text))
    return code.translate(_LOOKALIKES) if has_digit(code) else code


def codes(text: str) -> list[str]:
    """Return the codes that a text may be, for ``code_term``; none if it has no letter or digit.

    A GTIN is the same with and without the zeros before it: 12 digits on one label are 13 on another.
    """
    code = joined(text)
    if gtin_is_valid(code):
        return [code.lstrip("0")] if code[0] == "0" else [code]
    return [code] if code else []


def barcode(text: str) -> str | None:
    """Return the GTIN in a text, without separators; None if the text is not a GTIN."""
    code = joined(text)
    return code if gtin_is_valid(code) else None


class OfferTerms(NamedTuple):
    """Everything that an offer is found by, and the words among it that a mistyped one may have meant."""

    terms: set[str]
    words: list[str]


def offer_terms(stems: Stems, *, name: str, model: str, category: str, ext_id: str, gtin: str) -> OfferTerms:
    """Return what an offer is found by: words, stems and codes."""
    terms: set[str] = set()
    meant = []
    for word in words(f"{name} {model} {category}"):
        if word not in terms:
            found = _word_terms(word, stems)
            terms.update(found)
            if len(word) > 1 and found[-1][0] == "=":
                meant.append(word)
    for text in (model, ext_id, gtin):
        terms.update(map(code_term, codes(text)))
    return OfferTerms(terms, meant)


def indexed_terms(stems: Stems, offer: Indexed) -> OfferTerms:
    """Return what an offer is found by in any engine's index."""
    return offer_terms(
        stems, name=offer.name, model=offer.model, category=offer.category, ext_id=offer.ext_id, gtin=offer.gtin
    )


@lru_cache(maxsize=65_536)
def _word_terms(word: str, stems: Stems) -> tuple[str, str]:
    return word, word.translate(_LOOKALIKES) if has_digit(word) else stem_term(word, stems)


def lexicon_forms(word: str, stems: Stems) -> list[str]:
    """Return the forms under which a lexicon keeps a word: as it is, its stem, and how both sound."""
    forms = [word, stem_term(word, stems), sound_term(word), sound_term(stem(word, stems))]
    return list(dict.fromkeys(forms))


@lru_cache(maxsize=65_536)
def sound(word: str) -> str:
    """Return how a word sounds, the same for its Russian spelling and for the usual transliterations."""
    for spelling, letters in _SPELLINGS:
        word = word.replace(spelling, letters)
    # Cyrillic last: сх is not sh.
    text = _SOFT_C.sub("ts", word).replace("c", "k").translate(_SOUNDS)
    return "".join(letter for letter, _ in groupby(text))


def sounding_like(word: str, stems: Stems) -> list[str]:
    """Return the forms of a lexicon that a transliterated word may be, the likeliest first."""
    forms = [sound_term(word)]
    if not _CYRILLIC.search(word):
        forms.append(sound_term(stem(_in_cyrillic(word), stems)))
    return list(dict.fromkeys(form for form in forms if len(form) > 2))


def _in_cyrillic(word: str) -> str:
    for spelling, letters in _CYRILLIC_OF:
        word = word.replace(spelling, letters)
    return word.translate(_CYRILLIC_LETTERS)


def other_keys(text: str) -> str:
    """Return what the same keys type in the other layout, Russian or English, folded as words are."""
    return normal_name(text.casefold().translate(_TO_OTHER_KEYS))


def has_letter_keys(text: str) -> bool:
    """Whether a text has punctuation that may be letters of the other layout: б ю ж э х ъ ё."""
    return _LETTER_KEYS.search(text) is not None


def pieces(word: str) -> list[str]:
    """Return a word divided where letters meet digits: ``iphone15`` is two."""
    return _PIECES.findall(word)


def slips(word: str) -> int:
    """Return how many letters of a word may be wrong: none in a short one, nor in one with digits.

    A near model code is a different product.
    """
    if has_digit(word) or len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def distance(one: str, other: str) -> int:
    """Return how many slips lead from one word to the other: a letter wrong, missing, too many, or two swapped."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one):
        older, before, row = before, row, [place + 1]
        for column, against in enumerate(other):
            step = min(before[column + 1], row[column]) + 1
            step = min(step, before[column] + (letter != against))
            if place and column and letter == other[column - 1] and one[place - 1] == against:
                step = min(step, older[column - 1] + 1)
            row.append(step)
    return row[-1]


def runs(parts: list[str], longest: int) -> Iterator[tuple[int, int]]:
    """Yield the beginnings and ends of all runs of two or more neighbours, the longest first."""
    for size in range(min(longest, len(parts)), 1, -1):
        for start in range(len(parts) - size + 1):
            yield start, start + size
