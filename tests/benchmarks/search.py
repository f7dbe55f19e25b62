"""`make bench-search`: what building, changing and searching the embedded index costs, beside SQLite's FTS5.

CPU time is measured, which other processes disturb less than time on the clock. Each query is asked once, so none is
answered from a cache. SQLite is asked for the same terms, without working out what a query means.

Pages over HTTP come last, on a stack of their own; then, as the last two lines, the least recall of the six kinds of
queries, of 60, and the worst kind's p95 in ms of CPU.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

import tests.conftest  # noqa: F401 - made-up settings, before anything reads them
from chalicelib.catalogue.search.documents import Indexed
from chalicelib.catalogue.search.embedded.engine import EmbeddedEngine
from chalicelib.catalogue.search.embedded.index import OfferIndex
from chalicelib.catalogue.search.engine import Asked, Facet, Sort
from chalicelib.catalogue.search.filters import OfferFilter
from chalicelib.catalogue.search.stemmers import STEMS
from chalicelib.catalogue.search.synonyms import Group, Synonyms
from chalicelib.catalogue.search.understanding import understand
from tests.benchmarks.search_goods import Words, good, goods, words_for
from tests.benchmarks.search_http import pages_over_http
from tests.benchmarks.search_sqlite import Sqlite
from tests.unit.catalogue.search import tables

QUERIES = 60
# What has to be reached: offers found by kind, and in the first ten, of QUERIES; milliseconds of the worst kind's p95.
LEAST_RECALL = {"typo": 55, "form": 58, "layout": 57, "translit": 55, "code": 60, "barcode": 60}
LEAST_RANKED, MOST_P95 = 50, 10.0
_UNKNOWN = "псевдо"
ALL_FACETS: tuple[Facet, ...] = ("category", "shop", "param")


@dataclass(frozen=True)
class Kind:
    """A kind of queries: how each is asked for an offer that is meant, or None if it has nothing to ask by."""

    name: str
    text: Callable[[Indexed, int], str | None]
    sort: Sort = Sort.RELEVANCE
    facets: tuple[Facet, ...] = ()
    filters: Callable[[Indexed], OfferFilter] = lambda _: OfferFilter()
    recalled: bool = False


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


def synonyms_of(words: Words) -> Synonyms:
    """For each noun a word that no offer has."""
    return Synonyms(tuple(Group((_UNKNOWN + noun, noun), one_way=True) for noun in words.nouns), STEMS)


KINDS = [
    Kind("typo", lambda offer, place: tables.slip(_word(offer, place), place), recalled=True),
    Kind("form", _form, recalled=True),
    Kind("layout", lambda offer, place: tables.in_english_layout(_russian(offer, place)), recalled=True),
    Kind("translit", lambda offer, place: tables.in_latin(_russian(offer, place), place), recalled=True),
    Kind("code", lambda offer, place: tables.otherwise(offer.model, place) if offer.model else None, recalled=True),
    Kind("barcode", lambda offer, _: offer.gtin or None, recalled=True),
    Kind("synonym", lambda offer, _: _UNKNOWN + offer.name.lower().split()[0], recalled=True),
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


def questions(kind: Kind, offers: list[Indexed]) -> list[Asked]:
    """The first pages of a kind."""
    return [
        Asked(replace(kind.filters(offer), words=text), kind.sort, 50, facets=kind.facets)
        for text, offer in asked_of(kind, offers)
    ]


def times_of(engine: EmbeddedEngine, kind: Kind, offers: list[Indexed]) -> tuple[float, float]:
    """The quantiles of a kind's first pages, each asked for once."""
    return quantiles([cpu(partial(engine.find, one)) for one in questions(kind, offers)])


def times_of_sqlite(
    sqlite: Sqlite, engine: EmbeddedEngine, kind: Kind, offers: list[Indexed]
) -> tuple[float, float] | None:
    """The same of SQLite; None if nothing is found by any of them."""
    meant = [(one, understand(one.filter.words, engine.index, engine.synonyms)) for one in questions(kind, offers)]
    times = [cpu(partial(sqlite.find, one, understood.wanted)) for one, understood in meant if understood.grades]
    return quantiles(times) if times else None


