"""What placing an order costs against the bare transactions that write the same items (budget: 1.5)."""

from pathlib import Path

from tests.benchmarks.orders import measure

BUDGET = 1.5
JUDGED = 10


def test_an_order_costs_little_more_than_its_transactions(tmp_path: Path) -> None:
    ratio = measure(tmp_path)[JUDGED]
    print(f"ratio {ratio:.2f}")
    assert ratio <= BUDGET
