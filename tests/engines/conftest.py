"""A stack whose DynamoDB has bad days: faults drawn from ENGINES_SEED, and indexes that lag by a second."""

import os
import secrets
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.e2e import test_imports
from tests.e2e.conftest import RunningStack, running_stack
from tests.e2e.service import Service
from tests.engines.faults import Faults
from tests.engines.lagging import LaggingIndexes
from tests.engines.proxy import Proxy, Upstream
from tests.engines.stacks import behind

LAG_SECONDS = 1.0
#: As AWS's own: longer than any lag.
SETTLE_SECONDS = 2
_LISTS = {"/products", "/partner/orders", "/partner/imports", "/order", "/categories", "/shops", "/admin/mails"}
_SEED = int(os.environ.get("ENGINES_SEED") or secrets.randbelow(1_000_000))
_seen: list[tuple[Faults, LaggingIndexes]] = []


def pytest_report_header() -> str:
    """Name what is needed to repeat the run."""
    return f"faults of DynamoDB: ENGINES_SEED={_SEED}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many faults there were."""
    for faults, lagging in _seen:
        told = ", ".join(f"{count} × {fault}" for fault, count in sorted(faults.injected.items()))
        terminalreporter.write_line(f"ENGINES_SEED={faults.seed}: {faults.calls:,} calls to DynamoDB, {told}")
        terminalreporter.write_line(
            f"{lagging.late:,} of {lagging.queries:,} queries of indexes may have missed a change"
        )


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The service, deployed and answering."""
    with running_stack(tmp_path_factory.mktemp("stack")) as running:
        yield running


@pytest.fixture(scope="session")
def upstream(plain: RunningStack) -> Iterator[Upstream]:
    """The stack's own DynamoDB."""
    made = Upstream(plain.stack.port)
    yield made
    made.close_all()


@pytest.fixture(scope="session")
def lagging(plain: RunningStack, upstream: Upstream) -> Iterator[LaggingIndexes]:
    """The same with indexes that lag."""
    made = LaggingIndexes(upstream, plain.stage.environment["TABLE_PREFIX"], LAG_SECONDS)
    yield made
    made.close()


@pytest.fixture(scope="session")
def stack(plain: RunningStack, upstream: Upstream, lagging: LaggingIndexes) -> Iterator[RunningStack]:
    """The service above a DynamoDB with faults. The tests' own clients are spared them, but indexes lag for all."""
    faults = Faults(lagging, _SEED)
    _seen.append((faults, lagging))
    faulty, spared = Proxy(faults, upstream), Proxy(lagging, upstream)
    with behind(plain, faulty.url, spared.url, SETTLE_SECONDS=str(SETTLE_SECONDS)) as running:
        yield running
    faulty.close()
    spared.close()


@pytest.fixture(autouse=True, scope="session")
def failures(lagging: LaggingIndexes) -> Iterator[list[str]]:
    """Wait for the indexes before lists are read, as people do; yields answers that are faults of the service."""
    found = list[str]()
    plain, plain_tick = Service.call, test_imports._tick

    def call(self: Service, method: str, path: str, token: str = "", **request: Any) -> requests.Response:
        if (method == "GET" and path.partition("?")[0] in _LISTS) or path.endswith("/exports"):
            lagging.settle()
        answer = plain(self, method, path, token, **request)
        if answer.status_code >= 500:
            found.append(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer

    def tick(service: Service) -> None:
        lagging.settle()
        plain_tick(service)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Service, "call", call)
        patch.setattr(test_imports, "_tick", tick)
        yield found


@pytest.fixture(autouse=True)
def _no_answer_is_a_5xx(failures: list[str]) -> Iterator[None]:
    failures.clear()
    yield
    assert failures == []
