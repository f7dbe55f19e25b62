"""What placing an order costs against the bare calls that read, write and announce the same (budget: 1.3)."""

from pathlib import Path

from tests.benchmarks.orders import measure

BUDGET = 1.3


def test_an_order_costs_little_more_than_its_bare_calls(tmp_path: Path) -> None:
    ratios = measure(tmp_path)
    assert {rows: round(ratio, 2) for rows, ratio in ratios.items() if ratio > BUDGET} == {}
