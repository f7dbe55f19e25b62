"""An index in a directory: opened, searched, and changed by one writer at a time."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar, cast

from tantivy import DocAddress, Document, FieldType, Index, IndexWriter, Occur, Order, Query

from chalicelib.catalogue.search import analysis
from chalicelib.catalogue.search.analysis import Stems
from chalicelib.catalogue.search.documents import SEPARATOR, Indexed, key_of, parameter_term
from chalicelib.catalogue.search.embedded import schema as stored
from chalicelib.catalogue.search.stemmers import STEMS

# Bytes that a writer collects before it writes a segment. A segment is what readers fetch: the fewer the better.
_HEAP = 128_000_000
# How many words near a mistyped one are examined.
_NEAR = 100
# The fields with exactly one value per offer.
_SINGLE = (stored.SHOP, stored.CATEGORY)
# Offers replaced by one query.
_BATCH = 5_000
_SURROGATE = re.compile("[\ud800-\udfff]")

_T = TypeVar("_T")


class IndexDamaged(Exception):
    """The index does not hold what was written to it."""


class OfferIndex:
    """The offers of an index, and the lexicon of their words.

    Reads see the index as it was when last opened, changed or reloaded. Not for several threads.
    """

    def __init__(self, directory: Path) -> None:
        """Open the index in the directory; create it if there is none."""
        directory.mkdir(parents=True, exist_ok=True)
        self._schema = stored.schema()
        self._index = Index(self._schema, str(directory))
        self._searcher = self._index.searcher()
        self._parameters: dict[str, tuple[str, str]] = {}

    def reload(self) -> None:
        """Make reads see what has been written to the directory since."""
        self._index.reload()
        self._searcher = self._index.searcher()
        self._parameters.clear()

    # ---- the lexicon

    @property
    def stems(self) -> Stems:
        """The stemmers that the index was made with."""
        return STEMS

    def has(self, term: str) -> bool:
        """Whether an offer has the term; also true for a while after the last such offer has gone."""
        return self._searcher.doc_freq(stored.TERMS, term) > 0

    def begins(self, prefix: str) -> bool:
        """Whether an offer has a longer term that begins with the prefix."""
        found = self._searcher.terms_with_prefix(stored.TERMS, prefix, limit=2)
        return any(term != prefix for term, _ in found)

    def count(self, term: str) -> int:
        """Return how many offers have the term, or have had it since the last full build."""
        return self._searcher.doc_freq(stored.TERMS, term)

    def alike(self, form: str, slips: int) -> Iterator[str]:
        """Yield the words kept under a form that is at most this many slips from the one given."""
        if slips:
            query = Query.fuzzy_term_query(self._schema, stored.FORM, form, slips)
        else:
            query = self.term(stored.FORM, form)
        return map(self._shown, self.first(query, _NEAR))

    def _shown(self, address: DocAddress) -> str:
        return str(self._searcher.doc(address).get_first(stored.SHOWN))

    def parameter(self, normal: str) -> tuple[str, str]:
        """Return a parameter's name and value as a supplier wrote them; ``normal`` is its ``parameter_term``."""
        if (known := self._parameters.get(normal)) is None:
            found = self.first(self.term(stored.NORMAL, normal), 1)
            name, _, value = (self._shown(found[0]) if found else normal).partition(SEPARATOR)
            known = self._parameters[normal] = name, value
        return known

    def is_shown(self, field: str, value: str) -> bool:
        """Whether there is a word with this form, or a parameter with this normal form."""
        return self._searcher.doc_freq(field, value) > 0

    # ---- queries

    def any_offer(self) -> Query:
        """Return the query for all offers."""
        return Query.exists_query(stored.KEY)

    def term(self, field: str, value: str | int) -> Query:
        """Return the query for documents with the value in the field."""
        if not _may_be_there(value):
            return Query.empty_query()
        return Query.term_query(self._schema, field, value, index_option="basic")

    def one_of(self, field: str, values: Collection[int]) -> Query:
        """Return the query for documents with one of the values in the field."""
        return Query.term_set_query(self._schema, field, list(filter(_may_be_there, values)))

    def begun(self, prefix: str) -> Query:
        """Return the query for offers with a term that begins with the prefix."""
        return Query.fuzzy_term_query(self._schema, stored.TERMS, prefix, distance=0, prefix=True)

    def keys(self, low: int | None, high: int | None) -> Query:
        """Return the query for offers with a key in the range, ends included; None for no end."""
        return Query.range_query(self._schema, stored.KEY, FieldType.Integer, low, high)

    def first(self, query: Query, limit: int) -> list[DocAddress]:
        """Return at most ``limit`` documents in no particular order."""
        return [address for _, address in self._searcher.search(query, limit, count=False).hits]

    def by_key(self, query: Query, limit: int, *, down: bool = False) -> list[DocAddress]:
        """Return at most ``limit`` offers that the query finds, sorted by key."""
        order = Order.Desc if down else Order.Asc
        hits = self._searcher.search(query, limit, count=False, order_by_field=stored.KEY, order=order).hits
        return [address for _, address in hits]

    def total(self, query: Query) -> int:
        """Return how many documents the query finds."""
        # The type stubs lack the count.
        return cast(int, cast(Any, self._searcher.search(query, 1, count=True)).count)

    def values(self, query: Query, limits: Mapping[str, int]) -> tuple[int, dict[str, list[tuple[str | int, int]]]]:
        """Return how many offers the query finds, and the most frequent values in some of their fields, with counts.

        ``limits`` are the numbers of values to return, by the names of the fields.
        """
        found = self._searcher.aggregate(
            query, {field: {"terms": {"field": field, "size": most}} for field, most in limits.items()}
        )
        values = {field: [(one["key"], one["doc_count"]) for one in found[field]["buckets"]] for field in limits}
        # Each offer has exactly one value of these, so their counts sum up to the total.
        if (single := next((field for field in limits if field in _SINGLE), None)) is None:
            return self.total(query), values
        return sum(count for _, count in values[single]) + int(found[single]["sum_other_doc_count"]), values

    def numbers(self, field: str, addresses: list[DocAddress]) -> list[int]:
        """Return the number that each of these offers has in the field."""
        return cast("list[int]", self._searcher.fast_field_values(field, addresses)) if addresses else []

    def of_shop(self, shop_id: int) -> dict[int, int]:
        """Return the ids of a shop's offers with their fingerprints."""
        query = self.term(stored.SHOP, shop_id)
        addresses = self.first(query, self.total(query) or 1)
        return dict(zip(self.numbers(stored.OFFER, addresses), self.numbers(stored.PRINT, addresses), strict=True))

    # ---- changes

    @property
    def offers(self) -> int:
        """How many offers there are."""
        return self.total(self.any_offer())

    @property
    def segments(self) -> int:
        """How many segments the index consists of."""
        return self._searcher.num_segments

    def change(self, offers: Iterable[Indexed], gone: Iterable[int] = (), *, closed: Collection[int] = ()) -> None:
        """Add or replace offers by id; remove others, ``gone`` by offer id and ``closed`` by shop id.

        All or nothing; of two offers with the same id the later one counts. Writes new files and leaves the existing
        ones unchanged. Raises IndexDamaged if the number of offers afterwards is not what it should be.
        """
        before, gone = self.offers, set(gone)
        writer = self._index.writer(_HEAP, 1)
        try:
            for shop_id in closed:
                writer.delete_documents_by_query(self.term(stored.SHOP, shop_id))
            for ids in _batches(gone, _BATCH):
                writer.delete_documents_by_query(self.one_of(stored.OFFER, ids))
            added = _Writing(self, writer).add(offers)
        except BaseException:
            writer.rollback()
            raise
        removed = self._present(added | gone, closed)
        writer.commit()
        writer.wait_merging_threads()
        self.reload()
        # Deleting by term silently deletes nothing if the number is taken for another type than the field's.
        if self.offers != before - removed + len(added):
            raise IndexDamaged

    def _present(self, ids: Collection[int], closed: Collection[int]) -> int:
        """Return how many offers there are with these ids or of these shops."""
        shops = self.one_of(stored.SHOP, closed)
        apart = [
            Query.boolean_query([(Occur.Must, self.one_of(stored.OFFER, batch)), (Occur.MustNot, shops)])
            for batch in _batches(ids, _BATCH)
        ]
        return self.total(shops) + sum(map(self.total, apart))


