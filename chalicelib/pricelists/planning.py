"""Planning an import: what a file would change in a shop's catalogue, without changing anything.

The file is read to its end before the first write, so a file that turns out to be unreadable in its middle changes
nothing. What is to be written waits in a temporary file: memory stays flat however many goods change.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import IO, BinaryIO

from chalicelib.models.catalogue import Offer, Shop, shop_shard
from chalicelib.pricelists.faults import Fault
from chalicelib.pricelists.plan import Change, Stored, classify, digest
from chalicelib.pricelists.reader import PriceList
from chalicelib.pricelists.rows import Good

FAULTS_KEPT = 100
_COLUMNS = ["offer_id", "ext_id", "digest", "listed", "sold", "price"]


@dataclass(slots=True)
class Plan:
    """What an import will do. ``counts`` are of goods; ``per_category`` counts the goods that will be written."""

    writes: IO[str]
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    per_category: Counter[str] = field(default_factory=Counter)
    total: int = 0

    def goods(self) -> Iterator[tuple[Good, str, int | None]]:
        """The goods to write, their digests, and the offers they have already; None for a new good."""
        self.writes.seek(0)
        for line in self.writes:
            fields, good_digest, offer_id = json.loads(line)
            fields["parameters"] = tuple((name, value) for name, value in fields["parameters"])
            fields["images"] = tuple(fields["images"])
            yield Good(**fields), good_digest, offer_id


def stored_offers(shop: Shop) -> dict[str, Stored]:
    """Everything the shop has in the catalogue, withdrawn goods too, by the supplier's own id."""
    found: dict[str, Stored] = {}
    for shard in range(shop.shards):
        partition = shop_shard(shop.entity_id, shard)
        for offer in Offer.by_shop.query(partition, attributes_to_get=_COLUMNS):
            found[offer.ext_id] = Stored(
                offer.offer_id, offer.ext_id, offer.digest, bool(offer.listed), bool(offer.sold), offer.price
            )
    return found


def make_plan(open_stream: Callable[[], BinaryIO], stored: dict[str, Stored], spool: IO[str]) -> Plan:
    """Compare a file with what is stored; what is to be written goes into ``spool``, an empty text file.

    A good whose row is faulty keeps what is stored of it; a good that is absent is withdrawn. Raises PriceListRejected
    for a file that cannot be used as a whole.
    """
    plan = Plan(spool)
    seen: set[str] = set()
    price_list = PriceList(open_stream)
    for row in price_list:
        if isinstance(row, Fault):
            plan.counts[row.severity] += 1
            if len(plan.faults) < FAULTS_KEPT:
                plan.faults.append(row)
            if row.ext_id is not None:
                seen.add(row.ext_id)
            continue
        seen.add(row.ext_id)
        _plan_good(plan, row, stored.get(row.ext_id))
    plan.withdrawn = [known.offer_id for ext_id, known in stored.items() if known.listed and ext_id not in seen]
    plan.counts["withdrawn"] = len(plan.withdrawn)
    plan.counts["rows_refused"] = price_list.progress.goods_read - plan.counts["ok"]
    plan.total = plan.counts["ok"]
    return plan


def _plan_good(plan: Plan, good: Good, known: Stored | None) -> None:
    good_digest = digest(good)
    change = classify(good_digest, known)
    plan.counts["ok"] += 1
    plan.counts[change.value] += 1
    if change is not Change.UNCHANGED:
        plan.per_category[good.category] += 1
        line = [asdict(good), good_digest, known.offer_id if known else None]
        plan.writes.write(json.dumps(line, ensure_ascii=False) + "\n")
