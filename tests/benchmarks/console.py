"""`make bench-console`: what each page of the console costs beside the calls of the API that show the same.

Both are asked over HTTP on an embedded stack of their own, in turn, with lists of 50 rows. The ratio is the median of
the rounds: what disturbs the machine disturbs both. The last line is the highest ratio, which the budget is about.
"""

import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from operator import truediv
from pathlib import Path
from typing import Any

import requests

import tests.conftest  # noqa: F401 - made-up settings, before anything reads them
from chalicelib.console.forgery import csrf_of
from infra.demo import wait_for
from infra.record import console_url
from infra.settings import PROJECT_ROOT
from tests.e2e.conftest import RunningStack, running_stack
from tests.forms import Reader
from tests.integration.console.behind import BEHIND, Pair, filled_in
from tests.integration.console.full import model_of

WARM_UP, ROUNDS = 5, int(os.environ.get("BENCH_ROUNDS", "60"))
# Of a quick order.
LINES = 30
BUDGET, MOST_BYTES = 1.5, 61_440


@dataclass
class Times:
    """Seconds of a page and of the calls behind it, by round; ``size`` is the page's in bytes, ``sent`` compressed."""

    size: int = 0
    sent: int = 0
    page: list[float] = field(default_factory=list)
    calls: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median of the rounds."""
        return statistics.median(map(truediv, self.page, self.calls))


class Visitor:
    """Opens pages and makes calls as somebody, each kind over one connection."""

    def __init__(self, stack: RunningStack, token: str) -> None:
        self._token = token
        self._console, self._api = console_url(stack.base_url), stack.base_url
        self._browser, self._client = requests.Session(), requests.Session()
        self._browser.headers.update({"Cookie": f"console={token}", "Accept-Language": "ru"})
        self._client.headers.update({"Authorization": f"Token {token}", "Accept-Language": "ru"})

    def page(self, path: str) -> requests.Response:
        """The page at a path below the console's address."""
        return _right(self._browser.get(self._console + path, timeout=60))

    def call(self, path: str) -> requests.Response:
        """The answer of a call."""
        return _right(self.tried(path))

    def check(self, lines: list[tuple[str, int]]) -> requests.Response:
        """The page that a quick order of codes and quantities is checked with."""
        form = {"csrf": csrf_of(self._token), "lines": "\n".join(f"{code}\t{count}" for code, count in lines)}
        return _right(self._browser.post(f"{self._console}quick", data=form, timeout=60))

    def dry_run(self, lines: list[tuple[str, int]]) -> requests.Response:
        """The call that says of the same lines what would be added."""
        items = [{"code": code, "quantity": count} for code, count in lines]
        body = {"items": items, "dry_run": True, "choose": "cheapest"}
        return _right(self._client.post(f"{self._api}/basket/items", json=body, timeout=60))

    def tried(self, path: str) -> requests.Response:
        """The same, whatever its status."""
        return self._client.get(self._api + path, timeout=60)


def _right(answer: requests.Response) -> requests.Response:
    assert answer.status_code == 200, f"{answer.url}: {answer.status_code} {answer.text[:500]}"
    return answer


def fill(stack: RunningStack) -> Any:
    """Fill every list; return the sessions by role, and the ids in addresses."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.console_full"],
        cwd=PROJECT_ROOT,
        env={**stack.stack.environment(), **stack.stage.environment},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure(directory: Path) -> dict[Pair, Times]:
    """Return the times of each page on a stack of its own; print what a browser loads beside pages."""
    with running_stack(directory) as stack:
        full = fill(stack)
        visitors = {role: Visitor(stack, token) for role, token in full["tokens"].items()}
        admin = visitors["admin"]
        wait_for("the mails", lambda: not admin.call("/admin/mails?status=pending").json()["results"] or None)
        wait_for("the index", lambda: admin.tried("/products?limit=1&facets=shop").json().get("total") or None)
        _print_files(visitors["buyer"])
        for pair in BEHIND:
            visitors[pair.role].page(filled_in(pair, full["ids"], searched=True)[0])
        found = {pair: _times_of(visitors[pair.role], pair, full["ids"]) for pair in BEHIND}
        lines = [(model_of(number), 2) for number in range(1, LINES + 1)]
        buyer = visitors["buyer"]
        assert buyer.dry_run(lines).json()["added"] == LINES
        check = Pair(f"quick, {LINES} lines", "buyer", ("/basket/items",))
        return {**found, check: _times(lambda: buyer.check(lines), lambda: buyer.dry_run(lines))}


def _print_files(visitor: Visitor) -> None:
    """Print what the first page loads; all of it is kept, so that the next one is a single request."""
    reader = Reader()
    reader.feed(visitor.page("").text)
    names = [link for link in reader.links if "static/" in link]
    files = [visitor.page(name) for name in names]
    assert all("immutable" in one.headers["Cache-Control"] for one in files)
    plain, sent = sum(len(one.content) for one in files), sum(len(gzip.compress(one.content)) for one in files)
    print(f"a first visit loads {len(files)} files, {plain} bytes, {sent} compressed; the next one none")


def _times_of(visitor: Visitor, pair: Pair, ids: dict[str, int | str]) -> Times:
    path, calls = filled_in(pair, ids, searched=True)
    return _times(lambda: visitor.page(path), lambda: [visitor.call(call) for call in calls])


def _times(open_page: Callable[[], requests.Response], make_calls: Callable[[], object]) -> Times:
    found = Times()
    for place in range(WARM_UP + ROUNDS):
        started = time.perf_counter()
        page = open_page()
        between = time.perf_counter()
        make_calls()
        ended = time.perf_counter()
        if place >= WARM_UP:
            found.page.append(between - started)
            found.calls.append(ended - between)
    found.size, found.sent = len(page.content), len(gzip.compress(page.content))
    return found


def table_of(found: dict[Pair, Times]) -> str:
    """Return the figures, a line for each page."""
    lines = [f"{'page, ms p50':42}{'':7}{'page':>7}{'calls':>7}{'n':>3}{'ratio':>7}{'bytes':>8}{'gzip':>7}"]
    for pair, times in found.items():
        page, calls = (statistics.median(one) * 1_000 for one in (times.page, times.calls))
        lines.append(
            f"{pair.page or '(start)':42}{pair.role:7}{page:7.1f}{calls:7.1f}{len(pair.calls):3}{times.ratio:7.2f}"
            f"{times.size:8}{times.sent:7}"
        )
    return "\n".join(lines)


def main() -> int:
    """Measure, print, and say by the exit code whether every page is within its budget."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        found = measure(Path(directory))
    worst = max(times.ratio for times in found.values())
    print(f"{table_of(found)}\nconsole {worst:.2f}")
    return int(worst > BUDGET or max(times.size for times in found.values()) > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main())
