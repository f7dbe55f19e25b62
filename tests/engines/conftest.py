"""A stack whose DynamoDB has bad days: faults drawn from ENGINES_SEED, and indexes that lag by a second."""

import os
import secrets
import time
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
_LISTS = ("/products", "/partner/orders", "/partner/imports", "/order", "/categories", "/shops", "/admin/")
_SEED = int(os.environ.get("ENGINES_SEED") or secrets.randbelow(1_000_000))
_seen: list[Faults] = []


def pytest_report_header() -> str:
    """Name what is needed to repeat the run."""
    return f"faults of DynamoDB: ENGINES_SEED={_SEED}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many faults there were."""
    for faults in _seen:
        told = ", ".join(f"{count} × {fault}" for fault, count in sorted(faults.injected.items()))
        terminalreporter.write_line(f"ENGINES_SEED={faults.seed}: {faults.calls:,} calls to DynamoDB, {told}")


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """The service, deployed and answering, above a DynamoDB with faults. The tests' own clients are spared them."""
    with running_stack(tmp_path_factory.mktemp("stack")) as plain:
        upstream = Upstream(plain.stack.port)
        lagging = LaggingIndexes(upstream, plain.stage.environment["TABLE_PREFIX"], LAG_SECONDS)
        faults = Faults(lagging, _SEED)
        _seen.append(faults)
        proxies = [Proxy(answering, upstream) for answering in (faults, lagging)]
        faulty_url, spared_url = (proxy.url for proxy in proxies)
        with behind(plain, faulty_url, spared_url, SETTLE_SECONDS=str(SETTLE_SECONDS)) as faulty:
            yield faulty
        lagging.close()
        for proxy in proxies:
            proxy.close()


@pytest.fixture(autouse=True, scope="session")
def failures() -> Iterator[list[str]]:
    """Wait for the indexes before lists are read, as people do; yields answers that are faults of the service."""
    changed, found = [0.0], list[str]()
    plain = Service.call

    def settle() -> None:
        time.sleep(max(0.0, changed[0] + LAG_SECONDS + 0.5 - time.monotonic()))

    def call(self: Service, method: str, path: str, token: str = "", **request: Any) -> requests.Response:
        if (method == "GET" and path.startswith(_LISTS)) or path.endswith("/exports"):
            settle()
        answer = plain(self, method, path, token, **request)
        if answer.status_code >= 500:
            found.append(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        if method != "GET":
            changed[0] = time.monotonic()
        return answer

    def waiting(wait: Any) -> Any:
        """What returns after functions have changed something in the background."""

        def waited(*asked: Any) -> Any:
            returned = wait(*asked)
            changed[0] = time.monotonic()
            return returned

        return waited

    def tick(service: Service) -> None:
        time.sleep(LAG_SECONDS + 0.5)
        plain_tick(service)

    plain_tick = test_imports._tick
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Service, "call", call)
        for name in ("imported", "mailed"):
            patch.setattr(Service, name, waiting(getattr(Service, name)))
        patch.setattr(test_imports, "_tick", tick)
        yield found


@pytest.fixture(autouse=True)
def _no_answer_is_a_5xx(failures: list[str]) -> Iterator[None]:
    failures.clear()
    yield
    assert failures == []
