"""Brings any engine's index up to date with the tables: for each changed shop, the changed offers.

It compares levels instead of following events: an index is correct when every shop's indexed level is its current one.
So a lost message makes the index late but not wrong, and a build may run at any time, run twice, or be killed.
A shop to which an import is writing waits for the end of that import, which names it: else it would be read twice.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

from chalicelib import clock
from chalicelib.catalogue.search import levels
from chalicelib.catalogue.search.documents import Indexed, ShopState
from chalicelib.catalogue.search.engine import EngineBusy, EngineRefused
from chalicelib.catalogue.search.levels import level_of
from chalicelib.catalogue.shops import takes_orders
from chalicelib.dynamo.connection import client
from chalicelib.dynamo.reading import BATCH_GET, read
from chalicelib.lazy import Lazy
from chalicelib.logs import log
from chalicelib.models.catalogue import SHOPS, DirectoryItem, Offer, Shop
from chalicelib.models.imports import Turn
from chalicelib.models.offer_indexes import ByShop
from chalicelib.models.partitions import shop_shard
from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

    from chalicelib.dynamo.wire import AttributeMap

_COLUMNS = ("offer_id", "digest", "price", "category_id", "category")
_ATTEMPTS = 3
# How long a shop is left out while an import writes to it: longer than most imports take, too short to be noticed.
_LEFT_OUT_SECONDS = 600
_EMBEDDED = Lazy("catalogue.search.embedded.target:EmbeddedTarget")
_OPENSEARCH = Lazy("catalogue.search.opensearch.target:OpenSearchTarget")


class Built(Protocol):
    """A state of an index that is in use."""

    @property
    def as_of(self) -> str:
        """The stamp of the moment that the index reflects."""


_B_co = TypeVar("_B_co", bound=Built, covariant=True)
_B = TypeVar("_B", bound=Built)


@dataclass(frozen=True, slots=True)
class Changes:
    """Offers to add or replace, by id, and offers to remove: ``gone`` by offer id, ``closed`` by shop id.

    ``shops`` are the ids of all shops that the build reads or removes.
    """

    offers: Iterable[Indexed]
    gone: Collection[int]
    closed: Collection[int]
    shops: Collection[int]


class Draft(Protocol[_B_co]):
    """The next state of an index while it is being built. Other builders may be building it at the same time."""

    @property
    def present(self) -> _B_co | None:
        """The index in use, to keep if nothing changes; None if this one is built from scratch."""

    @property
    def shops(self) -> Mapping[int, ShopState]:
        """The state of each shop in the index."""

    def fingerprints(self, shop_id: int) -> Mapping[int, int]:
        """Return the ids of a shop's indexed offers, with their fingerprints."""

    def change(self, changes: Changes) -> None:
        """Write all changes or raise; writes nothing if ``publish`` is going to return None."""

    def publish(self, shops: Mapping[int, ShopState], as_of: str) -> _B_co | None:
        """Put the draft into use and return it; return None if another builder was faster."""


class Target(Protocol[_B_co]):
    """The place where an engine keeps its index."""

    def begin(self, *, full: bool) -> AbstractContextManager[Draft[_B_co]]:
        """Return a draft based on the current index, or an empty one with ``full``.

        It is also empty if no usable index exists.
        """


@dataclass(frozen=True, slots=True)
class Difference:
    """How an index differs from the tables: shops to read, closed shops, and the state of all shops after the build."""

    open: list[Shop]
    closed: list[int]
    states: dict[int, ShopState]


def build(*, full: bool = False, again: Collection[int] = (), named: Collection[int] = ()) -> Built | None:
    """Bring the index in use up to date with the tables, and the one in OpenSearch if a domain is configured.

    So a domain is filled before it is switched to; until then its failures are only logged. ``full``, ``again`` and
    ``named`` are as for ``bring_up``. Returns the state of the index in use; None if the engine has no index, or
    other builders were faster each time. Raises EngineBusy and EngineRefused.
    """
    if settings().search_engine == "opensearch":
        return bring_up(_opensearch(), full=full, again=again, named=named)
    built = None
    if settings().search_engine == "embedded":
        embedded: Target[Built] = _EMBEDDED()
        built = bring_up(embedded, full=full, again=again, named=named)
    if is_filling_a_domain():
        try:
            filled = bring_up(_opensearch(), full=full, again=again, named=named)
            log.info("domain filled", extra={"as_of": filled.as_of if filled is not None else None})
        except (EngineBusy, EngineRefused):
            log.exception("domain not filled")
    return built


def is_filling_a_domain() -> bool:
    """Whether a domain is being filled that is not searched yet."""
    return settings().search_engine == "embedded" and bool(settings().search_endpoint)


def _opensearch() -> Target[Built]:
    made: Target[Built] = _OPENSEARCH()
    return made


def bring_up(
    target: Target[_B], *, full: bool = False, again: Collection[int] = (), named: Collection[int] = ()
) -> _B | None:
    """Bring one index up to date with the tables; return its new state, or the current one if nothing changed.

    ``full`` builds a new one from scratch. Shops in ``again`` are read even if their levels are unchanged, those in
    ``named`` even if an import is writing to them. Returns None if other builders were faster each time: the index may
    then lack what was requested here.
    """
    for _ in range(_ATTEMPTS):
        with target.begin(full=full) as draft:
            as_of = clock.stamp(clock.now())
            difference = compare(draft.shops, again, named, full=draft.present is None)
            if draft.present is not None and not difference.open and not difference.closed:
                return draft.present
            draft.change(_changes(difference, draft))
            published = draft.publish(difference.states, as_of)
        if published is not None:
            return published
    return None


