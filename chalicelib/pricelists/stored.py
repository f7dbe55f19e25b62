"""What a shop has in the catalogue: from its snapshot where one is exact, else from its lists."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib import clock
from chalicelib.logs import log
from chalicelib.models.base import connection
from chalicelib.models.catalogue import ByShop, BySold, Offer, Shop, shop_shard, sold_partition
from chalicelib.pricelists import chunks
from chalicelib.pricelists.known import Known

# Indexes follow their table within a second or so; after so many nobody doubts it.
SETTLED = 60
_COLUMNS = ("offer_id", "ext_id", "digest", "listed", "sold", "price")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a shop has. ``exact`` says that nothing can be missing, so that a snapshot may be made from it."""

    known: Known
    exact: bool


def load(shop: Shop) -> Catalogue:
    """Everything the shop has, withdrawn goods too. A sale of this very second may be missed; the next list sees it."""
    known = chunks.read_snapshot(shop.snapshot) if shop.snapshot else None
    if known is not None:
        known.mark_sold(_sold(shop.entity_id))
        return Catalogue(known, exact=True)
    if shop.snapshot:
        log.warning("snapshot unreadable", extra={"shop_id": shop.entity_id, "snapshot": shop.snapshot})
    known = Known()
    for shard in range(shop.shards):
        for item in _query(ByShop, "shop_key", shop_shard(shop.entity_id, shard), _COLUMNS):
            known.add(
                item["ext_id"]["S"],
                item["digest"]["S"],
                int(item["offer_id"]["N"]),
                int(item["price"]["N"]),
                listed=item["listed"]["BOOL"],
                sold=item["sold"]["BOOL"],
            )
    known.sort()
    return Catalogue(known, exact=_settled(shop.revision))


def new_revision(import_id: int) -> str:
    """A revision that no other is equal to; it begins with the time it was made."""
    return f"{clock.stamp(clock.now())}#{import_id}"


def _settled(revision: str | None) -> bool:
    return revision is None or revision.partition("#")[0] < clock.stamp(clock.after(-SETTLED))


def has_sold(shop_id: int) -> bool:
    """Whether a good of the shop was sold since its list was applied."""
    return next(_sold(shop_id), None) is not None


def _sold(shop_id: int) -> Iterator[int]:
    for item in _query(BySold, "sold_key", sold_partition(shop_id), ("pk",)):
        yield int(item["pk"]["S"].removeprefix("OFFER#"))


def _query(index: Any, key: str, partition: str, columns: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """The columns of every item of the partition, in wire form: models would double the time of a large shop."""
    asked = {
        "TableName": Offer.Meta.table_name,
        "IndexName": index.Meta.index_name,
        "KeyConditionExpression": "#key = :partition",
        "ProjectionExpression": ", ".join(f"#{n}" for n in range(len(columns))),
        "ExpressionAttributeNames": {"#key": key, **{f"#{n}": column for n, column in enumerate(columns)}},
        "ExpressionAttributeValues": {":partition": {"S": partition}},
    }
    while True:
        answer = connection().client.query(**asked)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        asked["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
