"""The administrators' synonyms, cached for the engines that answer searches."""

import time

from chalicelib.catalogue.search.analysis import Stems
from chalicelib.catalogue.search.synonyms import Group, Synonyms
from chalicelib.models.synonyms import SynonymList

# Seconds for which a list that was read is used without reading it again.
POLL = 5.0


class KeptSynonyms:
    """Caches the list, prepared with one engine's stems, while the process lives. Not for several threads."""

    def __init__(self, stems: Stems) -> None:
        self._known = Synonyms((), stems)
        self._version = 0
        self._asked_at = float("-inf")

    def present(self) -> Synonyms:
        """Return the synonyms as they were at most POLL seconds ago. Costs at most one GetItem, usually nothing."""
        if time.monotonic() - self._asked_at >= POLL:
            stored = SynonymList.at().find(consistent=False)
            self._asked_at = time.monotonic()
            if stored is not None and stored.version != self._version:
                self._known = Synonyms(groups_of(stored), self._known.stems)
                self._version = stored.version
        return self._known


def groups_of(stored: SynonymList) -> tuple[Group, ...]:
    """Return the groups of a stored list."""
    return tuple(Group(tuple(one["words"]), one["one_way"]) for one in stored.groups)
