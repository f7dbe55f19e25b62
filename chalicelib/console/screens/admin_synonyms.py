"""Synonyms for searches: groups as lines, each changed on a page of its own, and what a search finds with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from chalicelib.administration.synonym_groups import Added, add_groups, change_group, id_of, remove_group
from chalicelib.administration.synonyms import kept_synonyms
from chalicelib.catalogue.listing import Page as Found
from chalicelib.catalogue.listing import find_page
from chalicelib.catalogue.search import analysis, choice
from chalicelib.catalogue.search.engine import Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.kept_synonyms import groups_of
from chalicelib.catalogue.search.synonyms import MAX_GROUPS, Group
from chalicelib.console.lists import Filter, page_after, queried
from chalicelib.console.screens.admin import admin_of
from chalicelib.console.screens.synonym_lines import (
    faults_in,
    groups_with,
    line_of,
    read_group,
    read_line,
    refusal_of,
    words_in,
)
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.console.wording import short
from chalicelib.errors import Busy, Fault, FieldErrors, NotFound, field_error
from chalicelib.models.synonyms import SynonymList
from chalicelib.requests.administration import CategoriesQuery

_PAGE = 100
_NONE = Group(())
# Characters of a removed group that the next page names.
_SAID = 100
# How many of the goods found are shown.
_FOUND = 10


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group as people write it, and the id in its address."""

    group_id: str
    words: str


@dataclass(frozen=True, slots=True)
class SynonymsView:
    """A page of groups in the order of the alphabet, and the query of the next one, "" at the end.

    ``count`` is that of all groups. With words searched for, ``groups`` are those that have them, and ``found`` is what
    buyers find by them, None while the search does not answer. ``has_engine`` says whether searches know synonyms.
    """

    groups: Sequence[GroupLine]
    count: int
    stored: SynonymList
    filter: Filter
    next: str
    has_engine: bool
    is_tried: bool
    found: Found | None

    @property
    def begun(self) -> str:
        """The beginning of the group that is missing, if words were searched for that none has."""
        typed = self.filter.value("q")
        return f"{typed}, " if typed and not self.groups and not self.filter.errors else ""


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group, None if somebody else changed or removed it; ``title`` is it in one line.

    Then ``typed`` is the change that came too late, and ``near`` are the groups that have words of it now.
    """

    group: Group | None
    group_id: str
    title: str
    near: Sequence[GroupLine] = ()
    typed: Group = _NONE

    @property
    def line(self) -> str:
        """What was typed, as a line of groups to add."""
        return line_of(self.typed)


def synonyms(visit: Visit) -> Page:
    """Show groups, or those with the words of the address and what buyers find by these."""
    query, shown = queried(visit, CategoriesQuery, ("q",))
    stored = kept_synonyms()
    groups = groups_of(stored)
    scope = f"console/admin/synonyms {query.q}"
    after = query.after(scope)
    placed = {_place(one): one for one in (groups_with(query.q, groups) if query.q else groups)}
    rest = sorted(place for place in placed if place > after)
    position = rest[_PAGE - 1] if len(rest) > _PAGE else None
    has_engine = not choice.engine().brings_offers
    is_tried = has_engine and bool(analysis.words(query.q))
    found = _found(query.q) if is_tried else None
    lines, follows = _lines([placed[place] for place in rest[:_PAGE]]), page_after(visit, scope, position)
    return Page("admin/synonyms", SynonymsView(lines, len(groups), stored, shown, follows, has_engine, is_tried, found))


def add(visit: Visit) -> Page | Redirect:
    """Add the groups that were typed, one a line; lines that are refused stay in the field."""
    lines = [read_line(line) for line in visit.form.get("groups", "").splitlines() if line.strip()]
    if not lines:
        raise field_error("groups", "blank")
    if len(lines) > MAX_GROUPS:
        raise field_error("groups", "too_many", limit=MAX_GROUPS)
    groups = {number: line.read for number, line in enumerate(lines) if isinstance(line.read, Group)}
    added = add_groups(list(groups.values()), admin_of(visit))
    refused: dict[int, Sequence[Fault]] = {
        number: faults_in(line.read, line.words, visit.language)
        for number, line in enumerate(lines)
        if isinstance(line.read, FieldErrors)
    }
    refused |= {number: added.refused[place] for place, number in enumerate(groups) if place in added.refused}
    if not refused:
        return Redirect(_searching(groups[0]) if len(lines) == 1 else "admin/synonyms", _said(added))
    left = sorted(refused)
    again = replace(
        visit,
        form={**visit.form, "groups": "\n".join(lines[number].typed.strip() for number in left)},
        error=refusal_of([refused[number] for number in left], visit.language),
        action=visit.path,
        notice=_said(added) if added.count or added.same else None,
    )
    return replace(synonyms(again), status=FieldErrors.status, shown_as=again)


def group(visit: Visit, group_id: str) -> Page:
    """Show a group; after a change that came too late, what was typed, and which groups have its words or these now."""
    groups = groups_of(kept_synonyms())
    found = next((one for one in groups if id_of(one) == group_id), None)
    if found is not None:
        return Page("admin/synonym-group", GroupView(found, group_id, line_of(found)))
    if visit.error is None:
        raise NotFound
    words = words_in(visit.form.get("words", ""))
    typed = Group(words, bool(visit.form.get("one_way")) and len(words) > 1)
    asked = {tuple(analysis.words(word)) for word in (*words, *visit.form.get("was", "").splitlines())}
    near = [one for one in groups if asked & {tuple(analysis.words(word)) for word in one.words}]
    return Page("admin/synonym-group", GroupView(None, group_id, short(line_of(typed)), _lines(near), typed))


def change(visit: Visit, group_id: str) -> Redirect:
    """Change one group."""
    found = next((one for one in groups_of(kept_synonyms()) if id_of(one) == group_id), None)
    words = words_in(visit.form.get("words", ""), found.words if found else ())
    read = read_group(words, one_way=bool(visit.form.get("one_way")))
    if isinstance(read, FieldErrors):
        raise FieldErrors({"words": faults_in(read, words, visit.language)})
    change_group(group_id, read, admin_of(visit))
    return Redirect(_searching(read), Notice("synonyms.changed"))


def remove(visit: Visit, group_id: str) -> Redirect:
    """Remove one group."""
    removed = remove_group(group_id, admin_of(visit))
    return Redirect("admin/synonyms", Notice("synonyms.removed", {"words": short(line_of(removed), _SAID)}))


def _place(one: Group) -> str:
    """Return what groups are sorted by, and the position of a page."""
    return f"{' '.join(analysis.words(one.words[0]))} {id_of(one)}"


def _lines(groups: Sequence[Group]) -> list[GroupLine]:
    return [GroupLine(id_of(one), line_of(one)) for one in groups]


def _searching(one: Group) -> str:
    """Return the address that shows a group and what its first word finds."""
    return f"admin/synonyms?{urlencode({'q': one.words[0]})}"


def _said(added: Added) -> Notice:
    if added.same:
        return Notice("synonyms.added_partly", {"count": added.count, "same": added.same})
    return Notice("synonyms.added", {"count": added.count})


def _found(words: str) -> Found | None:
    """Return what buyers find first, None while the search does not answer."""
    try:
        return find_page(OfferFilter(words=words), Sort.RELEVANCE, _FOUND)
    except Busy:
        return None
