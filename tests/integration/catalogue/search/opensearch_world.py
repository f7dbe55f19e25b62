"""An index of OpenSearch beside the tables, and what may happen to whoever builds it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from chalicelib import clock
from chalicelib.catalogue.search.building import bring_up
from chalicelib.catalogue.search.opensearch import schema as stored
from chalicelib.catalogue.search.opensearch.client import OpenSearch
from chalicelib.catalogue.search.opensearch.state import read_state
from chalicelib.catalogue.search.opensearch.target import OpenSearchTarget, Present
from tests.integration.calls import Died, before_all_calls
from tests.integration.catalogue.search.domain import Domain, Node
from tests.integration.catalogue.search.engines import NODE
from tests.integration.world import Person


def new_domain() -> Domain | Node:
    return Node(NODE) if NODE else Domain()


def client_of(domain: Domain | Node) -> OpenSearch:
    return OpenSearch(domain.endpoint, 60, domain)


def build(client: OpenSearch, *, full: bool = False) -> Present | None:
    return bring_up(OpenSearchTarget(client), full=full)


def held(client: OpenSearch) -> list[int]:
    """The ids of all offers that can be found."""
    search = {"query": {"exists": {"field": stored.KEY}}, "size": 100, "docvalue_fields": [stored.OFFER]}
    hits = client.call("POST", f"/{stored.alias()}/_search", search)["hits"]["hits"]
    return sorted(hit["fields"][stored.OFFER][0] for hit in hits)


def ids(shop: Person, *goods: int) -> list[int]:
    return sorted(shop.sells(one) for one in goods)


def claims(client: OpenSearch) -> int:
    """How many builders have written down that they are writing."""
    state = read_state(client, stored.alias())
    assert state is not None
    return len(state.claims)


@contextmanager
def at_call(domain: Domain | Node, number: int, act: Callable[[], object]) -> Iterator[list[str]]:
    """Let ``act`` happen before a call of any kind; yield the calls but its own."""
    calls: list[str] = []
    acting = False

    def hook(method: str = "", path: str = "") -> None:
        nonlocal acting
        if acting:
            return
        calls.append(f"{method} {path}")
        if len(calls) == number:
            acting = True
            act()
            acting = False

    domain.before = hook
    try:
        with before_all_calls(hook):
            yield calls
    finally:
        domain.before = lambda _method, _path: None


def dies() -> None:
    raise Died


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    monkeypatch.setattr(clock, "now", lambda real=clock.now: real() + by)
