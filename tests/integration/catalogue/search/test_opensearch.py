"""OpenSearch's index brought up to the tables: through deaths, races, late writes and switches.

The domain is one in memory; with OPENSEARCH a node, as `make test-opensearch` has it. NIGHTLY=1: something happens at
every call instead of every eleventh, and random sequences of imports and deaths are tried.
"""

import itertools
import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import ReadTimeoutError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.catalogue import shops
from chalicelib.catalogue.search import freshness, index_job, serving, wire
from chalicelib.catalogue.search.embedded.reader import Reader
from chalicelib.catalogue.search.engine import EngineBusy
from chalicelib.catalogue.search.opensearch import schema as stored
from chalicelib.catalogue.search.opensearch import writing
from chalicelib.catalogue.search.opensearch.client import OpenSearch, Response
from chalicelib.catalogue.search.opensearch.state import EXPIRES_AFTER
from chalicelib.catalogue.search.opensearch.target import OpenSearchTarget, present_index
from chalicelib.models.catalogue import Offer
from chalicelib.models.partitions import shop_shard
from tests.integration.calls import Died
from tests.integration.catalogue.search.domain import Domain, Node
from tests.integration.catalogue.search.engines import models
from tests.integration.catalogue.search.index_world import NOTHING, embedded_engine
from tests.integration.catalogue.search.opensearch_world import (
    at_call,
    build,
    claims,
    client_of,
    dies,
    held,
    ids,
    later,
    new_domain,
)
from tests.integration.catalogue.search.test_generations import changes
from tests.integration.world import Person, World, good, price_list

EVERY = 1 if os.environ.get("NIGHTLY") else 11


@pytest.fixture
def domain() -> Domain | Node:
    return new_domain()


@pytest.fixture
def client(domain: Domain | Node) -> OpenSearch:
    return client_of(domain)


@pytest.fixture
def north(world: World) -> Person:
    return world.shop("north@shops.example", good(1), good(2))


def test_index_follows_the_tables(world: World, north: Person, client: OpenSearch) -> None:
    first = build(client)
    assert held(client) == ids(north, 1, 2)
    assert build(client) == first
    changes(north)
    assert build(client) != first
    assert held(client) == ids(north, 2, 3)
    shops.set_accepting(north.shop_id, accepting=False)
    build(client)
    assert held(client) == []
    assert claims(client) == 0


