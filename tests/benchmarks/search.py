"""`make bench-search`: what building, changing and searching the embedded index costs, beside SQLite's FTS5.

CPU time is measured, which other processes disturb less than time on the clock. SQLite is asked for the same terms in
the same order, so it has the work of finding alone; what a query means is worked out once, by the index.

The last two lines are the least recall of the six kinds of queries, of 60, and the worst kind's p95 in ms of CPU.
"""

import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import tests.conftest  # noqa: F401 - made-up settings, before anything reads them
from chalicelib.catalogue.search.analysis import offer_terms
from chalicelib.catalogue.search.documents import Indexed, key_of
from chalicelib.catalogue.search.embedded.engine import EmbeddedEngine
from chalicelib.catalogue.search.embedded.index import OfferIndex
from chalicelib.catalogue.search.engine import Asked, Facet, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.stemmers import STEMS
from chalicelib.catalogue.search.understanding import Alternative, understand
from tests.benchmarks.search_goods import Words, good, goods, words_for
from tests.unit.catalogue.search import tables

QUERIES = 60
ALL_FACETS: tuple[Facet, ...] = ("category", "shop", "param")


@dataclass(frozen=True)
class Kind:
    """A kind of queries: how each is asked for an offer that is meant, or None if it has nothing to ask by."""

    name: str
    text: Callable[[Indexed, int], str | None]
    sort: Sort = Sort.RELEVANCE
    facets: tuple[Facet, ...] = ()
    filters: Callable[[Indexed], OfferFilter] = lambda _: OfferFilter()


def _word(offer: Indexed, place: int) -> str:
    """The noun or the series, if that is long enough to be mistyped."""
    noun, _, series, *_ = offer.name.lower().split()
    return series if place % 2 and len(series) > 4 else noun


def _russian(offer: Indexed, place: int) -> str:
    word = _word(offer, place)
    return word if word[0] >= "а" else offer.name.lower().split()[0]


def _form(offer: Indexed, _: int) -> str | None:
    return tables.NOUNS.get(offer.name.lower().split()[0])


