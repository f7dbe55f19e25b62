"""The embedded index finds what is meant at 20,000 offers, for not much more CPU than SQLite needs for the finding."""

from pathlib import Path

from tests.benchmarks.search import measure

# How many times the median of SQLite's FTS5 a page may cost, half of the kinds of queries: beside finding, it is
# understood, sorted into tiers of relevance and counted.
BUDGET = 8


def test_search_finds_what_is_meant_in_bounds(tmp_path: Path) -> None:
    measured = measure(20_000, tmp_path)
    assert measured.will_do
    assert measured.ratio <= BUDGET
