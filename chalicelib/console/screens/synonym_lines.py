"""Groups of synonyms as people write them: with commas, and an arrow where only the first word finds the others."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.synonyms import Group
from chalicelib.console.wording import short
from chalicelib.errors import Fault, FieldErrors, field_error, field_fault
from chalicelib.requests.base import parse
from chalicelib.requests.synonyms import SynonymGroup
from chalicelib.texts import Language, text

_ARROW = re.compile(r"=>|->|[→⇒]")
# A comma between two digits belongs to a number: "1,5".
_BETWEEN = re.compile(r"[;=|\t]|(?<!\d),|,(?!\d)")
# How much the endings of a Russian word take of it, and the fewest letters that are left: for finding groups alone.
_ENDING, _STEM = 3, 4
# How many refused lines are explained, and characters of a word that an error repeats.
_EXPLAINED, _LONGEST = 10, 60


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was typed, the words in it, and the group, or what is wrong with it."""

    typed: str
    words: Sequence[str]
    read: Group | FieldErrors


def line_of(group: Group) -> str:
    """Return a group in one line."""
    if group.one_way:
        return f"{group.words[0]} → {', '.join(group.words[1:])}"
    return ", ".join(group.words)


def read_line(typed: str) -> Line:
    """Return what a line says."""
    sides = [_split(side) for side in _ARROW.split(typed)]
    words = [word for side in sides for word in side]
    if len(sides) > 2 or (len(sides) == 2 and len(sides[0]) != 1):
        return Line(typed, words, field_error("words", "synonym_arrow"))
    return Line(typed, words, read_group(words, one_way=len(sides) == 2))


def read_group(words: Sequence[str], *, one_way: bool) -> Group | FieldErrors:
    """Return the group of these words, or what is wrong with it, as calls of the API have it."""
    try:
        return parse(SynonymGroup, {"words": [*words], "one_way": one_way}).group()
    except FieldErrors as faults:
        return faults


def words_in(typed: str, kept: Sequence[str] = ()) -> list[str]:
    """Return the words of a field with one a line; lines with several are split, unless they are ``kept`` so."""
    lines = [line.strip() for line in typed.splitlines()]
    return [word for line in lines if line for word in ([line] if line in kept else _split(line))]


def faults_in(error: FieldErrors, words: Sequence[str], language: Language) -> list[Fault]:
    """Return what is wrong with a group, each fault with the word that it is about."""
    found: list[Fault] = []
    for field, texts in error.errors(language).items():
        number = field.removeprefix("words.")
        word = short(words[int(number)], _LONGEST) if number.isdecimal() else ""
        found += [field_fault("synonym_word", word=word, said=said) for said in texts if word]
        found += error.faults[field] if not word else []
    return found


def refusal_of(faults: Sequence[Sequence[Fault]], language: Language) -> FieldErrors:
    """Return the refusal of lines, of which each has these faults."""
    told: list[Fault] = [
        field_fault("synonym_line", line=number, said=" ".join(_said(*one, language) for one in found))
        for number, found in enumerate(faults[:_EXPLAINED], 1)
    ]
    if len(faults) > _EXPLAINED:
        told.append(field_fault("synonym_lines", count=len(faults) - _EXPLAINED))
    return FieldErrors({"groups": told})


def groups_with(typed: str, groups: Sequence[Group]) -> list[Group]:
    """Return the groups with a word that contains what was typed; if there is none, those with a word like it."""
    asked = " ".join(analysis.words(typed))
    folded = [(group, [" ".join(analysis.words(word)) for word in group.words]) for group in groups]
    found = [group for group, words in folded if any(asked in word for word in words)]
    if found or not asked:
        return found
    begun = asked[: max(_STEM, len(asked) - _ENDING)]
    return [group for group, words in folded if any(word.startswith(begun) for word in words)]


def _split(typed: str) -> list[str]:
    return [word.strip() for word in _BETWEEN.split(typed) if word.strip()]


def _said(key: str, params: object, language: Language) -> str:
    return text("errors", f"field.{key}", language, **(params if isinstance(params, dict) else {}))
