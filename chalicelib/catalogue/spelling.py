"""How a category's name is spelled for everybody, where suppliers spell it differently. Pure.

All spellings of one normal name are one category (docs/decisions/0025-names-and-categories.md).
"""

import re
from typing import NamedTuple

from chalicelib.catalogue.identity import normal_name

_WORD = re.compile("[А-ЯЁ]+")
_VOWELS = frozenset("АЕЁИОУЫЭЮЯ")
# A name of shorter words may be an abbreviation: ТВ, СВЧ, УЗИ.
_LONG_WORD = 4


class Spelling(NamedTuple):
    """A name as it is shown; ``guessed`` means that no supplier or administrator spelled it this way."""

    name: str
    guessed: bool


def spelling_of(name: str) -> Spelling:
    """Return how a new category is spelled. Russian words in capitals become small, abbreviations excepted."""
    if not _is_shouted(name):
        return Spelling(name, guessed=False)
    quiet = _WORD.sub(_lowered, name)
    return Spelling(quiet[:1].upper() + quiet[1:], guessed=True)


def better_spelling(known: str, new: str, *, guessed: bool) -> Spelling | None:
    """Return the spelling that a category should get when a list spells it ``new``, or None to keep the ``known`` one.

    ``guessed`` says whether the known one is a guess. A written spelling is better than a guess, a capital at the
    beginning better than none, and ё better than е. Between equals the known one stays, so that two suppliers do not
    replace each other's spelling forever.
    """
    spelling = spelling_of(new)
    if normal_name(known) != normal_name(new) or spelling.name == known:
        return None
    return spelling if _rank(spelling) > _rank(Spelling(known, guessed)) else None


def _rank(spelling: Spelling) -> tuple[bool, bool, bool, int]:
    name = spelling.name
    return not _is_shouted(name), not spelling.guessed, name[:1].isupper(), name.lower().count("ё")


def _is_shouted(name: str) -> bool:
    return name.isupper() and any(len(word) >= _LONG_WORD for word in _WORD.findall(name))


def _lowered(word: "re.Match[str]") -> str:
    text = word[0]
    return text if 1 < len(text) < _LONG_WORD and _VOWELS.isdisjoint(text) else text.lower()