def test_builder_may_die_at_every_call(
    world: World, north: Person, domain: Domain | Node, client: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(client)
    changes(north)
    for number in range(1, 100, EVERY):
        with suppress(Died), at_call(domain, number, dies) as calls:
            build(client)
        if len(calls) < number:
            break
    assert number > 11
    assert held(client) == ids(north, 2, 3)
    later(monkeypatch, EXPIRES_AFTER)
    build(client)
    assert (held(client), claims(client)) == (ids(north, 2, 3), 0)


@pytest.mark.parametrize("full", [False, True])
def test_another_builder_may_build_at_every_call(
    world: World, north: Person, domain: Domain | Node, client: OpenSearch, *, full: bool
) -> None:
    known = ids(north, 1, 2)
    for number in itertools.count(1, EVERY):
        known.extend(ids(world.shop(f"s{number}@shops.example", good(1)), 1))

        def act(number: int = number, known: list[int] = known) -> None:
            known += ids(world.shop(f"t{number}@shops.example", good(1)), 1)
            assert build(client) is not None

        with at_call(domain, number, act) as calls:
            assert build(client, full=full) is not None
        if len(calls) < number:
            break
        build(client)
        assert held(client) == sorted(known)
    assert number > 11


def test_of_two_first_builders_one_begins_again(world: World, north: Person) -> None:
    for number in itertools.count(1, EVERY):
        domain = new_domain()
        client = client_of(domain)
        with at_call(domain, number, lambda client=client: build(client)) as calls, suppress(EngineBusy):
            build(client)
        assert build(client) is not None
        assert held(client) == ids(north, 1, 2)
        if len(calls) < number:
            break
    assert number > 11


def test_index_that_takes_more_than_one_builder_is_filled_by_several(
    world: World, north: Person, domain: Domain | Node, client: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    south = world.shop("south@shops.example", good(1), good(2), good(3))
    monkeypatch.setattr(writing, "_BYTES", 1)
    left = itertools.count()
    writes: list[str] = []

    def stop(_: str, path: str) -> None:
        if path.endswith("_bulk"):
            writes.append(path)
            if next(left) == 4:
                raise Died

    domain.before = stop
    with pytest.raises(Died):
        build(client, full=True)
    assert present_index(client) is None
    first = len(writes)
    assert build(client) is not None
    assert held(client) == sorted([*ids(north, 1, 2), *ids(south, 1, 2, 3)])
    assert len(set(writes)) == 1
    alone = len(writes) - first
    domain.before = lambda *_: None
    writes.clear()
    left = itertools.count(100)
    domain.before = stop
    build(client, full=True)
    # What the first had written the second did not write again.
    assert alone < len(writes)


class Delayed:
    """A domain whose first answer to a bulk request does not come; the request is executed by ``arrive``."""

    def __init__(self, domain: Domain | Node) -> None:
        self._domain = domain
        self._request: AWSPreparedRequest | None = None

    def send(self, request: AWSPreparedRequest) -> Response:
        if request.url.endswith("_bulk") and self._request is None:
            self._request = request
            raise ReadTimeoutError(endpoint_url=request.url)
        return self._domain.send(request)

    def arrive(self) -> None:
        assert self._request is not None
        assert self._domain.send(self._request).status_code == 200


def test_writes_that_arrive_late_are_written_over(
    world: World, north: Person, domain: Domain | Node, client: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(client)
    before = held(client)
    changes(north)
    delayed = Delayed(domain)
    with pytest.raises(EngineBusy):
        build(OpenSearch(domain.endpoint, 1, delayed))
    assert held(client) == before
    shops.set_accepting(north.shop_id, accepting=False)
    for by in (timedelta(0), EXPIRES_AFTER):
        build(client)
        assert held(client) == []
        delayed.arrive()
        client.call("POST", f"/{stored.alias()}/_refresh")
        assert held(client) != []
        later(monkeypatch, by)
        build(client)
        assert held(client) == []
    assert claims(client) == 0


def test_full_build_replaces_the_index(world: World, north: Person, domain: Domain | Node, client: OpenSearch) -> None:
    build(client)
    first = present_index(client)
    # Left by builders that died: one just now, one in time past.
    for name in ("young", "old"):
        client.call("PUT", f"/{stored.alias()}-{name}", {"settings": {"number_of_shards": 1}})
    if isinstance(domain, Domain):
        domain.indexes[f"{stored.alias()}-old"].created = 0
    else:
        client.call("DELETE", f"/{stored.alias()}-old")
    changes(north)
    assert build(client, full=True) is not None
    assert present_index(client) != first
    assert held(client) == ids(north, 2, 3)
    names = set(client.call("GET", f"/{stored.FAMILY}-test-*"))
    assert names == {present_index(client), f"{stored.alias()}-young"}


def test_builder_that_always_loses_says_so(
    world: World, north: Person, client: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(client)
    changes(north)
    monkeypatch.setattr("chalicelib.catalogue.search.opensearch.target.write_state", lambda *_: None)
    assert build(client) is None
    with pytest.raises(EngineBusy):
        build(client, full=True)


def test_domain_is_filled_before_it_is_switched_to_and_its_failures_keep_nobody_from_searching(
    world: World, domain: Domain | Node, client: OpenSearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: str) -> None:
        raise ReadTimeoutError(endpoint_url="")

    monkeypatch.setattr("chalicelib.catalogue.search.opensearch.client.URLLib3Session", lambda **_: domain)
    with embedded_engine(SEARCH_ENDPOINT=domain.endpoint):
        embedded = Reader(tmp_path / "index")
        shop = world.importing_shop("north@shops.example", good(1), good(2))
        assert held(client) == ids(shop, 1, 2)
        domain.before = fails
        assert world.drop(shop.shop_id, price_list(good(2)))
        assert models(embedded.engine()) == ["m/2"]
        domain.before = lambda *_: None
        assert held(client) == ids(shop, 1, 2)
        assert freshness.look().shops == [shop.shop_id]
        index_job.bring_up([NOTHING], 60)
        assert held(client) == ids(shop, 2)
    with embedded_engine(SEARCH_ENGINE="opensearch", SEARCH_ENDPOINT=domain.endpoint):
        found = freshness.look()
        assert (found.shops, found.built, found.worn) == ([], present_index(client), False)
        serving._opensearch.cache_clear()
        assert serving.answer(wire.question_of_codes(["x"], 1)) == {"by_codes": {"x": []}}
        later(monkeypatch, timedelta(days=30))
        assert freshness.look().worn
        domain.before = fails
        with pytest.raises(index_job.NotBuilt):
            index_job.bring_up([NOTHING], 60)


NUMBERS = itertools.count()


Step = tuple[str, int]
STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.tuples(st.sampled_from(["import", "accept", "build"]), st.integers(1, 15)), max_size=5
)


@pytest.mark.skipif(not os.environ.get("NIGHTLY"), reason="NIGHTLY=1; bounded in test_index_levels")
@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(STEPS)
def test_index_is_what_the_tables_are_after_anything(shared_world: World, steps: list[Step]) -> None:
    shop = shared_world.person(f"os{next(NUMBERS)}@shops.example", "shop")
    domain = new_domain()
    client = client_of(domain)
    for kind, about in steps:
        if kind == "import":
            goods = [good(number, price=about) for number in range(1, 1 + about % 4)] or [good(9)]
            assert shared_world.drop(shop.shop_id, price_list(*goods))
        elif kind == "accept":
            shops.set_accepting(shop.shop_id, accepting=bool(about % 2))
        else:
            with suppress(Died), at_call(domain, about, dies):
                build(client)
    assert build(client) is not None
    listed = [offer.offer_id for offer in Offer.by_shop.query(shop_shard(shop.shop_id, 0)) if offer.listed]
    with OpenSearchTarget(client).begin(full=False) as draft:
        ours = set(draft.fingerprints(shop.shop_id))
    assert ours == (set(listed) if shops.takes_orders(shops.get_shop(shop.shop_id)) else set())
