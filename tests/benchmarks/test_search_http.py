"""What a page of a search costs over HTTP against a page by name, a Query and a BatchGet (budget: 1.5)."""

from pathlib import Path

from tests.benchmarks.search_http import BUDGET, measure, table_of


def test_a_page_of_a_search_costs_little_more_than_one_by_name(tmp_path: Path) -> None:
    found = measure(tmp_path)
    print(f"\n{table_of(found)}")
    assert {name: round(times.ratio, 2) for name, times in found.items() if times.ratio > BUDGET} == {}
