"""Which encoding the words of a file are in: UTF-8, windows-1251, cp866, KOI8-R or MacCyrillic. Pure.

The right one is that in which the words are likeliest as Russian: by the frequency of their letters, by the case of
neighbors, and by the few signs that price lists use. Decision 0020 has the figures, and why no library decides this.
"""

import math
import re
from collections.abc import Collection
from typing import NamedTuple

# The names of reports; Python knows the codecs under the same ones.
UTF_8 = "utf-8"
WINDOWS_1251 = "windows-1251"
LEGACY = (WINDOWS_1251, "cp866", "koi8-r", "mac-cyrillic")
# Of the Latin letters before a word the last one shows that it is a mixture; all of them would cost quadratic time.
WORD = re.compile(rb"[A-Za-z]?[\x80-\xff][A-Za-z\x80-\xff]*")
# Three Cyrillic letters of UTF-8. In none of the other encodings do such pairs follow each other in a text.
# (Written out, this is found six times faster than with a number of repeats.)
UTF_8_LETTERS = re.compile(rb"[\xd0\xd1][\x80-\xbf][\xd0\xd1][\x80-\xbf][\xd0\xd1][\x80-\xbf]")

# How often each letter occurs in a thousand (the Russian National Corpus, rounded).
_IN_A_THOUSAND = {
    **{"о": 110, "е": 85, "а": 80, "и": 74, "н": 67, "т": 63, "с": 55, "р": 47, "в": 45, "л": 44, "к": 35, "м": 32},
    **{"д": 30, "п": 28, "у": 26, "я": 20, "ы": 19, "ь": 17, "г": 17, "з": 16, "б": 16, "ч": 14, "й": 12, "х": 10},
    **{"ж": 9, "ш": 7, "ю": 6, "ц": 5, "щ": 4, "э": 3, "ф": 3, "ё": 2, "ъ": 0.4},
    **dict.fromkeys("іїєґў", 0.3),
}
_LETTERS = {letter: math.log(often / 1000) for letter, often in _IN_A_THOUSAND.items()}
_SIGNS = frozenset("«»№–—°®™…“”„‘’\u00a0×²³½±µ·•§©€₽")
_SIGN, _FOREIGN, _UNDEFINED = math.log(0.01), math.log(1e-5), math.log(1e-7)
# No word begins with these, changes to capitals, or mixes alphabets; few change to small letters after two capitals.
_NO_BEGINNING = frozenset("ьъый")
_BEGINNING, _RISE, _MIXTURE, _FALL = math.log(0.01), math.log(1e-3), math.log(1e-3), math.log(0.01)
# Of two guesses that are as good, windows-1251 is the right one this many times more often.
_USUAL = math.log(20)
# A guess is sure if it is this much likelier than the next that reads differently, and its letters are not absurd.
_SURE = math.log(1000)
_ABSURD = -5.5


class Guess(NamedTuple):
    """An encoding and a word as read in it; ``sure`` if no other would do, ``absurd`` if this one hardly does."""

    encoding: str
    sure: bool
    absurd: bool
    example: str


def guess(words: Collection[bytes], candidates: Collection[str] = LEGACY) -> Guess:
    """Return the encoding of the words, which need not be many, each with a byte that is not ASCII."""
    found = []
    for encoding in candidates:
        texts = [word.decode(encoding, "replace") for word in words]
        prior = _USUAL if encoding == WINDOWS_1251 else 0.0
        found.append((prior + sum(map(_likelihood, texts)), encoding, texts))
    found.sort(key=lambda each: -each[0])
    best, encoding, texts = found[0]
    # Encodings differ in some letters only: if the words are the same in another one, that is not another reading.
    others = [likelihood for likelihood, _, other in found[1:] if other != texts]
    absurd = best < _ABSURD * sum(not char.isascii() for text in texts for char in text)
    sure = not absurd and (not others or best - max(others) >= _SURE)
    return Guess(encoding, sure, absurd, max(texts, key=len, default=""))


def is_utf_8(words: Collection[bytes]) -> bool:
    """Whether the words are in UTF-8 rather than in windows-1251; False if there are none."""
    return bool(words) and guess(words, (UTF_8, WINDOWS_1251)).encoding == UTF_8


def _likelihood(text: str) -> float:
    """Return the logarithm of how likely the text is as a Russian word."""
    total, previous, before_previous = 0.0, "", ""
    for char in text:
        small = char.lower()
        if small in _LETTERS:
            total += _LETTERS[small] + _transition(before_previous, previous, char)
        elif char.isascii():
            total += _MIXTURE if previous.lower() in _LETTERS else 0.0
        else:
            total += _SIGN if char in _SIGNS else _UNDEFINED if char == "\ufffd" else _FOREIGN
        before_previous, previous = previous, char
    return total


def _transition(before_previous: str, previous: str, char: str) -> float:
    """Return what the two characters before a letter add to its likelihood."""
    if not previous.isalpha():
        return _BEGINNING if char.lower() in _NO_BEGINNING else 0.0
    if previous.lower() not in _LETTERS:
        return _MIXTURE
    if char.isupper():
        return 0.0 if previous.isupper() else _RISE
    return _FALL if previous.isupper() and before_previous.isupper() else 0.0
