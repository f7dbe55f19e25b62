"""`make bench-opensearch`: the searches of `make bench-search` on a node of OpenSearch, in time on the clock.

The node is on the same machine, so what else runs there counts.
"""

import os
import sys
import time

import tests.conftest  # noqa: F401 - made-up settings, before anything reads them
from chalicelib import clock
from chalicelib.catalogue.search.building import Changes
from chalicelib.catalogue.search.engine import Asked
from chalicelib.catalogue.search.opensearch.client import OpenSearch
from chalicelib.catalogue.search.opensearch.engine import OpenSearchEngine
from chalicelib.catalogue.search.opensearch.target import OpenSearchTarget
from tests.benchmarks.search import KINDS, QUERIES, quantiles, questions, ranked, recall, synonyms_of
from tests.benchmarks.search_goods import good, goods, words_for


def _seconds(client: OpenSearch, changes: Changes, *, full: bool) -> float:
    """How long writing these changes takes."""
    begun = time.perf_counter()
    with OpenSearchTarget(client).begin(full=full) as draft:
        draft.change(changes)
        assert draft.publish({}, clock.stamp(clock.now())) is not None
    return time.perf_counter() - begun


def _milliseconds(engine: OpenSearchEngine, asked: Asked) -> float:
    begun = time.perf_counter()
    engine.find(asked)
    return (time.perf_counter() - begun) * 1_000


def measure(offers: int, client: OpenSearch) -> int:
    """Print what a catalogue of this size takes; return how many of QUERIES the worst kind finds."""
    words = words_for(offers)
    built = _seconds(client, Changes(goods(offers, words), (), (), ()), full=True)
    few = [good(number, words) for number in range(0, offers, 100)]
    changed = _seconds(client, Changes(few, (), (), ()), full=False)
    print(f"\n{offers:,} offers: built in {built:.1f} s, 1 % changed in {changed:.1f} s")
    engine, synonyms = OpenSearchEngine(client), synonyms_of(words)
    engine._synonyms.present = lambda: synonyms  # type: ignore[method-assign]
    meant = [good(number, words) for number in range(7, offers, max(1, offers // 400))]
    print(f"{'kind':24}{'p50':>8}{'p95':>8}{'found':>8}   (ms, of {QUERIES})")
    least = QUERIES
    for kind in KINDS:
        asked = questions(kind, meant)
        for one in asked[:20]:
            engine.find(one)  # as a node that has been up for a while
        middle, high = quantiles([_milliseconds(engine, one) for one in asked])
        found = recall(engine, kind, meant) if kind.recalled else None  # type: ignore[arg-type]
        least = min(least, QUERIES if found is None else found)
        print(f"{kind.name:24}{middle:8.1f}{high:8.1f}{'' if found is None else found:>8}")
    print(f"among the first ten: {ranked(engine, meant)} of {QUERIES}")  # type: ignore[arg-type]
    return least


def main() -> int:
    """Measure both sizes, and say by the exit code whether enough is found."""
    client = OpenSearch(os.environ["OPENSEARCH"], 60)
    least = min(measure(offers, client) for offers in (10_000, 100_000))
    print(f"recall {least}")
    return int(least < 55)


if __name__ == "__main__":
    sys.exit(main())
