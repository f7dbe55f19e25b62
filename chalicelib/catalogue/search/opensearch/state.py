"""The indexed state of each shop, and who is changing it: one document in the index itself, replaced conditionally.

Several builders may be at work: one that was presumed dead, one that an operator has started. Each claims the shops
that it is about to change, and withdraws the claim when all of them are written. While another builder's claim exists,
its shops count as not indexed, and once more after it has expired: what may have been overwritten is read again.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from chalicelib import clock
from chalicelib.catalogue.search.documents import ShopState
from chalicelib.catalogue.search.opensearch import schema as stored
from chalicelib.catalogue.search.opensearch.client import OpenSearch, Refused
from chalicelib.json_types import JsonObject

#: A builder stops writing WRITES_FOR after its claim, and has certainly ended once the claim has expired.
WRITES_FOR: Final = timedelta(minutes=30)
EXPIRES_AFTER: Final = timedelta(hours=1)
_NOT_FOUND, _CONFLICT = 404, 409


@dataclass(frozen=True, slots=True)
class Claim:
    """A builder's claim: it has been writing to these shops since ``since``, a stamp."""

    since: str
    shops: tuple[int, ...]

    @property
    def has_expired(self) -> bool:
        """Whether its builder has certainly ended."""
        return clock.now() - clock.from_stamp(self.since) >= EXPIRES_AFTER


@dataclass(frozen=True, slots=True)
class State:
    """The document: the moment the index reflects, the state of each shop by id, and the claims by builder.

    ``version`` is that of the document as it was read or written, as (sequence number, primary term).
    """

    as_of: str
    shops: Mapping[int, ShopState]
    claims: Mapping[str, Claim]
    version: tuple[int, int] | None = None

    @property
    def sure(self) -> dict[int, ShopState]:
        """The confirmed state of each shop: a shop that another builder may be writing to is never settled."""
        claimed = {shop_id for claim in self.claims.values() for shop_id in claim.shops}
        nothing = ShopState(None, settled=False)
        unsure = {shop_id: replace(self.shops.get(shop_id, nothing), settled=False) for shop_id in claimed}
        return {**self.shops, **unsure}

    def claimed(self, builder: str, shops: Collection[int]) -> "State":
        """Return the state with a builder's claim."""
        return replace(self, claims={**self.claims, builder: Claim(clock.stamp(clock.now()), tuple(shops))})

    def without(self, builders: Collection[str]) -> "State":
        """Return the state without the claims of these builders."""
        return replace(self, claims={name: claim for name, claim in self.claims.items() if name not in builders})


def read_state(client: OpenSearch, index: str) -> State | None:
    """Return the state of an index, None if it has none or does not exist."""
    try:
        found = client.call("GET", f"/{index}/_doc/{stored.STATE_ID}")
    except Refused as refused:
        if refused.status == _NOT_FOUND:
            return None
        raise
    body = json.loads(found["_source"][stored.STATE])
    shops = {int(shop_id): ShopState(*state) for shop_id, state in body["shops"].items()}
    claims = {name: Claim(since, tuple(ids)) for name, (since, ids) in body["claims"].items()}
    return State(found["_source"][stored.AS_OF], shops, claims, (found["_seq_no"], found["_primary_term"]))


def write_state(client: OpenSearch, index: str, state: State) -> State | None:
    """Replace the version that the state is based on; return the new one, or None if another builder was faster."""
    path = f"/{index}/_create/{stored.STATE_ID}"
    if state.version is not None:
        path = f"/{index}/_doc/{stored.STATE_ID}?if_seq_no={state.version[0]}&if_primary_term={state.version[1]}"
    try:
        written = client.call("PUT", path, _document(state))
    except Refused as refused:
        if refused.status == _CONFLICT:
            return None
        raise
    return replace(state, version=(written["_seq_no"], written["_primary_term"]))


def _document(state: State) -> JsonObject:
    shops = {str(shop_id): [one.level, one.settled] for shop_id, one in state.shops.items()}
    claims = {name: [claim.since, list(claim.shops)] for name, claim in state.claims.items()}
    return {stored.AS_OF: state.as_of, stored.STATE: json.dumps({"shops": shops, "claims": claims})}
