"""The engine over an index in a directory: queries in the order of relevance or price, facets, codes."""

from collections.abc import Iterator, Sequence

from tantivy import Occur, Query

from chalicelib.catalogue.identity import normal_name
from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.documents import lowest_key, parameter_term
from chalicelib.catalogue.search.embedded import schema as stored
from chalicelib.catalogue.search.embedded.index import OfferIndex
from chalicelib.catalogue.search.engine import Asked, Count, Facet, Found, Hit, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.synonyms import Synonyms
from chalicelib.catalogue.search.tiers import EVERYTHING, Position, Row, Tier, page_of, start_of, tiers_of
from chalicelib.catalogue.search.understanding import Alternative, Understood, as_written, understand

# The number of values counted for a facet, the most frequent first.
_VALUES = {"category": 100, "shop": 100, "param": 100}
_FIELDS = {"category": stored.CATEGORY, "shop": stored.SHOP, "param": stored.PARAMETER}


class EmbeddedEngine:
    """Searches one index. ``as_of`` is the stamp of the moment that it reflects; ``synonyms`` may be replaced."""

    brings_offers = False

    def __init__(self, index: OfferIndex, as_of: str | None = None, synonyms: Synonyms | None = None) -> None:
        self.index, self._as_of, self.synonyms = index, as_of, synonyms

    def sorts_of(self, _wanted: OfferFilter) -> frozenset[Sort]:
        """Return the sort orders that keys support: any list by relevance and price, none by name."""
        return frozenset((Sort.RELEVANCE, Sort.PRICE, Sort.PRICE_DOWN))

    def find(self, asked: Asked) -> Found:
        """Return a page of ``limit`` offers, fewer at the end. Raises FieldErrors for a position of another list."""
        start = start_of(asked)
        if asked.literal and asked.filter.words:
            found = self._found(asked, as_written(asked.filter.words), start)
            if found.total:
                return found
        return self._found(asked, understand(asked.filter.words, self.index, self.synonyms), start)

    def _found(self, asked: Asked, understood: Understood, start: Position | None) -> Found:
        grades = understood.grades
        if not grades:
            return Found([], None, 0, {facet: [] for facet in asked.facets}, as_of=self._as_of)
        search = _Search(self.index, asked.filter, understood)
        hits, end = search.page(asked, tiers_of(asked, grades, start), start)
        total, facets = self._count(search.query(EVERYTHING), asked.facets)
        return Found(
            hits=hits,
            next=end.text if end is not None else None,
            total=total,
            facets=facets,
            corrected=understood.corrected,
            as_of=self._as_of,
        )

    def _count(self, query: Query, facets: Sequence[Facet]) -> tuple[int, dict[Facet, list[Count]]]:
        if not facets:
            return self.index.total(query), {}
        total, found = self.index.values(query, {_FIELDS[facet]: _VALUES[facet] for facet in facets})
        return total, {facet: [self._counted(facet, *one) for one in found[_FIELDS[facet]]] for facet in facets}

    def _counted(self, facet: Facet, value: str | int, offers: int) -> Count:
        return Count(self.index.parameter(str(value)) if facet == "param" else int(value), offers)

    def by_codes(self, codes: Sequence[str], limit: int) -> dict[str, list[Hit]]:
        """Return for each code at most ``limit`` offers with it: those in stock first, then the cheapest."""
        return {code: self._with_code(code, limit) for code in dict.fromkeys(codes)}

    def _with_code(self, code: str, limit: int) -> list[Hit]:
        terms = [analysis.code_term(one) for one in analysis.codes(code)]
        there = [self.index.term(stored.TERMS, term) for term in terms if self.index.has(term)]
        rows: list[tuple[int, int, int]] = []
        for stock in (1, 0):
            if there and len(rows) < limit:
                tier = _all([_any(there), self.index.term(stored.STOCK, stock)])
                rows += _by_key(self.index, tier, limit - len(rows))
        return [Hit(offer, shop) for offer, shop, _ in rows]


