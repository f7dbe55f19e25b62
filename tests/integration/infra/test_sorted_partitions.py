"""DynamoDB of the embedded stack: queries are answered from sorted partitions, and all answers are ministack's own.

NIGHTLY=1 compares many more of them.
"""

import json
import os
import subprocess
from typing import Any

import pytest

from infra.settings import PROJECT_ROOT

NIGHTLY = bool(os.environ.get("NIGHTLY"))
QUERIES = 3000 if NIGHTLY else 70
#: Sort keys of text, of numbers and of bytes, in turn.
SEEDS = range(12 if NIGHTLY else 3)


def run(script: str, *arguments: int) -> Any:
    python = str(PROJECT_ROOT / ".venv-stack" / "bin" / "python")
    command = [python, "-m", f"tests.integration.infra.{script}", *map(str, arguments)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def stories() -> Any:
    return run("compare_queries", QUERIES, *SEEDS)


def test_queries_and_writes_of_every_kind_answer_as_unpatched(stories: Any) -> None:
    assert stories["different"] == []


def test_most_queries_do_not_read_the_whole_partition(stories: Any) -> None:
    assert all(story["narrowed"] > story["asked"] / 2 for story in stories["stories"]), stories


def test_a_page_out_of_10_000_items_takes_at_most_one_and_a_half_times_one_out_of_100() -> None:
    seconds = run("measure_pages")
    assert seconds["many"] <= 1.5 * seconds["few"], seconds