@dataclass
class Measured:
    """What one size came to: recall by kind, ranking, the worst kind's p95 in ms, half the kinds' ratio to SQLite."""

    recall: dict[str, int]
    ranked: int
    p95: float
    ratio: float

    @property
    def will_do(self) -> bool:
        """Whether as much is found as has to be, in the time that there is."""
        enough = all(self.recall[name] >= least for name, least in LEAST_RECALL.items())
        return enough and self.ranked >= LEAST_RANKED and self.p95 <= MOST_P95


def measure(offers: int, directory: Path) -> Measured:
    """Build, change and search an index of this size, and print it."""
    words = words_for(offers)
    index = _built(offers, words, directory / "index")
    engine = EmbeddedEngine(index, synonyms=synonyms_of(words))
    meant = [good(number, words) for number in range(7, offers, max(1, offers // 400))]
    sqlite = Sqlite(directory / "sqlite", offers, words)
    size = (directory / "sqlite").stat().st_size / 1e6
    print(f"{'kind':24}{'p50':>8}{'p95':>8}{'FTS5 p50':>10}{'p95':>8}{'found':>8}   (ms of CPU, of {QUERIES})")
    found: dict[str, int] = {}
    worst, ratios = 0.0, []
    for kind in KINDS:
        middle, high = times_of(engine, kind, meant)
        beside = times_of_sqlite(sqlite, engine, kind, meant) or (0.0, 0.0)
        if kind.recalled:
            found[kind.name] = recall(engine, kind, meant)
        worst = max(worst, high)
        ratios.append(middle / max(beside[0], 0.05))
        said = f"{found[kind.name]:>8}" if kind.recalled else ""
        print(f"{kind.name:24}{middle:8.2f}{high:8.2f}{beside[0]:10.2f}{beside[1]:8.2f}{said}")
    first = ranked(engine, meant)
    print(f"the offer that is meant among the first ten: {first} of {QUERIES}; SQLite's file: {size:.1f} MB")
    return Measured(found, first, worst, sorted(ratios)[len(ratios) // 2])


def _built(offers: int, words: Words, directory: Path) -> OfferIndex:
    index = OfferIndex(directory)
    build = cpu(lambda: index.change(goods(offers, words))) / 1_000
    making = cpu(lambda: sum(1 for _ in goods(offers, words))) / 1_000
    size, files = _size(directory), set(directory.iterdir())
    changed = [good(number, words) for number in range(0, offers, 100)]
    change = cpu(lambda: index.change(changed, ())) / 1_000
    new = sum(path.stat().st_size for path in set(directory.iterdir()) - files) / 1e6
    opened = cpu(lambda: EmbeddedEngine(OfferIndex(directory)).by_codes(["x"], 1))
    print(f"\n{offers:,} offers: built in {build - making:.1f} s of CPU, {size:.1f} MB, opened in {opened:.1f} ms")
    print(f"1 % changed: {change:.2f} s of CPU, {new:.2f} MB of new files; {index.segments} segments")
    print(f"memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most, building included")
    return index


def _print_memory_of_reader(offers: int, directory: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.search_reader", str(directory), str(offers)],
        check=True,
        capture_output=True,
        text=True,
    )
    print(f"memory that a process takes to open it and answer each kind of query: {made.stdout.strip()} MB")


def _size(directory: Path) -> float:
    return sum(path.stat().st_size for path in directory.iterdir()) / 1e6


def main() -> int:
    """Measure each size, print the two figures of the largest, and say by the exit code whether they will do."""
    sizes = [10_000, 100_000, *([1_000_000] if os.environ.get("BENCH_FULL") else [])]
    for size in sizes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
            last = measure(size, Path(directory))
            _print_memory_of_reader(size, Path(directory) / "index")
    print(f"\n{pages_over_http()}")
    print(f"recall {min(last.recall[name] for name in LEAST_RECALL)}\np95 {last.p95:.1f}")
    return int(not last.will_do)


if __name__ == "__main__":
    sys.exit(main())