class _Search:
    """The queries of one search."""

    def __init__(self, index: OfferIndex, wanted: OfferFilter, understood: Understood) -> None:
        self._index, self._words = index, understood.wanted
        self._best = understood.grades[0]
        self._filters = list(_filters(index, wanted))
        self._in_stock = wanted.in_stock

    def query(self, tier: Tier) -> Query:
        """Return the query for the offers of a tier; if its ``stock`` is None, those of better grades are included."""
        must = [*self._filters, *(self._word(word, tier.grade) for word in self._words)]
        if tier.stock is not None and not self._in_stock:
            must.append(self._index.term(stored.STOCK, int(tier.stock)))
        # Only offers have terms and numbers, so a query for these need not check the kind of each document.
        must = must or [self._index.any_offer()]
        if tier.stock is None or tier.grade == self._best:
            return _all(must)
        return _all(must, _all([self._word(word, tier.grade - 1) for word in self._words]))

    def page(self, asked: Asked, tiers: list[Tier], start: Position | None) -> tuple[list[Hit], Position | None]:
        """Return the hits after the start, and the position behind them; None at the end of the last tier."""
        found: list[Row] = []
        for tier in tiers:
            query = self.query(tier)
            if start is not None and tier == start.tier:
                query = self._behind(query, start, asked.sort)
            rows = _by_key(self._index, query, asked.limit + 1 - len(found), down=asked.sort == Sort.PRICE_DOWN)
            found += [Row(tier, *row) for row in rows]
            if len(found) > asked.limit:
                break
        return page_of(found, asked.fitting([row.shop_id for row in found]), start)

    def _behind(self, query: Query, start: Position, sort: Sort) -> Query:
        ends = (None, start.key) if sort == Sort.PRICE_DOWN else (start.key, None)
        return _all([query, self._index.keys(*ends)], self._index.one_of(stored.OFFER, start.shown))

    def _word(self, alternatives: tuple[Alternative, ...], grade: int) -> Query:
        return _any([self._alternative(one) for one in alternatives if one.grade <= grade])

    def _alternative(self, one: Alternative) -> Query:
        terms = [self._index.term(stored.TERMS, term) for term in one.terms]
        return _all([*terms, *map(self._index.begun, one.begun)])


def _filters(index: OfferIndex, wanted: OfferFilter) -> Iterator[Query]:
    if wanted.shop_id is not None:
        yield index.term(stored.SHOP, wanted.shop_id)
    if wanted.all_categories:
        yield index.one_of(stored.CATEGORY, wanted.all_categories)
    if wanted.price_min is not None or wanted.price_max is not None:
        low = None if wanted.price_min is None else lowest_key(wanted.price_min)
        high = None if wanted.price_max is None else lowest_key(wanted.price_max + 1) - 1
        yield index.keys(low, high)
    if wanted.in_stock:
        yield index.term(stored.STOCK, 1)
    by_name: dict[str, list[Query]] = {}
    for name, value in wanted.parameters:
        term = index.term(stored.PARAMETER, parameter_term(name, value))
        by_name.setdefault(normal_name(name), []).append(term)
    yield from map(_any, by_name.values())


def _by_key(index: OfferIndex, query: Query, limit: int, *, down: bool = False) -> list[tuple[int, int, int]]:
    """Return at most ``limit`` offers sorted by key, each as (offer id, shop id, key)."""
    addresses = index.by_key(query, limit, down=down)
    columns = (index.numbers(field, addresses) for field in (stored.OFFER, stored.SHOP, stored.KEY))
    return list(zip(*columns, strict=True))


def _all(queries: list[Query], but: Query | None = None) -> Query:
    if but is None and len(queries) == 1:
        return queries[0]
    excluded = [] if but is None else [(Occur.MustNot, but)]
    return Query.boolean_query([*((Occur.Must, query) for query in queries), *excluded])


def _any(queries: list[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries]) if queries else Query.empty_query()
