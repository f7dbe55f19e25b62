"""The terms by which a text is found: words, stems, codes and sounds; and what counts as a typing error. Pure.

Every engine makes the terms of its offers and of searches with these functions, so that the two agree. Terms of
different kinds never collide: each kind except the plain word begins with a character that no word contains.
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

# The sounds of Cyrillic letters, written with the letters that the Latin spellings below are mapped to.
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
    """An engine's Snowball stemmers; each takes one folded word. Those of all engines return the same stems."""

    russian: Callable[[str], str]
    english: Callable[[str], str]


def words(text: str) -> list[str]:
    """Return the words of a text, case and ё folded: runs of letters and digits."""
    return _WORD.findall(normal_name(text))


def has_digit(word: str) -> bool:
    """Whether the word has a digit: such words are never stemmed, transliterated or corrected."""
    return _DIGIT.search(word) is not None


@lru_cache(maxsize=65_536)
def stem(word: str, stems: Stems) -> str:
    """Return the stem of a word, Russian if it has a Cyrillic letter, else English; a word with a digit is its own."""
    if has_digit(word):
        return word
    return stems.russian(word) if _CYRILLIC.search(word) else stems.english(word)


def stem_term(word: str, stems: Stems) -> str:
    """Return the term that all forms of a word share; with its ``=`` no prefix of a word finds it."""
    return f"={stem(word, stems)}"


def code_term(joined: str) -> str:
    """Return the term of a code; ``joined`` is a result of ``joined`` or ``codes``."""
    return f"#{joined}"


def sound_term(word: str) -> str:
    """Return the form by which a word is found if it was spelled in the other alphabet."""
    return f"~{sound(word)}"


def joined(text: str) -> str:
    """Return a model or id without separators, so that ``KD-55XF9005`` and ``kd 55xf9005`` are the same code.

    If it has a digit, Cyrillic letters are replaced by the Latin ones that look like them.
    """
    if text.isascii():  # the same result as below, in a third of the time
        return _SEPARATORS.sub("", text).lower()
    code = "".join(words(text))
    return code.translate(_LOOKALIKES) if has_digit(code) else code


def codes(text: str) -> list[str]:
    """Return the codes that a text may stand for, to pass to ``code_term``; none if it has no letter or digit.

    A GTIN is the same with and without its leading zeros: 12 digits on one label are 13 on another.
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
    """All terms by which an offer is found, and the words among them that may replace a mistyped one."""

    terms: set[str]
    words: list[str]


def offer_terms(stems: Stems, *, name: str, model: str, category: str, ext_id: str, gtin: str) -> OfferTerms:
    """Return the terms of an offer: words, stems and codes."""
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
    """Return the terms of an offer as any engine indexes it."""
    return offer_terms(
        stems, name=offer.name, model=offer.model, category=offer.category, ext_id=offer.ext_id, gtin=offer.gtin
    )


@lru_cache(maxsize=65_536)
def _word_terms(word: str, stems: Stems) -> tuple[str, str]:
    return word, word.translate(_LOOKALIKES) if has_digit(word) else stem_term(word, stems)


def lexicon_forms(word: str, stems: Stems) -> list[str]:
    """Return the forms under which a lexicon keeps a word: the word, its stem term, and the sounds of word and stem."""
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
    """Return the lexicon's forms for which a transliterated word may stand, most likely first."""
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
    """Return the pieces of a word, divided between letters and digits: ``iphone15`` has two."""
    return _PIECES.findall(word)


def slips(word: str) -> int:
    """Return how many slips are tolerated in a word: none if it is short or has a digit.

    A similar model code means a different product.
    """
    if has_digit(word) or len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def distance(one: str, other: str) -> int:
    """Return the number of slips between two words: a wrong, missing or extra letter, or two neighbors swapped."""
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
    """Yield the start and end of each run of 2 to ``longest`` neighboring parts, the longest first."""
    for size in range(min(longest, len(parts)), 1, -1):
        for start in range(len(parts) - size + 1):
            yield start, start + size