def compare(
    known: Mapping[int, ShopState], again: Collection[int] = (), named: Collection[int] = (), *, full: bool
) -> Difference:
    """Return how an index with these shop states differs from the tables. Reads shops but no offers.

    Shops to which an import has been writing for less than ten minutes keep their known state, unless they are in
    ``again`` or ``named``. With ``full``, the index is built from scratch and takes all shops.
    """
    listed = {entry.entity_id for entry in DirectoryItem.directory.query(SHOPS)}
    found = read(*(Shop.at(shop_id) for shop_id in sorted(listed | known.keys())))
    shops = {shop.entity_id: shop for shop in found.all(Shop) if takes_orders(shop)}
    states = {shop_id: _state(level_of(shop)) for shop_id, shop in shops.items()}
    changed = {shop_id for shop_id, shop in shops.items() if not _is_indexed(known.get(shop_id), shop)}
    young = {shop_id for shop_id in changed if _has_just_changed(states[shop_id].level)}
    for shop_id in () if full else _written_to(young.difference(again, named)):
        changed.remove(shop_id)
        del states[shop_id]
        if shop_id in known:
            states[shop_id] = known[shop_id]
    wanted = [shop for shop_id, shop in shops.items() if shop_id in changed or shop_id in again]
    return Difference(wanted, sorted(known.keys() - shops.keys()), states)


def _has_just_changed(level: str | None) -> bool:
    """Whether the level changed so recently that an import which began with it may still be at work."""
    changed_at = levels.time_of(level)
    return changed_at is not None and changed_at >= clock.after(-_LEFT_OUT_SECONDS)


def _written_to(shop_ids: Collection[int]) -> list[int]:
    """Return those of these shops to which an import is writing."""
    turns = read(*map(Turn.at, shop_ids))
    return [shop_id for shop_id in shop_ids if (turn := turns.get(Turn.at(shop_id))) is not None and turn.is_in_use]


def _state(level: str | None) -> ShopState:
    return ShopState(level, levels.is_settled(level))


def _is_indexed(state: ShopState | None, shop: Shop) -> bool:
    return state is not None and state.settled and state.level == level_of(shop)


def _changes(difference: Difference, draft: Draft[Built]) -> Changes:
    """Return the changes to write; offers no longer on sale are removed."""
    wanted: list[int] = []
    gone: set[int] = set()
    for shop in difference.open:
        before = draft.fingerprints(shop.entity_id)
        now = dict(_fingerprints(shop))
        wanted += [offer_id for offer_id, fingerprint in now.items() if before.get(offer_id) != fingerprint]
        gone |= {offer_id for offer_id, fingerprint in before.items() if now.get(offer_id) != fingerprint}
    shops = [*(shop.entity_id for shop in difference.open), *difference.closed]
    return Changes(_offers(wanted), gone, difference.closed, shops)


def _fingerprints(shop: Shop) -> Iterator[tuple[int, int]]:
    """Yield the ids of a shop's offers on sale with their fingerprints, as its list has them."""
    for shard in range(shop.shards):
        for raw in _listed(shop_shard(shop.entity_id, shard)):
            yield (
                int(raw["offer_id"]["N"]),
                _fingerprint(
                    raw["digest"]["S"],
                    int(raw["price"]["N"]),
                    int(raw["category_id"]["N"]),
                    raw["category"]["S"],
                ),
            )


def _listed(partition: str) -> "Iterator[AttributeMap]":
    request: QueryInputTypeDef = {
        "TableName": Offer.Meta.table_name,
        "IndexName": ByShop.Meta.index_name,
        "KeyConditionExpression": "shop_key = :shop AND list_key BETWEEN :low AND :high",
        "ExpressionAttributeValues": {":shop": {"S": partition}, ":low": {"S": "1#"}, ":high": {"S": "1$"}},
        "ProjectionExpression": ",".join(_COLUMNS),
    }
    while True:
        answer = client().query(**request)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _offers(offer_ids: list[int]) -> Iterator[Indexed]:
    """Yield these offers as they are stored now; those that have been taken off sale since are left out."""
    rest = iter(offer_ids)
    while batch := list(islice(rest, BATCH_GET)):
        for offer in read(*map(Offer.at, batch)).all(Offer):
            if offer.listed:
                yield _indexed(offer)


def _indexed(offer: Offer) -> Indexed:
    # A cancellation returns stock without notifying the index, so the last list decides what is in stock.
    in_stock = offer.quantity > 0 or offer.sold
    return Indexed(
        offer_id=offer.offer_id,
        shop_id=offer.shop_id,
        category_id=offer.category_id,
        price=offer.price,
        in_stock=in_stock,
        name=offer.name,
        model=offer.model,
        category=offer.category,
        ext_id=offer.ext_id,
        gtin=offer.gtin,
        parameters=[(name, value) for name, value in offer.parameters],
        fingerprint=_fingerprint(offer.digest, offer.price, offer.category_id, offer.category),
    )


def _fingerprint(digest: str, price: int, category_id: int, category: str) -> int:
    """Return a number that changes when the indexed data of an offer changes.

    A digest covers all that a list says, including the stock; what is sold and returned afterwards is not indexed.
    """
    text = "\0".join((digest, str(price), str(category_id), category))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=5).digest(), "big")
