"""Builds the embedded index: fetches it from the bucket, changes it, publishes it as the next generation."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from chalicelib.catalogue.search.building import Changes
from chalicelib.catalogue.search.documents import ShopState
from chalicelib.catalogue.search.embedded import generations
from chalicelib.catalogue.search.embedded.generations import UNUSABLE, Generation
from chalicelib.catalogue.search.embedded.index import OfferIndex
from chalicelib.catalogue.search.embedded.places import own_place, workplace
from chalicelib.logs import log

# Generations between clean-ups of the bucket; a full build is also followed by one.
_CLEANED_EVERY = 16


class EmbeddedTarget:
    """The place of the embedded index: its generations in the bucket."""

    @contextmanager
    def begin(self, *, full: bool) -> "Iterator[Draft]":
        """Yield a draft of the next generation.

        Its directory has the files of the generation that this process built last, so unchanged ones are not fetched
        again.
        """
        base = generations.base()
        with workplace(own_place("built")) as work:
            index = None if base is None or full else _opened(base, work.directory)
            if index is None:
                work.clear()
            draft = Draft(base, index, work.directory)
            yield draft
            if (kept := draft.published or draft.present) is not None:
                generations.tidy(kept, work.directory)
                work.done = not draft.is_lost


class Draft:
    """A generation while it is built in a directory: on ``base``, or from scratch if ``index`` is None."""

    def __init__(self, base: Generation | None, index: OfferIndex | None, directory: Path) -> None:
        if base is not None and index is None:
            base = replace(base, files=(), shops={})
        self._base, self._directory = base, directory
        self._index = index or OfferIndex(directory)
        # The generation that was published; whether none was because another builder was faster.
        self.published: Generation | None = None
        self.is_lost = False

    @property
    def present(self) -> Generation | None:
        """The generation that this one starts from; None if it is built from scratch."""
        return self._base if self._base is not None and self._base.files else None

    @property
    def shops(self) -> Mapping[int, ShopState]:
        """The state of each shop in the index."""
        return self._base.shops if self._base is not None else {}

    def fingerprints(self, shop_id: int) -> Mapping[int, int]:
        """Return the ids of a shop's offers with their fingerprints."""
        return self._index.of_shop(shop_id)

    def change(self, changes: Changes) -> None:
        """Write the changes to new files; existing ones stay unchanged."""
        self._index.change(changes.offers, changes.gone, closed=changes.closed)

    def publish(self, shops: Mapping[int, ShopState], as_of: str) -> Generation | None:
        """Make this the present generation and return it; return None if another builder was faster.

        Every _CLEANED_EVERY generations, and after a full build, it also cleans up the bucket.
        """
        made = self.published = generations.publish(self._directory, self._base, shops, as_of)
        self.is_lost = made is None
        if made is not None and (self.present is None or made.number % _CLEANED_EVERY == 0):
            generations.clean()
        return made


def _opened(base: Generation, directory: Path) -> OfferIndex | None:
    """Return the index of a generation; None if files are missing or damaged and it must be built from scratch."""
    try:
        generations.fetch(base, directory)
        return OfferIndex(directory) if base.files else None
    except (*UNUSABLE, ValueError):  # the last is what tantivy raises
        log.exception("search index not usable")
        return None
