"""The engine over an index of OpenSearch: two calls for a page, a third for the texts of parameters."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Final

from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.documents import SEPARATOR
from chalicelib.catalogue.search.engine import Asked, Count, EngineBusy, Facet, Found, Hit, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.kept_synonyms import KeptSynonyms
from chalicelib.catalogue.search.opensearch import schema as stored
from chalicelib.catalogue.search.opensearch.client import Answer, OpenSearch, Refused
from chalicelib.catalogue.search.opensearch.lexicon import Lexicon
from chalicelib.catalogue.search.opensearch.queries import COLUMNS, Queries, by_stock, everything, term
from chalicelib.catalogue.search.stemmers import STEMS
from chalicelib.catalogue.search.tiers import EVERYTHING, Position, Row, Tier, page_of, start_of, tiers_of
from chalicelib.catalogue.search.understanding import Understood, as_written, understand
from chalicelib.logs import log
from chalicelib.settings import settings

# Timeout of a call in seconds; callers of the function ``search`` wait a little longer.
_TIMEOUT: Final = 1.0
# Seconds for which the moment of the index is cached.
POLL = 5.0
# The number of values counted for a facet, the most frequent first.
_VALUES: Final = {"category": (stored.CATEGORY, 100), "shop": (stored.SHOP, 100), "param": (stored.PARAMETER, 100)}
_CODES_AT_ONCE: Final = 200
_NOT_FOUND: Final = 404


class OpenSearchEngine:
    """Searches the present index of a domain. Lives as long as the process; not for several threads."""

    brings_offers = False

    def __init__(self, client: OpenSearch | None = None) -> None:
        self._client = client or OpenSearch(settings().search_endpoint, _TIMEOUT)
        self._index = stored.alias()
        self._as_of: str | None = None
        self._asked_at = float("-inf")
        self._parameters: dict[str, tuple[str, str]] = {}
        self._synonyms = KeptSynonyms(STEMS)

    def sorts_of(self, _wanted: OfferFilter) -> frozenset[Sort]:
        """Return the sort orders that keys support: any list by relevance and price, none by name."""
        return frozenset((Sort.RELEVANCE, Sort.PRICE, Sort.PRICE_DOWN))

    def find(self, asked: Asked) -> Found:
        """Return a page of ``limit`` offers, fewer at the end.

        Raises FieldErrors for a position of another list, and EngineBusy, also as long as there is no index.
        """
        start = start_of(asked)
        with _index_may_be_missing():
            return self._find(asked, start)

    def _find(self, asked: Asked, start: Position | None) -> Found:
        as_of = self._moment()
        if asked.literal and asked.filter.words:
            found = self._found(asked, as_written(asked.filter.words), start, as_of)
            if found.total:
                return found
        lexicon = Lexicon(self._client, self._index)
        synonyms = self._synonyms.present()
        understood = lexicon.understood(lambda lexicon: understand(asked.filter.words, lexicon, synonyms))
        return self._found(asked, understood, start, as_of)

    def _found(self, asked: Asked, understood: Understood, start: Position | None, as_of: str) -> Found:
        grades = understood.grades
        if not grades:
            return Found([], None, 0, {facet: [] for facet in asked.facets}, as_of=as_of)
        queries, tiers = Queries(asked.filter, understood), tiers_of(asked, grades, start)
        counted = everything(queries.of_all(), {facet: _VALUES[facet] for facet in asked.facets})
        pages = [queries.page(tier, asked, start) for tier in tiers]
        *found, counts = self._client.searches(self._index, [*pages, counted])
        rows = [row for tier, page in zip(tiers, found, strict=True) for row in _rows(tier, page)]
        rows = rows[: asked.limit + 1]
        hits, end = page_of(rows, asked.fitting([row.shop_id for row in rows]), start)
        return Found(
            hits=hits,
            next=end.text if end is not None else None,
            total=counts["hits"]["total"]["value"],
            facets={facet: self._counted(facet, counts["aggregations"][facet]["buckets"]) for facet in asked.facets},
            corrected=understood.corrected,
            as_of=as_of,
        )

    def by_codes(self, codes: Sequence[str], limit: int) -> dict[str, list[Hit]]:
        """Return for each code at most ``limit`` offers with it: those in stock first, then the cheapest.

        Raises EngineBusy.
        """
        terms = {code: analysis.code_term(one) for code in codes for one in analysis.codes(code)}
        found: dict[str, list[Hit]] = {code: [] for code in codes}
        rest = iter(terms.items())
        with _index_may_be_missing():
            while batch := list(islice(rest, _CODES_AT_ONCE)):
                searches = [by_stock(term(stored.TERMS, one), limit) for _, one in batch]
                for (code, _), answer in zip(batch, self._client.searches(self._index, searches), strict=True):
                    found[code] = [Hit(row.offer_id, row.shop_id) for row in _rows(EVERYTHING, answer)]
        return found

    def _moment(self) -> str:
        """Return the stamp of the moment that the index reflects, read at most POLL seconds ago."""
        if self._as_of is None or time.monotonic() - self._asked_at >= POLL:
            self._asked_at = time.monotonic()
            path = f"/{self._index}/_doc/{stored.STATE_ID}?_source_includes={stored.AS_OF}"
            as_of: str = self._client.call("GET", path)["_source"][stored.AS_OF]
            if as_of != self._as_of:
                self._as_of = as_of
                self._parameters.clear()
        return self._as_of

    def _counted(self, facet: Facet, buckets: list[Answer]) -> list[Count]:
        if facet != "param":
            return [Count(int(one["key"]), one["doc_count"]) for one in buckets]
        self._look_up([one["key"] for one in buckets])
        return [Count(self._parameters[one["key"]], one["doc_count"]) for one in buckets]

    def _look_up(self, parameters: list[str]) -> None:
        """Fetch these parameters' names and values as a supplier wrote them, unless they are cached."""
        ids = {stored.parameter_id(one): one for one in parameters if one not in self._parameters}
        if not ids:
            return
        found = self._client.call("POST", f"/{self._index}/_mget?_source_includes={stored.SHOWN}", {"ids": list(ids)})
        for document in found["docs"]:
            normal = ids[document["_id"]]
            text = document["_source"][stored.SHOWN] if document.get("found") else normal
            name, _, value = text.partition(SEPARATOR)
            self._parameters[normal] = name, value


def _rows(tier: Tier, answer: Answer) -> list[Row]:
    """Return the rows that a search by key found in a tier."""
    fields = (hit["fields"] for hit in answer["hits"]["hits"])
    return [Row(tier, *(int(one[name][0]) for name in COLUMNS)) for one in fields]


@contextmanager
def _index_may_be_missing() -> Iterator[None]:
    """Raise EngineBusy as long as the first index is not complete, or if it is deleted while it is searched.

    Raises it for any other refusal as well, which is logged: the caller cannot do anything about it.
    """
    try:
        yield
    except Refused as refused:
        if refused.status != _NOT_FOUND:
            log.exception("search refused")
        raise EngineBusy from refused
