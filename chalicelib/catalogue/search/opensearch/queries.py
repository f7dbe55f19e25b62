"""Makes the OpenSearch queries of a search. Pure. None of them computes scores: offers are sorted by tier and key."""

import re
from collections.abc import Collection, Iterator, Sequence

from chalicelib.catalogue.identity import normal_name
from chalicelib.catalogue.search.documents import lowest_key, parameter_term
from chalicelib.catalogue.search.engine import Asked, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.opensearch import schema as stored
from chalicelib.catalogue.search.tiers import EVERYTHING, Position, Tier
from chalicelib.catalogue.search.understanding import Alternative, Understood
from chalicelib.json_types import JsonObject

_SURROGATE = re.compile("[\ud800-\udfff]")
_NOTHING: JsonObject = {"match_none": {}}
#: The fields that are read of each hit.
COLUMNS = (stored.OFFER, stored.SHOP, stored.KEY)


def may_be_there(value: str | int) -> bool:
    """Whether a field can hold the value: half a surrogate pair and numbers of more than 63 bits cannot be stored."""
    return value.isascii() or not _SURROGATE.search(value) if isinstance(value, str) else value < 1 << 63


def term(field: str, value: str | int) -> JsonObject:
    """Return the query for documents with the value in the field."""
    return {"term": {field: value}} if may_be_there(value) else _NOTHING


def one_of(field: str, values: Collection[int]) -> JsonObject:
    """Return the query for documents with one of the values in the field."""
    return {"terms": {field: [value for value in sorted(values) if may_be_there(value)]}}


def by_key(query: JsonObject, limit: int, *, down: bool = False) -> JsonObject:
    """Return the search for the first ``limit`` offers that a query finds, sorted by key, with the fields COLUMNS."""
    return {
        "query": query,
        "size": limit,
        "sort": [{stored.KEY: "desc" if down else "asc"}],
        "track_total_hits": False,
        **columns(*COLUMNS),
    }


def by_stock(query: JsonObject, limit: int) -> JsonObject:
    """Return the search for the first ``limit`` offers that a query finds: in stock first, then sorted by key."""
    return {**by_key(query, limit), "sort": [{stored.STOCK: "desc"}, {stored.KEY: "asc"}]}


def columns(*fields: str) -> JsonObject:
    """Return the part of a search that limits its hits to these numeric fields."""
    return {"_source": False, "stored_fields": "_none_", "docvalue_fields": list(fields)}


def everything(query: JsonObject, values: dict[str, tuple[str, int]]) -> JsonObject:
    """Return the search that counts what a query finds, and the most frequent values of some fields.

    ``values`` are (field, number of values to return), by the names of their aggregations in the answer.
    """
    facets: dict[str, JsonObject] = {
        name: {"terms": {"field": field, "size": most}} for name, (field, most) in values.items()
    }
    return {"query": query, "size": 0, "track_total_hits": True, **({"aggs": facets} if facets else {})}


class Queries:
    """The queries of one search. ``understood`` must have at least one grade."""

    def __init__(self, wanted: OfferFilter, understood: Understood) -> None:
        self._words, self._best = understood.wanted, understood.grades[0]
        self._filters = list(_filters(wanted))
        if not self._filters and not self._words:
            self._filters = [{"exists": {"field": stored.KEY}}]

    def of(self, tier: Tier) -> JsonObject:
        """Return the query for the offers of a tier; if its ``stock`` is None, those of better grades are included."""
        must = [*self._filters, *(_word(word, tier.grade) for word in self._words)]
        if tier.stock is None:
            return _all(must)
        must.append(term(stored.STOCK, int(tier.stock)))
        if tier.grade == self._best:
            return _all(must)
        return _all(must, [_all([_word(word, tier.grade - 1) for word in self._words])])

    def of_all(self) -> JsonObject:
        """Return the query for all offers that are found."""
        return self.of(EVERYTHING)

    def page(self, tier: Tier, asked: Asked, start: Position | None) -> JsonObject:
        """Return the search for a page of a tier, from ``start`` if that is in the tier, and for one offer more."""
        query, down = self.of(tier), asked.sort == Sort.PRICE_DOWN
        if start is not None and start.tier == tier:
            behind: JsonObject = {"range": {stored.KEY: {"lte" if down else "gte": start.key}}}
            query = _all([query, behind], [one_of(stored.OFFER, start.shown)])
        return by_key(query, asked.limit + 1, down=down)


def _word(alternatives: tuple[Alternative, ...], grade: int) -> JsonObject:
    return _any([_alternative(one) for one in alternatives if one.grade <= grade])


def _alternative(one: Alternative) -> JsonObject:
    begun: list[JsonObject] = [{"prefix": {stored.TERMS: {"value": prefix}}} for prefix in one.begun]
    return _all([*(term(stored.TERMS, text) for text in one.terms), *begun])


def _filters(wanted: OfferFilter) -> Iterator[JsonObject]:
    if wanted.shop_id is not None:
        yield term(stored.SHOP, wanted.shop_id)
    if wanted.all_categories:
        yield one_of(stored.CATEGORY, wanted.all_categories)
    keys: dict[str, int] = {}
    if wanted.price_min is not None:
        keys["gte"] = lowest_key(wanted.price_min)
    if wanted.price_max is not None:
        keys["lt"] = lowest_key(wanted.price_max + 1)
    if keys:
        yield {"range": {stored.KEY: keys}}
    if wanted.in_stock:
        yield term(stored.STOCK, 1)
    by_name: dict[str, list[JsonObject]] = {}
    for name, value in wanted.parameters:
        by_name.setdefault(normal_name(name), []).append(term(stored.PARAMETER, parameter_term(name, value)))
    yield from map(_any, by_name.values())


def _all(queries: Sequence[JsonObject], but: Sequence[JsonObject] = ()) -> JsonObject:
    if len(queries) == 1 and not but:
        return queries[0]
    return {"bool": {"filter": list(queries), **({"must_not": list(but)} if but else {})}}


def _any(queries: Sequence[JsonObject]) -> JsonObject:
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": list(queries), "minimum_should_match": 1}} if queries else _NOTHING