class _Writing:
    """Adds offers, and those of their words and parameters that the index lacks."""

    def __init__(self, index: OfferIndex, writer: IndexWriter) -> None:
        self._index, self._writer = index, writer
        self._known: set[tuple[str, str]] = set()

    def add(self, offers: Iterable[Indexed]) -> set[int]:
        """Return the ids of what was added."""
        ids: set[int] = set()
        for batch in _batches(offers, _BATCH):
            latest = {offer.offer_id: offer for offer in batch}
            self._writer.delete_documents_by_query(self._index.one_of(stored.OFFER, latest))
            ids.update(latest)
            for offer in latest.values():
                self._add(offer)
        return ids

    def _add(self, offer: Indexed) -> None:
        terms, words = analysis.indexed_terms(STEMS, offer)
        document = Document()
        document.add_text(stored.TERMS, " ".join(terms))
        document.add_integer(stored.OFFER, offer.offer_id)
        document.add_integer(stored.SHOP, offer.shop_id)
        document.add_integer(stored.CATEGORY, offer.category_id)
        document.add_integer(stored.STOCK, int(offer.in_stock))
        document.add_integer(stored.KEY, key_of(offer.price, offer.offer_id))
        document.add_integer(stored.PRINT, offer.fingerprint)
        for name, value in offer.parameters:
            normal = parameter_term(name, value)
            document.add_text(stored.PARAMETER, normal)
            if (stored.NORMAL, normal) not in self._known:
                self._add_shown(stored.NORMAL, [normal], f"{name}{SEPARATOR}{value}")
        self._writer.add_document(document)
        for word in words:
            if (stored.FORM, word) not in self._known:
                self._add_shown(stored.FORM, analysis.lexicon_forms(word, STEMS), word)

    def _add_shown(self, field: str, values: list[str], shown: str) -> None:
        """Add the document of a word or parameter; the first of the values under which it is found identifies it."""
        self._known.add((field, values[0]))
        if not self._index.is_shown(field, values[0]):
            document = Document()
            for value in values:
                document.add_text(field, value)
            document.add_text(stored.SHOWN, shown)
            self._writer.add_document(document)


def _may_be_there(value: str | int) -> bool:
    """Whether a field can hold the value: half a surrogate pair and numbers of more than 63 bits cannot be stored."""
    return value.isascii() or not _SURROGATE.search(value) if isinstance(value, str) else value < 1 << 63


def _batches(values: Iterable[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch
