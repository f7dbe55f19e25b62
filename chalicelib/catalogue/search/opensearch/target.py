"""Builds an OpenSearch index: changes the one in use, or fills the next one beside it and switches the alias."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from chalicelib import clock
from chalicelib.catalogue.search.building import Changes, Draft
from chalicelib.catalogue.search.documents import BuildRecord, ShopState
from chalicelib.catalogue.search.engine import EngineBusy
from chalicelib.catalogue.search.opensearch import schema as stored
from chalicelib.catalogue.search.opensearch.client import OpenSearch, Refused
from chalicelib.catalogue.search.opensearch.queries import columns, term
from chalicelib.catalogue.search.opensearch.state import WRITES_FOR, State, read_state, write_state
from chalicelib.catalogue.search.opensearch.writing import Bulk
from chalicelib.ids import new_id
from chalicelib.json_types import Json, JsonObject
from chalicelib.logs import log
from chalicelib.settings import settings

# Seconds after which a call of a builder is given up. Refreshing and switching take longer than searching.
_TIMEOUT: Final = 60.0
_LOOK_TIMEOUT: Final = 5.0
# The most that one search may return.
_AT_ONCE: Final = 10_000
# An index without an alias may be one that a builder has just created.
_KEPT_FOR: Final = timedelta(hours=1)
_WORN_AFTER: Final = timedelta(days=30)
_NOT_FOUND: Final = 404
# Part of the error for an alias that would get a second write index; OpenSearch has no status of its own for it.
_TAKEN: Final = "more than one write index"


@dataclass(frozen=True, slots=True)
class Present:
    """The index in use: its name, and the stamp of the moment that it reflects."""

    index: str
    as_of: str


class OpenSearchTarget:
    """The indexes of one stage in a domain."""

    def __init__(self, client: OpenSearch | None = None) -> None:
        self._client = client or OpenSearch(settings().search_endpoint, _TIMEOUT)
        self._builder = str(new_id())

    @contextmanager
    def begin(self, *, full: bool) -> Iterator[Draft[Present]]:
        """Yield the index in use, to be changed, or the next one, which is not searched until it is published."""
        index = _index_of(self._client, stored.alias())
        state = read_state(self._client, index) if index is not None and not full else None
        if index is not None and state is not None:
            yield Growing(self._client, index, state, self._builder)
        else:
            yield Next(self._client, *_next_index(self._client), self._builder, index)


def present_index(client: OpenSearch) -> str | None:
    """Return the name of the index that is searched, None before the first is complete."""
    return _index_of(client, stored.alias())


def _index_of(client: OpenSearch, alias: str) -> str | None:
    try:
        return next(iter(client.call("GET", f"/_alias/{alias}")), None)
    except Refused as refused:
        if refused.status == _NOT_FOUND:
            return None
        raise


def _next_index(client: OpenSearch) -> tuple[str, State]:
    """Return the index that will replace the present one; create it unless one is being filled already.

    If one builder cannot write everything in its time, the next one continues.
    """
    index = _index_of(client, stored.alias_of_next())
    if index is None:
        index = _new_name()
        try:
            client.call("PUT", f"/{index}", stored.mapping())
        except Refused as refused:
            if _TAKEN not in refused.reason:
                raise
            raise EngineBusy from refused
    state = read_state(client, index) or write_state(client, index, State("", {}, {}))
    if state is None:
        raise EngineBusy
    return index, state


def build_record() -> BuildRecord | None:
    """Return what was recorded about the index in use, None if there is none.

    It wears slowly: the domain merges segments by itself, and only words that no offer has any more remain in it.
    """
    client = OpenSearch(settings().search_endpoint, _LOOK_TIMEOUT)
    index = present_index(client)
    state = read_state(client, index) if index is not None else None
    return BuildRecord(state.sure, index, worn=_is_worn(index)) if index is not None and state is not None else None


def _new_name() -> str:
    """Return a name for an index, with the moment of its creation."""
    return f"{stored.alias()}-{clock.now():%Y%m%d%H%M%S}-{new_id()}"


def _is_worn(index: str) -> bool:
    created = datetime.strptime(index.split("-")[-2], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return clock.now() - created >= _WORN_AFTER


class Growing:
    """The index in use, changed while it is searched."""

    def __init__(self, client: OpenSearch, index: str, state: State, builder: str) -> None:
        self._client, self._index, self._builder = client, index, builder
        self._state = state
        self._is_late = False
        # This builder reads again what builders that have since died may have overwritten.
        self._done = {builder, *(name for name, claim in state.claims.items() if claim.has_expired)}
        self._client.call("POST", f"/{index}/_refresh")

    @property
    def present(self) -> Present | None:
        """The index in use."""
        return Present(self._index, self._state.as_of)

    @property
    def shops(self) -> Mapping[int, ShopState]:
        """The confirmed state of each shop in the index."""
        return self._state.sure

    def fingerprints(self, shop_id: int) -> dict[int, int]:
        """Return the ids of a shop's offers with their fingerprints."""
        found: dict[int, int] = {}
        after: JsonObject = {}
        while True:
            rows = self._client.call("POST", f"/{self._index}/_search", {**_of_shop(shop_id), **after})["hits"]["hits"]
            found.update((row["fields"][stored.OFFER][0], row["fields"][stored.PRINT][0]) for row in rows)
            if len(rows) < _AT_ONCE:
                return found
            after = {"search_after": rows[-1]["sort"]}

    def change(self, changes: Changes) -> None:
        """Claim the shops, then write; write nothing if another builder has claimed or written since the last read."""
        claimed = write_state(self._client, self._index, self._state.claimed(self._builder, changes.shops))
        if claimed is None:
            self._is_late = True
            return
        self._state = claimed
        bulk = Bulk(self._client, self._index, _until(time.monotonic() + WRITES_FOR.total_seconds()))
        added = bulk.add(changes.offers)
        bulk.remove(set(changes.gone) - added)
        for shop_id in changes.closed:
            bulk.remove(self.fingerprints(shop_id))
        bulk.flush()

    def publish(self, shops: Mapping[int, ShopState], as_of: str) -> Present | None:
        """Make the changes visible and record the new state; return None if another builder was faster."""
        if not self._is_written(shops, as_of) or present_index(self._client) != self._index:
            return None
        return Present(self._index, as_of)

    def _is_written(self, shops: Mapping[int, ShopState], as_of: str) -> bool:
        if self._is_late:
            return False
        self._client.call("POST", f"/{self._index}/_refresh")
        state = replace(self._state, shops=shops, as_of=as_of).without(self._done)
        return write_state(self._client, self._index, state) is not None


