"""The synonyms for searches: one list, which is replaced as a whole."""

from collections.abc import Iterator, Mapping, Sequence

from chalicelib import clock
from chalicelib.administration.acts import Admin
from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.synonyms import Group, Phrase
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
    letters = sum(map(letters_in, groups))
    if letters > MAX_LETTERS:
        raise field_error("groups", "synonyms_long", limit=MAX_LETTERS, letters=letters)
    if twice := {field: found for error in _twice(groups) for field, found in error.faults.items()}:
        raise FieldErrors(twice)
    stored = SynonymList.at()
    stored.version, stored.changed_at, stored.changed_by = version + 1, clock.stamp(clock.now()), by.user_id
    stored.groups = [{"words": list(group.words), "one_way": group.one_way} for group in groups]
    same = SynonymList.version == version if version else SynonymList.pk.does_not_exist()
    if not stored.save_where(same):
        raise synonyms_changed(kept_synonyms().version)
    by.did("synonyms", stored.version, groups=len(groups), letters=letters)
    return stored


def synonyms_changed(version: int) -> SynonymsChanged:
    """Return the refusal of a change to a list that is not what its author saw; ``version`` is its current one."""
    return SynonymsChanged(version=version, detail={"version": version})


def letters_in(group: Group) -> int:
    """Return how many characters count towards MAX_LETTERS."""
    return sum(map(len, group.words))


def asked_in(group: Group, place: int) -> dict[Phrase, int]:
    """Return the place of the group by each word or phrase that finds others by it."""
    return {tuple(analysis.words(word)): place for word in group.asked}


def clashes_of(group: Group, place: int, asked: Mapping[Phrase, int]) -> Iterator[tuple[int, int]]:
    """Yield the numbers of words that stand in the group twice, or find others by a group in ``asked``.

    With each comes the place of the group that has it: ``place`` if it is this one.
    """
    seen: set[Phrase] = set()
    for number, word in enumerate(group.words):
        words = tuple(analysis.words(word))
        first = asked.get(words) if word in group.asked else None
        if words in seen or first is not None:
            yield number, place if first is None else first
        seen.add(words)


def _twice(groups: Sequence[Group]) -> Iterator[FieldErrors]:
    """Yield an error for each word that would find others by two groups, or stands in one group twice."""
    asked: dict[Phrase, int] = {}
    for place, group in enumerate(groups):
        for number, where in clashes_of(group, place, asked):
            field = f"groups.{place}.words.{number}"
            yield field_error(field, "synonym_twice", word=group.words[number], group=where)
        asked |= asked_in(group, place)
