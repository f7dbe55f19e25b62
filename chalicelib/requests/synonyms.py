"""Requests about synonyms."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from chalicelib.catalogue.search import analysis, synonyms
from chalicelib.catalogue.search.synonyms import MAX_GROUPS, MAX_PHRASE
from chalicelib.requests import described
from chalicelib.requests.base import Flag, Schema, Words, at_most, fault, no_flag
from chalicelib.requests.orders import items_in

MIN_WORDS, MAX_WORDS = 2, 12
MAX_WORD = 50


def _phrase(value: str) -> str:
    count = len(analysis.words(value))
    if not 1 <= count <= MAX_PHRASE:
        raise fault("synonym" if count else "synonym_empty", word=value, limit=MAX_PHRASE)
    return value


def _several(value: list[str]) -> list[str]:
    if len(value) < MIN_WORDS:
        raise fault("synonyms_few", word=value[0] if value else "")
    return value


Phrase = Annotated[Words, Field(max_length=MAX_WORD), AfterValidator(_phrase)]


class SynonymGroup(Schema):
    """Words and short phrases that mean one another; if ``one_way``, the first also finds the others, and no other."""

    words: Annotated[
        list[Phrase],
        AfterValidator(_several),
        Field(max_length=MAX_WORDS, json_schema_extra={"minItems": MIN_WORDS}),
        BeforeValidator(at_most(MAX_WORDS)),
    ]
    one_way: Annotated[Flag | None, described.OPTIONAL_FLAG] = None

    def group(self) -> synonyms.Group:
        """Return the group as searches take it."""
        return synonyms.Group(tuple(self.words), bool(self.one_way))


class SynonymList(Schema):
    """PUT admin/synonyms: the whole list, and the version of the one that it replaces."""

    version: Annotated[
        int, Field(ge=0, lt=2**53), BeforeValidator(no_flag), described.one_of(*described.whole(2**53 - 1, 0))
    ]
    groups: Annotated[
        list[SynonymGroup],
        Field(max_length=MAX_GROUPS),
        BeforeValidator(at_most(MAX_GROUPS)),
        BeforeValidator(items_in),
        described.Rows(),
    ]
