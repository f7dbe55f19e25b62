"""Makes the next generation of the index from the tables: of each shop that has changed, the offers that have.

It goes by levels, not by events: the index is right when every shop's indexed revision is its revision. So a message
that is lost makes it late and not wrong, and it may run at any time, twice, or be killed.
"""

import hashlib
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.catalogue.search.embedded import generations
from chalicelib.catalogue.search.embedded.generations import FilesDamaged, FilesMissing, Generation, ShopState
from chalicelib.catalogue.search.embedded.index import Indexed, OfferIndex
from chalicelib.catalogue.shops import takes_orders
from chalicelib.dynamo.connection import client
from chalicelib.dynamo.reading import BATCH_GET, read
from chalicelib.logs import log
from chalicelib.models.catalogue import SHOPS, DirectoryItem, Offer, Shop
from chalicelib.models.offer_indexes import ByShop
from chalicelib.models.partitions import shop_shard
from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

    from chalicelib.dynamo.wire import AttributeMap

_COLUMNS = ("offer_id", "digest", "price", "category_id", "category")
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class _Change:
    """What separates an index from the tables: the shops to read, those that are closed, and all as they will be."""

    open: list[Shop]
    closed: list[int]
    states: dict[int, ShopState]


def build(*, full: bool = False, again: Collection[int] = ()) -> Generation | None:
    """Bring the index up to the tables; return its generation, the one there is if nothing has changed.

    ``full`` builds a new one from nothing, ``again`` reads these shops whether or not their revisions changed. Returns
    None if others were faster each time: what they built may lack what was to be built here.
    """
    for _ in range(_ATTEMPTS):
        base = generations.base()
        # tantivy watches an index that is open: it may make a lock file while the directory is being removed.
        with tempfile.TemporaryDirectory(prefix="search", ignore_cleanup_errors=True) as directory:
            index = None if base is None or full else _opened(base, Path(directory) / "index")
            if base is not None and index is None:
                base = replace(base, files=(), shops={})
            as_of = clock.stamp(clock.now())
            change = _change_since(base, again)
            if base is not None and base.files and not change.open and not change.closed:
                return base
            place = Path(directory) / ("index" if index is not None else "new")
            _apply(change, index or OfferIndex(place))
            published = generations.publish(place, base, change.states, as_of)
        if published is not None:
            return published
    return None


def _opened(base: Generation, directory: Path) -> OfferIndex | None:
    """Return the index of a generation, None if it has to be built from nothing: its files are gone or damaged."""
    try:
        generations.fetch(base, directory)
        return OfferIndex(directory) if base.files else None
    except (FilesMissing, FilesDamaged, ValueError):  # the last is what tantivy raises
        log.exception("search index not usable")
        return None


def _change_since(base: Generation | None, again: Collection[int]) -> _Change:
    known = dict(base.shops) if base is not None else {}
    listed = {entry.entity_id for entry in DirectoryItem.directory.query(SHOPS)}
    found = read(*(Shop.at(shop_id) for shop_id in sorted(listed | known.keys())))
    shops = {shop.entity_id: shop for shop in found.all(Shop) if takes_orders(shop)}
    states = {shop_id: ShopState(shop.revision, _settled(shop.revision)) for shop_id, shop in shops.items()}
    changed = [shop for shop_id, shop in shops.items() if shop_id in again or not _is_of(known.get(shop_id), shop)]
    return _Change(changed, sorted(known.keys() - shops.keys()), states)


def _is_of(state: ShopState | None, shop: Shop) -> bool:
    return state is not None and state.settled and state.revision == shop.revision


def _settled(revision: str | None) -> bool:
    """Whether the lists of a shop surely show all that was written up to this revision, which begins with its time."""
    if revision is None:
        return True
    since = clock.now() - clock.from_stamp(revision.partition("#")[0])
    return since.total_seconds() >= settings().settle_seconds


def _apply(change: _Change, index: OfferIndex) -> None:
    """Write what has changed, and take off whatever turns out not to be on sale any more."""
    wanted: list[int] = []
    gone: set[int] = set()
    for shop in change.open:
        before = index.of_shop(shop.entity_id)
        now = dict(_fingerprints(shop))
        wanted += [offer_id for offer_id, fingerprint in now.items() if before.get(offer_id) != fingerprint]
        gone |= {offer_id for offer_id, fingerprint in before.items() if now.get(offer_id) != fingerprint}
    index.change(_offers(wanted), gone, closed=change.closed)


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
    # What the last list said is in stock comes back by a cancellation, of which the index does not hear.
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
    """Return a number that differs where what is indexed of an offer does.

    Digests are of all that a list says, its stock among it; what is sold and returned since is not indexed.
    """
    text = "\0".join((digest, str(price), str(category_id), category))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=5).digest(), "big")
