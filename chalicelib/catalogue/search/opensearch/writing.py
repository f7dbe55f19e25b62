"""Writes offers to an index in bulk, with the words and parameters they contain."""

import json
import time
from collections.abc import Callable, Iterable
from typing import Final

from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.documents import Indexed, parameter_term
from chalicelib.catalogue.search.engine import EngineBusy
from chalicelib.catalogue.search.opensearch import schema as stored
from chalicelib.catalogue.search.opensearch.client import BUSY, OpenSearch, Refused, Unanswered, lines
from chalicelib.catalogue.search.stemmers import STEMS
from chalicelib.json_types import JsonObject

# Bytes of a bulk request: small domains take 10 MB at most.
_BYTES: Final = 3_000_000
# Seconds before operations for which the domain was too busy are sent again.
_PAUSES: Final = (0.5, 2.0, 8.0)
# Statuses that mean success: a word that exists already, an offer that is gone already.
_DONE: Final = frozenset({("create", 409), ("delete", 404)})


class Bulk:
    """Collects operations on an index and sends them in batches; ``flush`` sends the rest.

    ``may_write`` is called before each request, and raises if nothing may be written any more.
    """

    def __init__(self, client: OpenSearch, index: str, may_write: Callable[[], None] = lambda: None) -> None:
        self._client, self._path, self._may_write = client, f"/{index}/_bulk", may_write
        self._waiting: list[str] = []
        self._size = 0
        self._known: set[str] = set()

    def add(self, offers: Iterable[Indexed]) -> set[int]:
        """Write offers; return their ids."""
        ids: set[int] = set()
        for offer in offers:
            ids.add(offer.offer_id)
            self._add(offer)
        return ids

    def remove(self, ids: Iterable[int]) -> None:
        """Remove offers, which need not exist."""
        for offer_id in ids:
            self._put(json.dumps({"delete": {"_id": str(offer_id)}}) + "\n")

    def flush(self) -> None:
        """Send what has not been sent. Raises EngineBusy, and Refused for what cannot be stored."""
        waiting, self._waiting, self._size = self._waiting, [], 0
        for pause in (*_PAUSES, None):
            if not waiting:
                return
            waiting = self._sent(waiting, is_last=pause is None)
            if waiting and pause is not None:
                time.sleep(pause)

    def _add(self, offer: Indexed) -> None:
        terms, words = analysis.indexed_terms(STEMS, offer)
        parameters = {parameter_term(name, value): stored.shown(name, value) for name, value in offer.parameters}
        document = stored.document(offer, terms, list(parameters))
        self._put(lines([{"index": {"_id": str(offer.offer_id)}}, document]))
        for word in words:
            self._add_once(stored.word_id(word), {stored.FORM: analysis.lexicon_forms(word, STEMS), stored.SHOWN: word})
        for term, text in parameters.items():
            self._add_once(stored.parameter_id(term), {stored.SHOWN: text})

    def _add_once(self, document_id: str, document: JsonObject) -> None:
        if document_id not in self._known:
            self._known.add(document_id)
            self._put(lines([{"create": {"_id": document_id}}, document]))

    def _put(self, text: str) -> None:
        self._waiting.append(text)
        self._size += len(text)  # JSON is ASCII
        if self._size >= _BYTES:
            self.flush()

    def _sent(self, waiting: list[str], *, is_last: bool) -> list[str]:
        """Send operations; return those for which the domain was too busy. Raises Refused.

        Also raises EngineBusy if the domain is busy and this ``is_last``, and Unanswered: they may still be written.
        """
        self._may_write()
        try:
            answer = self._client.lines(self._path, "".join(waiting))
        except Unanswered:
            raise
        except EngineBusy:
            if is_last:
                raise
            return waiting
        again = []
        for text, item in zip(waiting, answer["items"], strict=True):
            [(action, result)] = item.items()
            status = int(result["status"])
            if status in BUSY:
                again.append(text)
            elif status >= 300 and (action, status) not in _DONE:
                raise Refused(status, str(result.get("error")))
        if again and is_last:
            raise EngineBusy
        return again
