"""Queries of the embedded stack: answered from sorted partitions, with ministack's own answers.

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


def run(*arguments: object) -> Any:
    python = str(PROJECT_ROOT / ".venv-stack" / "bin" / "python")
    command = [python, "-m", "tests.integration.infra.compare_queries", *map(str, arguments)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def stories() -> Any:
    return run(QUERIES, *SEEDS)


def test_queries_answer_as_unpatched_after_writes_of_every_kind(stories: Any) -> None:
    assert [story["different"] for story in stories] == [[]] * len(SEEDS)


def test_most_queries_do_not_read_the_whole_partition(stories: Any) -> None:
    assert all(story["narrowed"] > story["asked"] / 2 for story in stories), stories


def test_a_page_out_of_10_000_items_takes_at_most_one_and_a_half_times_one_out_of_100() -> None:
    seconds = run("pages")
    assert seconds["many"] <= 1.5 * seconds["few"], seconds
