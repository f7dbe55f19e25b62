"""The synonyms for searches: one list, which administrators replace as a whole."""

from collections.abc import Iterator, Sequence

from chalicelib import clock
from chalicelib.administration.acts import Admin
from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.synonyms import Group
from chalicelib.errors import FieldErrors, SynonymsChanged, field_error
from chalicelib.models.synonyms import SynonymList

# Characters of all words together: with the most groups, and letters of four bytes, the list fits into one item.
MAX_LETTERS = 60_000


def kept_synonyms() -> SynonymList:
    """Return the list; its version is 0 if there never was one."""
    return SynonymList.at().find() or SynonymList.at()


def replace_synonyms(groups: Sequence[Group], version: int, by: Admin) -> SynonymList:
    """Replace the list of this version; searches follow within seconds. Returns the new list.

    Raises SynonymsChanged if the list has another version, FieldErrors for a list that is too long or in which a word
    finds others by two groups.
    """
    letters = sum(len(word) for group in groups for word in group.words)
    if letters > MAX_LETTERS:
        raise field_error("groups", "synonyms_long", limit=MAX_LETTERS, letters=letters)
    if twice := {field: found for error in _twice(groups) for field, found in error.faults.items()}:
        raise FieldErrors(twice)
    stored = SynonymList.at()
    stored.version, stored.changed_at, stored.changed_by = version + 1, clock.stamp(clock.now()), by.user_id
    stored.groups = [{"words": list(group.words), "one_way": group.one_way} for group in groups]
    same = SynonymList.version == version if version else SynonymList.pk.does_not_exist()
    if not stored.save_where(same):
        now = kept_synonyms().version
        raise SynonymsChanged(version=now, detail={"version": now})
    by.did("synonyms", stored.version, groups=len(groups), letters=letters)
    return stored


def _twice(groups: Sequence[Group]) -> Iterator[FieldErrors]:
    """Yield an error for each word that would find others by two groups, or stands in one group twice."""
    asked: dict[tuple[str, ...], int] = {}
    for place, group in enumerate(groups):
        seen: set[tuple[str, ...]] = set()
        for number, word in enumerate(group.words):
            words = tuple(analysis.words(word))
            first = asked.get(words) if word in group.asked else None
            if words in seen or first is not None:
                where = place if first is None else first
                yield field_error(f"groups.{place}.words.{number}", "synonym_twice", word=word, group=where)
            seen.add(words)
        asked |= {tuple(analysis.words(word)): place for word in group.asked}
