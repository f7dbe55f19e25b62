"""A field of goods is one line of the table: made-up lines travel all the way, in a process that has them."""

import re
import subprocess
import sys
from pathlib import Path

from chalicelib import goods
from tests.made_up_fields import LINES

ROOT = Path(__file__).parents[3]


def test_made_up_fields_travel_all_the_way() -> None:
    script = "tests/integration/pricelists/made_up_fields.py"
    asked = ["-p", "tests.made_up_fields", "-q", "-p", "no:cacheprovider", script]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *asked], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stdout + run.stderr
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed is not None
    assert int(passed[1]) >= 15


def test_there_are_no_made_up_fields_here() -> None:
    made_up = set(re.findall(r"^    (\w+): Annotated", LINES, re.MULTILINE))
    assert made_up.isdisjoint(goods.BY_COLUMN)
