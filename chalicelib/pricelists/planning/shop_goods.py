"""What a shop has in the catalogue: from its snapshot where one is exact, else from its lists."""

import math
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from chalicelib import clock
from chalicelib.dynamo.reading import query_wire, read_wire
from chalicelib.goods import Good
from chalicelib.logs import log
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.models.offer_indexes import ByShop, BySold
from chalicelib.models.partitions import offer_of, shop_shard, sold_partition
from chalicelib.pricelists.planning import plan_files
from chalicelib.pricelists.planning.digest import name_hash
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

    from chalicelib.dynamo.wire import AttributeMap

_COLUMNS = ("offer_id", "ext_id", "digest", "listed", "price", "name")


class NotSettled(Exception):
    """The lists of a shop may lack what was written last; they can be relied on after ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def load(shop: Shop) -> Known:
    """Return everything the shop has, withdrawn goods too. May miss a sale of this very second; the next list sees it.

    Raises NotSettled if only the lists can answer, and cannot yet.
    """
    known = plan_files.read_snapshot(shop.snapshot) if shop.snapshot else None
    if known is None:
        if shop.snapshot:
            log.warning("snapshot unreadable", extra={"shop_id": shop.entity_id, "snapshot": shop.snapshot})
        require_settled(shop.revision)
        known = _listed(shop)
    known.mark_sold(_sold(shop.entity_id))
    return known


def _listed(shop: Shop) -> Known:
    known = Known()
    for shard in range(shop.shards):
        for item in _query(ByShop, "shop_key", shop_shard(shop.entity_id, shard), _COLUMNS):
            known.add(
                item["ext_id"]["S"],
                item["digest"]["S"],
                int(item["offer_id"]["N"]),
                int(item["price"]["N"]),
                name_hash(item["name"]["S"]),
                listed=item["listed"]["BOOL"],
            )
    known.sort()
    return known


def stored_goods(offer_ids: Collection[int]) -> dict[int, Good]:
    """Return the goods of these offers as they are stored now; those that do not exist are left out."""
    raw_items = read_wire(Offer, map(Offer.key, offer_ids))
    return {offer.offer_id: offer.good() for offer in map(Offer.from_raw_data, raw_items)}


def kinds_of(shop: Shop) -> Callable[[Collection[str]], Iterator[str]]:
    """Return what finds the ids of goods that are kinds of others, as 1C names them: ``good#characteristic``.

    It reads all that the shop has, so it is for goods that are not there under their own ids.
    """

    def kinds(ids: Collection[str]) -> Iterator[str]:
        for shard in range(shop.shards):
            for item in _query(ByShop, "shop_key", shop_shard(shop.entity_id, shard), ("ext_id",)):
                good, mark, _ = item["ext_id"]["S"].partition("#")
                if mark and good in ids:
                    yield item["ext_id"]["S"]

    return kinds


def new_revision(import_id: int) -> str:
    """Return a unique revision; it begins with the time it was made."""
    return f"{clock.stamp(clock.now())}#{import_id}"


def require_settled(revision: str | None) -> None:
    """Raise NotSettled if the lists of a shop at this revision are not reliable yet."""
    if revision is None:
        return
    since = clock.now() - clock.from_stamp(revision.partition("#")[0])
    wait = settings().settle_seconds
    left = min(wait, math.ceil(wait - since.total_seconds()))
    if left > 0:
        raise NotSettled(left)


def has_sold(shop_id: int) -> bool:
    """Whether a good of the shop was sold since its list was applied."""
    return next(_sold(shop_id), None) is not None


def _sold(shop_id: int) -> Iterator[int]:
    for item in _query(BySold, "sold_key", sold_partition(shop_id), ("pk",)):
        yield offer_of(item["pk"]["S"])


def _query(
    index: type[ByShop | BySold], key: str, partition: str, columns: tuple[str, ...]
) -> "Iterator[AttributeMap]":
    """The columns of every item of the partition, in wire form: models would double the time of a large shop."""
    asked: QueryInputTypeDef = {
        "TableName": Offer.Meta.table_name,
        "IndexName": index.Meta.index_name,
        "KeyConditionExpression": "#key = :partition",
        "ProjectionExpression": ", ".join(f"#{n}" for n in range(len(columns))),
        "ExpressionAttributeNames": {"#key": key, **{f"#{n}": column for n, column in enumerate(columns)}},
        "ExpressionAttributeValues": {":partition": {"S": partition}},
    }
    return query_wire(asked)
