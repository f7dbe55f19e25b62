"""`make bench-order`: a table, and as the last line the highest ratio, which the budget is about."""

import sys
import tempfile
from pathlib import Path

import tests.conftest  # noqa: F401 - made-up settings, before anything reads them
from tests.benchmarks.orders import measure
from tests.benchmarks.test_order import BUDGET


def main() -> int:
    """Measure, print, and say by the exit code whether it is within the budget."""
    with tempfile.TemporaryDirectory() as directory:
        ratio = max(measure(Path(directory)).values())
    print(f"ratio {ratio:.2f}")
    return int(ratio > BUDGET)


sys.exit(main())
