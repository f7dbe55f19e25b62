"""Planning an import: what a file would change in a shop's catalogue, without changing anything.

The file is read to its end before the first write, so a file that turns out to be unreadable in its middle changes
nothing. Writes go out in chunks as they are found: memory holds one chunk and what the shop has.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from chalicelib.catalogue.identity import offer_id
from chalicelib.goods import Good
from chalicelib.pricelists.planning.digest import Effect, classify, digest
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.reading.detect import Format
from chalicelib.pricelists.reading.faults import Fault, PriceListRejected
from chalicelib.pricelists.reading.raw import LISTS
from chalicelib.pricelists.reading.reader import PriceList, ReadRow

FAULTS_KEPT = 100
REPORT_EVERY = 500


class Sink(Protocol):
    """Receives the writes of a plan."""

    def good(self, good: Good, good_digest: str, offer_id: int, *, new: bool) -> None:
        """Add a good that replaces what is stored under this id; a ``new`` one is not stored yet."""

    def gone(self, offer_id: int) -> None:
        """Add an offer to take off sale."""


@dataclass(slots=True)
class ImportPlan:
    """What an import will do. ``counts`` are of goods; ``per_category`` counts the goods that will be written.

    What has an error counts as ``refused``, be it a good, a category, or the shop's name; the elements of the file's
    lists among them as ``rows_refused``, too.

    ``listed`` goods were on sale before, ``compared`` of them have a price in the file, and ``moved`` of these prices
    changed by much. ``format`` and ``mode`` are the file's.
    """

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    per_category: Counter[str] = field(default_factory=Counter)
    listed: int = 0
    compared: int = 0
    moved: int = 0
    format: Format | None = None
    mode: str = "replace"

    @property
    def writes(self) -> int:
        """How many goods will be written."""
        return self.counts["created"] + self.counts["changed"] + self.counts["withdrawn"]


class PlanRejected(PriceListRejected):
    """The file is unusable; ``plan`` holds what was found before that was known, and must not be applied."""

    def __init__(self, rejected: PriceListRejected, plan: ImportPlan) -> None:
        super().__init__(rejected.fault, *rejected.also)
        self.plan = plan


def make_plan(
    open_stream: Callable[[], BinaryIO],
    shop_id: int,
    known: Known,
    sink: Sink,
    move_percent: int = 50,
    report: Callable[[int], None] | None = None,
) -> ImportPlan:
    """Compare a file with what is stored and pass what must be written to ``sink``; ``known`` is updated to the result.

    A good whose row is faulty keeps what is stored of it; a good that is absent is withdrawn, unless the file says that
    it only adds (``mode: merge``). A price that moved by more than ``move_percent`` counts as moved. ``report`` is
    called now and then with the number of goods read. Raises PriceListRejected if the whole file is unusable.
    """
    plan = ImportPlan(listed=known.listed)
    price_list = PriceList(open_stream)
    for row in _rows(price_list, plan):
        if row.faults:
            _note(plan, row, known)
        if row.good is not None:
            _plan_good(plan, shop_id, row.good, known, sink, move_percent)
        if report is not None and row.entry.section == "goods" and price_list.progress.goods_read % REPORT_EVERY == 0:
            report(price_list.progress.goods_read)
    if price_list.mode != "merge" and plan.counts["ok"]:
        for gone in known.withdraw_unseen():
            plan.counts["withdrawn"] += 1
            sink.gone(gone)
    return plan


def _rows(price_list: PriceList, plan: ImportPlan) -> Iterator[ReadRow]:
    """Yield the rows of the file; the plan knows what the file is, and how much was read, whatever ends the reading."""
    try:
        yield from price_list.rows()
    except PriceListRejected as rejected:
        raise PlanRejected(rejected, plan) from rejected
    finally:
        plan.format, plan.mode = price_list.format, price_list.mode
        plan.counts["read"] = price_list.progress.goods_read


def _note(plan: ImportPlan, row: ReadRow, known: Known) -> None:
    """Count the faults of a row; a good that it names is not absent."""
    for each in row.faults:
        plan.counts[each.severity] += 1
        if len(plan.faults) < FAULTS_KEPT:
            plan.faults.append(each)
        if each.ext_id is not None and (place := known.find(each.ext_id)) is not None:
            known.seen(place)
    if any(each.severity == "error" for each in row.faults):
        plan.counts["refused"] += 1
        plan.counts["rows_refused"] += row.entry.section in LISTS


def _plan_good(plan: ImportPlan, shop_id: int, good: Good, known: Known, sink: Sink, move_percent: int) -> None:
    counts, good_digest = plan.counts, digest(good)
    counts["ok"] += 1
    place = known.find(good.ext_id)
    if place is None:
        identity = offer_id(shop_id, good.ext_id)
        known.add(good.ext_id, good_digest, identity, good.price, listed=True)
        counts["created"] += 1
        plan.per_category[good.category] += 1
        sink.good(good, good_digest, identity, new=True)
        return
    stored = known.at(place, good.ext_id)
    if stored.listed:
        plan.compared += 1
        _compare_prices(plan, stored.price, good.price, move_percent)
    if classify(good_digest, stored) is Effect.UNCHANGED:
        known.seen(place)
        counts["unchanged"] += 1
        return
    known.replace(place, good_digest, good.price)
    counts["changed"] += 1
    plan.per_category[good.category] += 1
    sink.good(good, good_digest, stored.offer_id, new=False)


def _compare_prices(plan: ImportPlan, was: int, now: int, move_percent: int) -> None:
    if was == now:
        return
    plan.counts["prices_up" if now > was else "prices_down"] += 1
    percent = abs(now - was) * 100 // was
    plan.counts["price_change_max"] = max(plan.counts["price_change_max"], percent)
    if abs(now - was) * 100 > was * move_percent:
        plan.moved += 1
