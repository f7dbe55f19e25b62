"""Answers about the synonyms that searches know."""

from typing_extensions import TypedDict

from chalicelib.answers.common import Moment
from chalicelib.catalogue.search.kept_synonyms import groups_of
from chalicelib.models import synonyms as stored


class KeptGroup(TypedDict):
    """Words and short phrases that mean one another; if ``one_way``, only the first finds the others."""

    words: list[str]
    one_way: bool


class KeptSynonyms(TypedDict):
    """The list; null in ``changed_at`` and ``changed_by`` before the first one."""

    version: int
    groups: list[KeptGroup]
    changed_at: Moment | None
    changed_by: int | None


def synonyms_body(found: stored.SynonymList) -> KeptSynonyms:
    """Return the list with its version."""
    return {
        "version": found.version,
        "groups": [{"words": list(group.words), "one_way": group.one_way} for group in groups_of(found)],
        "changed_at": found.changed_at,
        "changed_by": found.changed_by,
    }
