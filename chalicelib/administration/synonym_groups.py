"""Changes of single groups of synonyms, whatever other administrators do to the rest of the list meanwhile."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.administration.acts import Admin
from chalicelib.administration.synonyms import (
    MAX_LETTERS,
    asked_in,
    clashes_of,
    kept_synonyms,
    letters_in,
    replace_synonyms,
    synonyms_changed,
)
from chalicelib.catalogue.search.kept_synonyms import groups_of
from chalicelib.catalogue.search.synonyms import MAX_GROUPS, Group, Phrase
from chalicelib.errors import Fault, FieldErrors, SynonymsChanged, field_fault

# How often a change is made to a list that somebody else keeps changing.
_ATTEMPTS = 5
_ID_SIGNS = 16

ResultT = TypeVar("ResultT")


@dataclass(frozen=True, slots=True)
class Added:
    """How many groups were added, how many were there already, and why others were refused, by their place."""

    count: int
    same: int
    refused: Mapping[int, Sequence[Fault]]


def id_of(group: Group) -> str:
    """Return the id of a group as it is: one that was changed has another id."""
    return hashlib.sha256(json.dumps([group.one_way, *group.words]).encode()).hexdigest()[:_ID_SIGNS]


def add_groups(groups: Sequence[Group], by: Admin) -> Added:
    """Add the groups that fit to the list.

    Raises SynonymsChanged if others kept changing the list.
    """

    def add(kept: list[Group]) -> Added:
        rules, same, refused = _Rules(kept), 0, {}
        known = {id_of(one) for one in kept}
        for number, group in enumerate(groups):
            if id_of(group) in known:
                same += 1
            elif faults := rules.faults_of(group):
                refused[number] = faults
            else:
                kept.append(group)
                rules.count(group)
                known.add(id_of(group))
        return Added(len(groups) - same - len(refused), same, refused)

    return _changed(add, by)


def change_group(group_id: str, group: Group, by: Admin) -> None:
    """Put a group in the place of the one with the id ``group_id``.

    Raises SynonymsChanged if that was changed or removed, FieldErrors (``words``) if the new one does not fit.
    """

    def change(kept: list[Group]) -> None:
        place = _place_in(kept, group_id)
        if place is None and id_of(group) in map(id_of, kept):
            return
        _replace(kept, place, [group])

    _changed(change, by)


def remove_group(group_id: str, by: Admin) -> Group:
    """Remove the group with this id and return it. Raises SynonymsChanged if it was changed or removed."""

    def remove(kept: list[Group]) -> Group:
        return _replace(kept, _place_in(kept, group_id), [])

    return _changed(remove, by)


class _Rules:
    """What a group of a list has to keep beside the rules of every group; counts as groups are added."""

    def __init__(self, groups: Iterable[Group]) -> None:
        self._groups: list[Group] = []
        self._asked: dict[Phrase, int] = {}
        self._letters = 0
        for group in groups:
            self.count(group)

    def count(self, group: Group) -> None:
        """Take a group into account."""
        self._asked |= asked_in(group, len(self._groups))
        self._groups.append(group)
        self._letters += letters_in(group)

    def faults_of(self, group: Group) -> list[Fault]:
        """Return why a group cannot join those that were counted."""
        here = len(self._groups)
        if here >= MAX_GROUPS:
            return [field_fault("synonyms_full", limit=MAX_GROUPS)]
        if (letters := self._letters + letters_in(group)) > MAX_LETTERS:
            return [field_fault("synonyms_long", limit=MAX_LETTERS, letters=letters)]
        return [
            field_fault("synonym_repeated", word=group.words[number])
            if where == here
            else field_fault("synonym_taken", word=group.words[number], words=", ".join(self._groups[where].words))
            for number, where in clashes_of(group, here, self._asked)
        ]


def _place_in(groups: Sequence[Group], group_id: str) -> int | None:
    return next((place for place, one in enumerate(groups) if id_of(one) == group_id), None)


def _replace(kept: list[Group], place: int | None, by: list[Group]) -> Group:
    """Put other groups in the place of one, and return that. Raises SynonymsChanged if there is none."""
    if place is None:
        raise synonyms_changed(kept_synonyms().version)
    rules = _Rules([*kept[:place], *kept[place + 1 :]])
    if faults := [fault for group in by for fault in rules.faults_of(group)]:
        raise FieldErrors({"words": faults})
    replaced = kept[place]
    kept[place : place + 1] = by
    return replaced


def _changed(change: Callable[[list[Group]], ResultT], by: Admin) -> ResultT:
    """Make a change to the list and return its result; if somebody else was faster, make it to their list."""
    for _ in range(_ATTEMPTS - 1):
        with suppress(SynonymsChanged):
            return _changed_once(change, by)
    return _changed_once(change, by)


def _changed_once(change: Callable[[list[Group]], ResultT], by: Admin) -> ResultT:
    stored = kept_synonyms()
    groups = list(groups_of(stored))
    result = change(groups)
    if tuple(groups) != groups_of(stored):
        replace_synonyms(groups, stored.version, by)
    return result