def _in_price_range(offer: Indexed) -> OfferFilter:
    price, colour = offer.price, next(iter(offer.parameters))
    return OfferFilter(category_id=offer.category_id, price_min=price // 2, price_max=price * 2, parameters=(colour,))


#: Those whose recall counts come first.
RECALLED = [
    Kind("typo", lambda offer, place: tables.slip(_word(offer, place), place)),
    Kind("form", _form),
    Kind("layout", lambda offer, place: tables.in_english_layout(_russian(offer, place))),
    Kind("translit", lambda offer, place: tables.in_latin(_russian(offer, place), place)),
    Kind("code", lambda offer, place: tables.otherwise(offer.model, place) if offer.model else None),
    Kind("barcode", lambda offer, _: offer.gtin or None),
]
KINDS = [
    *RECALLED,
    Kind("word", _word),
    Kind("two words", lambda offer, _: " ".join(offer.name.split()[:3:2])),
    Kind("typo + brand", lambda offer, place: f"{tables.slip(offer.name.split()[0], place)} {offer.name.split()[1]}"),
    Kind("begun word", lambda offer, place: _word(offer, place)[:4]),
    Kind("filters, by price", lambda _o, _p: "", Sort.PRICE, filters=_in_price_range),
    Kind("common word, by price", lambda offer, _: offer.name.split()[-1], Sort.PRICE_DOWN),
    Kind("facets, common word", lambda offer, _: offer.name.split()[-1], facets=ALL_FACETS),
    Kind("facets, two words", lambda offer, _: " ".join(offer.name.split()[::4]), facets=ALL_FACETS),
]
#: The ways in which the first of three words is typed: is the offer among the first ten?
RANKED: list[Callable[[str, int], str]] = [
    lambda noun, _: noun,
    tables.slip,
    lambda noun, _: tables.NOUNS.get(noun, noun),
    lambda noun, _: tables.in_english_layout(noun),
    tables.in_latin,
]


def asked_of(kind: Kind, offers: list[Indexed]) -> list[tuple[str, Indexed]]:
    """QUERIES queries of a kind, each with the offer that is meant."""
    texts = ((kind.text(offer, place), offer) for place, offer in enumerate(offers))
    return list(islice(((text, offer) for text, offer in texts if text is not None), QUERIES))


def recall(engine: EmbeddedEngine, kind: Kind, offers: list[Indexed]) -> int:
    """How many of the queries find the offer that is meant, wherever it comes."""
    found = 0
    for text, offer in asked_of(kind, offers):
        only = OfferFilter(words=text, shop_id=offer.shop_id, price_min=offer.price, price_max=offer.price)
        found += offer.offer_id in {hit.offer_id for hit in engine.find(Asked(only, Sort.RELEVANCE, 100)).hits}
    return found


def ranked(engine: EmbeddedEngine, offers: list[Indexed]) -> int:
    """How many of QUERIES queries of three words find the offer that is meant among the first ten."""
    found = 0
    for place, offer in enumerate(offers[:QUERIES]):
        noun, brand, series, *_ = offer.name.lower().split()
        text = f"{RANKED[place % len(RANKED)](noun, place)} {brand} {series}"
        hits = engine.find(Asked(OfferFilter(words=text), Sort.RELEVANCE, 10)).hits
        found += offer.offer_id in {hit.offer_id for hit in hits}
    return found


def cpu(act: Callable[[], object]) -> float:
    """Milliseconds of CPU."""
    begun = time.process_time()
    act()
    return (time.process_time() - begun) * 1_000


def quantiles(times: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    in_order = sorted(times)
    return in_order[len(in_order) // 2], in_order[int(len(in_order) * 0.95)]


def times_of(engine: EmbeddedEngine, kind: Kind, offers: list[Indexed]) -> tuple[float, float]:
    """The quantiles of a kind's first pages."""
    asked = [
        Asked(_with_words(kind.filters(offer), text), kind.sort, 50, facets=kind.facets)
        for text, offer in asked_of(kind, offers)
    ]
    return quantiles([cpu(lambda one=one: engine.find(one)) for one in asked])  # type: ignore[misc]


def _with_words(wanted: OfferFilter, text: str) -> OfferFilter:
    return OfferFilter(
        category_id=wanted.category_id,
        price_min=wanted.price_min,
        price_max=wanted.price_max,
        parameters=wanted.parameters,
        words=text,
    )


class Sqlite:
    """The same terms in SQLite's FTS5."""

    def __init__(self, path: Path, offers: int, words: Words) -> None:
        self._database = sqlite3.connect(path)
        how = "content='', detail=column, tokenize=\"unicode61 tokenchars '=#'\""
        self._database.execute(f"CREATE VIRTUAL TABLE terms USING fts5(t, {how})")
        self._database.execute("CREATE TABLE offers (id INTEGER PRIMARY KEY, key INTEGER, category INTEGER)")
        # The rows by price, so that the order of rows is that of prices.
        by_price = sorted((key_of(one.price, one.offer_id), number) for number, one in enumerate(goods(offers, words)))
        for row, (key, number) in enumerate(by_price):
            one = good(number, words)
            found = offer_terms(
                STEMS, name=one.name, model=one.model, category=one.category, ext_id=one.ext_id, gtin=one.gtin
            )
            self._database.execute("INSERT INTO terms (rowid, t) VALUES (?, ?)", (row, " ".join(found.terms)))
            self._database.execute("INSERT INTO offers VALUES (?, ?, ?)", (row, key, one.category_id))
        self._database.execute("INSERT INTO terms (terms) VALUES ('optimize')")
        self._database.commit()

    def find(self, wanted: tuple[tuple[Alternative, ...], ...]) -> int:
        """Read the first page by price and count the rest."""
        text = " AND ".join(f"({' OR '.join(map(_match, word))})" for word in wanted)
        self._database.execute("SELECT rowid FROM terms WHERE t MATCH ? ORDER BY rowid LIMIT 51", (text,)).fetchall()
        ((count,),) = self._database.execute("SELECT count(*) FROM terms WHERE t MATCH ?", (text,))
        return int(count)

    def times_of(self, engine: EmbeddedEngine, kind: Kind, offers: list[Indexed]) -> tuple[float, float]:
        """The quantiles of a kind's first pages."""
        asked = [understand(text, engine.index).wanted for text, _ in asked_of(kind, offers)]
        return quantiles([cpu(lambda one=one: self.find(one)) for one in asked if all(one)])  # type: ignore[misc]


def _match(one: Alternative) -> str:
    parts = [f'"{term}"' for term in one.terms] + [f'"{begun}" *' for begun in one.begun]
    return f"({' AND '.join(parts)})"


@dataclass
class Measured:
    """What one size came to."""

    recall: int
    ranked: int
    p95: float
    ratio: float


def measure(offers: int, directory: Path) -> Measured:
    """Build, change and search an index of this size, and print it."""
    words = words_for(offers)
    index = OfferIndex(directory / "index")
    build = cpu(lambda: index.change(goods(offers, words))) / 1_000
    making = cpu(lambda: sum(1 for _ in goods(offers, words))) / 1_000
    size, files = _size(directory / "index"), set((directory / "index").iterdir())
    changed = [good(number, words) for number in range(0, offers, 100)]
    change = cpu(lambda: index.change(changed, ())) / 1_000
    new = sum(path.stat().st_size for path in set((directory / "index").iterdir()) - files) / 1e6
    opened = cpu(lambda: EmbeddedEngine(OfferIndex(directory / "index")).by_codes(["x"], 1))
    print(f"\n{offers:,} offers: built in {build - making:.1f} s of CPU, {size:.1f} MB, opened in {opened:.1f} ms")
    print(f"1 % changed: {change:.2f} s of CPU, {new:.2f} MB of new files; {index.segments} segments")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most, building included")
    engine = EmbeddedEngine(index)
    meant = [good(number, words) for number in range(7, offers, max(1, offers // 400))]
    sqlite = Sqlite(directory / "sqlite", offers, words)
    print(f"{'kind':24}{'p50':>8}{'p95':>8}{'FTS5 p50':>10}{'p95':>8}{'found':>8}   (ms of CPU, of {QUERIES})")
    worst, least, ratios = 0.0, QUERIES, []
    for kind in KINDS:
        middle, high = times_of(engine, kind, meant)
        beside = None if kind.facets or not asked_of(kind, meant)[0][0] else sqlite.times_of(engine, kind, meant)
        found = recall(engine, kind, meant) if kind in RECALLED else None
        worst, least = max(worst, high), min(least, QUERIES if found is None else found)
        if beside is not None:
            ratios.append(middle / max(beside[0], 0.05))
        said = f"{beside[0]:10.2f}{beside[1]:8.2f}" if beside is not None else " " * 18
        print(f"{kind.name:24}{middle:8.2f}{high:8.2f}{said}{'' if found is None else found:>8}")
    first = ranked(engine, meant)
    print(f"among the first ten: {first} of {QUERIES}")
    return Measured(least, first, worst, sorted(ratios)[len(ratios) // 2])


def _size(directory: Path) -> float:
    return sum(path.stat().st_size for path in directory.iterdir()) / 1e6


def main() -> int:
    """Measure each size, print the two figures of the largest, and say by the exit code whether they will do."""
    sizes = [10_000, 100_000, *([1_000_000] if os.environ.get("BENCH_FULL") else [])]
    for size in sizes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
            last = measure(size, Path(directory))
    print(f"recall {last.recall}\np95 {last.p95:.1f}")
    return int(last.recall < 55 or last.ranked < 50 or last.p95 > 10)


if __name__ == "__main__":
    sys.exit(main())