class Next(Growing):
    """The next index, which replaces ``base`` if that is still the present one when everything is written."""

    def __init__(self, client: OpenSearch, index: str, state: State, builder: str, base: str | None) -> None:
        super().__init__(client, index, state, builder)
        self._base = base

    @property
    def present(self) -> Present | None:
        """None: the next index is published even if nothing changes."""
        return None

    def publish(self, shops: Mapping[int, ShopState], as_of: str) -> Present | None:
        """Switch to the index; return None if another builder has written to it or switched since."""
        if not self._is_written(shops, as_of):
            return None
        self._client.call("PUT", f"/{self._index}/_settings", stored.in_use())
        if not _switched(self._client, self._base, self._index):
            return None
        self._clean_up()
        return Present(self._index, as_of)

    def _clean_up(self) -> None:
        """Delete the stage's indexes that are not needed any more; never raises.

        Those of other versions stay until the second build of this one: during a deployment, readers of the previous
        version are still at work.
        """
        horizon = clock.now() - _KEPT_FOR
        try:
            for name, about in self._client.call("GET", f"/{stored.FAMILY}-{settings().stage}-*").items():
                created = datetime.fromtimestamp(int(about["settings"]["index"]["creation_date"]) / 1_000, UTC)
                unused = not about["aliases"] or self._base is not None
                if name == self._base or (name != self._index and unused and created < horizon):
                    self._client.call("DELETE", f"/{name}")
        except (EngineBusy, Refused):
            log.warning("old indexes not deleted", exc_info=True)


def _of_shop(shop_id: int) -> JsonObject:
    """Return the search for all offers of a shop, with their fingerprints."""
    order = [{stored.OFFER: "asc"}]
    of_shop = term(stored.SHOP, shop_id)
    about: dict[str, Json] = {"query": of_shop, "size": _AT_ONCE, "sort": order, "track_total_hits": False}
    return {**about, **columns(stored.OFFER, stored.PRINT)}


def _until(moment: float) -> Callable[[], None]:
    """Return a function that raises EngineBusy after a moment of the monotonic clock."""

    def check() -> None:
        if time.monotonic() >= moment:
            raise EngineBusy

    return check


def _switched(client: OpenSearch, base: str | None, index: str) -> bool:
    """Point the alias at an index; return False if it no longer points at ``base``."""
    alias = stored.alias()
    leave: list[JsonObject] = [{"remove": {"index": index, "alias": stored.alias_of_next(), "must_exist": True}}]
    if base is not None:
        leave.append({"remove": {"index": base, "alias": alias, "must_exist": True}})
    # An alias has at most one write index, so one of two builders of the first index is refused.
    enter: JsonObject = {"add": {"index": index, "alias": alias, "is_write_index": True}}
    try:
        client.call("POST", "/_aliases", {"actions": [*leave, enter]})
    except Refused as refused:
        if refused.status == _NOT_FOUND or _TAKEN in refused.reason:
            return False
        raise
    return True
