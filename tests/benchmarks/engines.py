"""Plays the demo and the crowds on every engine that runs here: `make bench-engines` prints the table of the docs.

Each engine is started empty and has the machine to itself. One that this machine lacks is named and left out.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from defusedxml.ElementTree import fromstring

from infra.settings import PROJECT_ROOT
from tests.e2e.conftest import free_port
from tests.engines import localstack, packages

_CROWDS = {
    "test_a_crowd_never_buys_more_than_there_is": "64 buyers, 128 orders",
    "test_a_crowd_that_cancels_while_price_lists_arrive_loses_nothing": "the same, canceling, beside price lists",
    "test_stock_is_never_oversold": "8 clients for the last pieces",
    "test_one_basket_sent_many_times_is_one_order": "8 times the same basket",
}
_FILES = ("tests/e2e/test_orders_under_load.py", "tests/e2e/test_concurrency.py")

Figures = dict[str, float]


def main() -> int:
    """Print the table; return 1 if something failed on an engine."""
    measured, failed = dict[str, Figures](), False
    for name, engine in (("ministack", _embedded("")), ("dynoxide", _dynoxide()), ("LocalStack", _localstack())):
        try:
            with engine as environment:
                measured[name] = _measure(environment)
        except packages.ToolsMissing as missing:
            print(f"{name}: NOT RUN, {missing}", file=sys.stderr)
        except subprocess.CalledProcessError as exc:
            failed = True
            print(f"{name}: {exc}", file=sys.stderr)
    print(table(measured))
    return int(failed)


def table(measured: Mapping[str, Figures]) -> str:
    """Return the figures in seconds as a table of Markdown, an engine a column."""
    rows = list(dict.fromkeys(row for figures in measured.values() for row in figures))
    lines = [" | ".join(["seconds", *measured]), " | ".join(["---"] * (len(measured) + 1))]
    lines += [" | ".join([row, *(_cell(figures.get(row)) for figures in measured.values())]) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def _cell(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.1f}"


def _measure(environment: Mapping[str, str]) -> Figures:
    figures = {"start and deploy": _timed(environment, "infra", "up")}
    figures |= {f"demo, {time_}": _timed(environment, "infra.demo") for time_ in ("first", "second")}
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "report.xml"
        _timed(environment, "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *_FILES)
        cases = fromstring(report.read_text("utf-8")).iter("testcase")
        took = {case.get("name"): float(case.get("time") or 0) for case in cases}
    return figures | {title: took[test] for test, title in _CROWDS.items()}


def _timed(environment: Mapping[str, str], *module: str) -> float:
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", *module], cwd=PROJECT_ROOT, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    return time.monotonic() - began


def _environment(**own: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DYNOXIDE", "LOCALSTACK")}
    return {**kept, "E2E_ENDPOINT": "running", **own}


@contextmanager
def _embedded(dynoxide: str) -> Iterator[Mapping[str, str]]:
    with tempfile.TemporaryDirectory() as directory:
        environment = _environment(STACK_DIR=directory, PORT=str(free_port()), DYNOXIDE=dynoxide)
        try:
            yield environment
        finally:
            _timed(environment, "infra", "down")


@contextmanager
def _dynoxide() -> Iterator[Mapping[str, str]]:
    with _embedded(packages.dynoxide()) as environment:
        yield environment


@contextmanager
def _localstack() -> Iterator[Mapping[str, str]]:
    with tempfile.TemporaryDirectory() as name, localstack.running(Path(name), packages.dynoxide()) as port:
        yield _environment(STACK_DIR=f"{name}/stack", PORT=str(port), LOCALSTACK="running")


if __name__ == "__main__":
    sys.exit(main())
