"""Keeps an engine over the present generation: fetches it from the bucket, and each later one."""

import shutil
import time
from pathlib import Path

from chalicelib.catalogue.search.embedded import generations
from chalicelib.catalogue.search.embedded.engine import EmbeddedEngine
from chalicelib.catalogue.search.embedded.generations import UNUSABLE, Generation
from chalicelib.catalogue.search.embedded.index import OfferIndex
from chalicelib.catalogue.search.engine import EngineBusy
from chalicelib.catalogue.search.kept_synonyms import KeptSynonyms
from chalicelib.catalogue.search.stemmers import STEMS
from chalicelib.logs import log

# Seconds for which a generation counts as the present one without reading the pointer.
POLL = 5.0
# If a file is damaged or has been cleaned up, the pointer is read again, since there may be a later list.
_ATTEMPTS = 3


class Reader:
    """Keeps one directory and one engine for as long as the process lives. Not for several threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._generation: Generation | None = None
        self._engine: EmbeddedEngine | None = None
        self._index: OfferIndex | None = None
        self._asked_at = float("-inf")
        self._synonyms = KeptSynonyms(STEMS)

    def engine(self) -> EmbeddedEngine:
        """Return the engine of the generation, and with the synonyms, that were current at most POLL seconds ago.

        If a later one cannot be fetched, the engine remains. Raises EngineBusy if there is none yet.
        """
        if time.monotonic() - self._asked_at >= POLL:
            self._asked_at = time.monotonic()
            self._follow()
        if self._engine is None:
            raise EngineBusy
        self._engine.synonyms = self._synonyms.present()
        return self._engine

    def _follow(self) -> None:
        for _ in range(_ATTEMPTS):
            if self._generation is not None and generations.present_key() == self._generation.key:
                return
            try:
                generation = generations.present()
                if generation is None:
                    return
                generations.fetch(generation, self._directory)
            except UNUSABLE as failure:
                log.warning("search index not fetched", extra={"file": str(failure), "failure": type(failure).__name__})
                continue
            try:
                self._open(generation)
            except ValueError:  # tantivy raises it for anything that it cannot open
                log.exception("search index not opened")
                self._forget()
                continue
            return

    def _open(self, generation: Generation) -> None:
        if self._index is None:
            self._index = OfferIndex(self._directory)
        else:
            self._index.reload()
        generations.tidy(generation, self._directory)
        self._generation = generation
        self._engine = EmbeddedEngine(self._index, generation.as_of)

    def _forget(self) -> None:
        shutil.rmtree(self._directory, ignore_errors=True)
        self._generation = self._engine = self._index = None
