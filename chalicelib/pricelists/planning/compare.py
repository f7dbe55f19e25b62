"""Planning an import: what a file would change in a shop's catalogue, without changing anything.

The file is read to its end before the first write, so a file that turns out to be unreadable in its middle changes
nothing. Writes go out in chunks as they are found: memory holds one chunk and what the shop has.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from chalicelib.catalogue.identity import offer_id
from chalicelib.goods import Good, GoodPatch
from chalicelib.pricelists.planning.digest import Effect, KnownOffer, classify, digest, name_hash
from chalicelib.pricelists.planning.judging import judged, unknown_good
from chalicelib.pricelists.planning.patching import Patched, as_whole, patched
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.planning.understood import FirstRows
from chalicelib.pricelists.reading.detect import Format
from chalicelib.pricelists.reading.faults import FAULTS_KEPT, KEPT, Fault, PriceListRejected, fault
from chalicelib.pricelists.reading.reader import PriceList, ReadRow
from chalicelib.pricelists.reading.table_settings import UNSETTLED, TableLayout, TableSettings

REPORT_EVERY = 500
# How many stored goods are read together: the limit of one BatchGet.
LOOKED_UP = 100
# Returns the goods of these offers as they are stored; those that do not exist are left out.
StoredGoods = Callable[[Collection[int]], Mapping[int, Good]]
# Returns the ids of those goods of the shop that are kinds of others, by the ids of these.
Kinds = Callable[[Collection[str]], Iterable[str]]


class Sink(Protocol):
    """Receives the writes of a plan."""

    def good(self, good: Good, good_digest: str, offer_id: int, *, new: bool, keeps_stock: bool = False) -> None:
        """Add a good that replaces what is stored under this id; a ``new`` one is not stored yet.

        One that ``keeps_stock`` replaces all but the stock, which may be sold from until it is written.
        """

    def gone(self, offer_id: int) -> None:
        """Add an offer to take off sale."""


@dataclass(frozen=True, slots=True)
class Source:
    """The file of a plan; ``merging`` says that it is known to merge, as LateMode said of it.

    ``table`` is what the shop has settled about its tables.
    """

    open_stream: Callable[[], BinaryIO]
    merging: bool = False
    table: TableSettings = UNSETTLED


@dataclass(slots=True)
class ImportPlan:
    """What an import will do. ``counts`` are of goods; ``per_category`` counts the goods that will be written.

    Goods that have an error count as ``refused``; those among them that stay on sale as they were, as ``kept``.

    ``listed`` goods were on sale before, ``compared`` of them have a price in the file, and ``moved`` of these prices
    changed by much. ``named`` of them have a name in the file that can be compared, ``renamed`` of them another one.
    ``format``, ``mode`` and ``tables`` are the file's; ``first_rows`` are what the tables begin with.
    """

    counts: Counter[str] = field(default_factory=Counter)
    # The first ones, each with its place among all.
    errors: list[tuple[int, Fault]] = field(default_factory=list)
    warnings: list[tuple[int, Fault]] = field(default_factory=list)
    per_category: Counter[str] = field(default_factory=Counter)
    listed: int = 0
    compared: int = 0
    moved: int = 0
    named: int = 0
    renamed: int = 0
    format: Format | None = None
    mode: str = "replace"
    tables: Mapping[str, TableLayout] = field(default_factory=dict)
    first_rows: FirstRows = field(default_factory=FirstRows)

    @property
    def writes(self) -> int:
        """How many goods will be written."""
        return self.counts["created"] + self.counts["changed"] + self.counts["withdrawn"]

    @property
    def faults(self) -> list[Fault]:
        """The first faults, at most FAULTS_KEPT, as they were found: no warning takes the place of an error."""
        kept = [*self.errors, *self.warnings][:FAULTS_KEPT]
        return [each for _, each in sorted(kept, key=lambda one: one[0])]

    def note(self, faults: list[Fault]) -> None:
        """Count the faults, and keep the first ones."""
        for each in faults:
            place = self.counts["error"] + self.counts["warning"]
            self.counts[each.severity] += 1
            found = self.errors if each.severity == "error" else self.warnings
            if len(found) < FAULTS_KEPT:
                found.append((place, each))


class PlanRejected(PriceListRejected):
    """The file is unusable; ``plan`` holds what was found before that was known, and must not be applied."""

    def __init__(self, rejected: PriceListRejected, plan: ImportPlan) -> None:
        super().__init__(rejected.fault, *rejected.also)
        self.plan = plan


def make_plan(
    source: Source,
    shop_id: int,
    known: Known,
    sink: Sink,
    stored: StoredGoods,
    move_percent: int = 50,
    report: Callable[[int], None] | None = None,
    kinds: Kinds = lambda _: (),
) -> ImportPlan:
    """Compare a file with what is stored and pass what must be written to ``sink``; ``known`` is updated to the result.

    A good whose row is faulty keeps what is stored of it; a good that is absent is withdrawn, unless the file says that
    it only adds (``mode: merge``): then a row changes what it names of a good, and the rest is read from ``stored``. A
    price that moved by more than ``move_percent`` counts as moved. ``report`` is called now and then with the number of
    goods read. Where such a file takes off sale what is not on sale itself, it means its ``kinds``. Raises
    PriceListRejected if the whole file is unusable, and LateMode, after which the file has to be planned again from the
    start, as a ``merging`` one.
    """
    planner = _Planner(shop_id, known, sink, stored, move_percent)
    plan = planner.plan
    price_list = PriceList(source.open_stream, merging=source.merging, table=source.table)
    for row in _rows(price_list, plan):
        planner.row(row)
        if report is not None and row.entry.section == "goods" and price_list.progress.goods_read % REPORT_EVERY == 0:
            report(price_list.progress.goods_read)
    planner.finish()
    planner.withdraw_kinds(kinds)
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
        plan.format, plan.mode, plan.tables = price_list.format, price_list.mode, price_list.tables
        plan.counts["read"] = price_list.progress.goods_read


class _Planner:
    """Plans row by row; rows that need the stored good wait until there are enough of them."""

    def __init__(self, shop_id: int, known: Known, sink: Sink, stored: StoredGoods, move_percent: int) -> None:
        self.plan = ImportPlan(listed=known.listed)
        self._shop_id = shop_id
        self._known = known
        self._sink = sink
        self._stored = stored
        self._move_percent = move_percent
        self._unstocked: Counter[int] = Counter()  # goods of a merging list without stock, by what they get
        self._waiting: list[tuple[ReadRow, GoodPatch, int, KnownOffer]] = []
        self._gone: set[str] = set()  # ids that are taken off sale and not on sale

    def row(self, row: ReadRow) -> None:
        """Plan one entry of the file, or have it wait."""
        found, faults = judged(row, self._known)
        if row.entry.section == "goods":
            self.plan.first_rows.add(row, found, faults)
        if faults:
            self._note(faults)
        if found is None:
            return
        if isinstance(found, GoodPatch) and found.new_stock is not None and "quantity" in found.given:
            self._unstocked[found.new_stock] += 1
        place = self._known.find(found.ext_id)
        if isinstance(found, GoodPatch) and found.withdrawn:
            self._withdraw(found, place)
            return
        if place is None:
            self._create(row, found)
            return
        stored = self._known.at(place, found.ext_id)
        whole = found if isinstance(found, Good) else as_whole(found, stored.digest)
        if whole is not None:
            self._change(whole, place, stored)
        elif isinstance(found, GoodPatch):
            self._waiting.append((row, found, place, stored))
            if len(self._waiting) == LOOKED_UP:
                self.look_up()

    def finish(self) -> None:
        """Plan the rows that still wait, and note what was assumed."""
        self.look_up()
        for taken, count in self._unstocked.items():
            found = fault("stock_unknown", None, field="quantity", count=count, taken=taken, others_keep=1)
            self.plan.note([found])

    def look_up(self) -> None:
        """Plan the rows that wait."""
        waiting, self._waiting = self._waiting, []
        goods = self._stored([stored.offer_id for _, _, _, stored in waiting]) if waiting else {}
        for row, patch, place, stored in waiting:
            before = goods.get(stored.offer_id)
            if before is None:
                self._note([unknown_good(row, patch)])
                continue
            found = patched(row, patch, before)
            self.plan.note(found.faults)
            self._change(found.good, place, stored, found)

    def _note(self, faults: list[Fault]) -> None:
        """Count the faults of a row; a good that it names is not absent."""
        plan, known = self.plan, self._known
        plan.note(faults)
        for ext_id in {each.ext_id for each in faults if each.ext_id is not None}:
            if (place := known.find(ext_id)) is not None:
                known.seen(place)
        if any(each.severity == "error" for each in faults):
            plan.counts["refused"] += 1
            plan.counts["kept"] += any(KEPT in each.hint for each in faults)

    def _withdraw(self, patch: GoodPatch, place: int | None) -> None:
        """Take a good off sale; one that is not on sale, or that nobody knows, is as the list says already."""
        self.plan.counts["ok"] += 1
        if place is None or not self._withdraws(place, patch.ext_id):
            self.plan.counts["unchanged"] += 1
            self._gone.add(patch.ext_id)

    def withdraw_kinds(self, kinds: Kinds) -> None:
        """Take the kinds of goods off sale that the list takes off sale; only their ids say what they are kinds of."""
        for ext_id in kinds(self._gone) if self._gone else ():
            if (place := self._known.find(ext_id)) is not None:
                self._withdraws(place, ext_id)

    def _withdraws(self, place: int, ext_id: str) -> bool:
        """Take a good off sale; return False if it is not on sale."""
        stored = self._known.at(place, ext_id)
        if stored.listed:
            self._known.withdraw(place)
            self.plan.counts["withdrawn"] += 1
            self._sink.gone(stored.offer_id)
        return stored.listed

    def _create(self, row: ReadRow, found: Good | GoodPatch) -> None:
        if isinstance(found, GoodPatch):
            made = patched(row, found, None)
            self.plan.note(made.faults)
            found = made.good
        good_digest, identity = digest(found), offer_id(self._shop_id, found.ext_id)
        self._known.add(found.ext_id, good_digest, identity, found.price, name_hash(found.name), listed=True)
        self.plan.counts["ok"] += 1
        self.plan.counts["created"] += 1
        self.plan.per_category[found.category] += 1
        self._sink.good(found, good_digest, identity, new=True)

    def _change(self, good: Good, place: int, stored: KnownOffer, found: Patched | None = None) -> None:
        plan, known, good_digest = self.plan, self._known, digest(good)
        plan.counts["ok"] += 1
        if stored.listed:
            plan.compared += 1
            _compare_prices(plan, stored.price, good, self._move_percent)
        keeps_stock = found is not None and found.keeps_stock
        if found is not None and found.is_same:
            effect = classify(stored.digest, stored, keeps_stock=keeps_stock)
        else:
            effect = classify(good_digest, stored, keeps_stock=keeps_stock)
        if effect is Effect.UNCHANGED:
            known.seen(place, 0 if stored.name else name_hash(good.name))
            plan.named += stored.listed and bool(stored.name)
            plan.counts["unchanged"] += 1
            return
        name = name_hash(good.name)
        if stored.listed and stored.name:
            plan.named += 1
            if name != stored.name:
                plan.renamed += 1
        known.replace(place, good_digest, good.price, name)
        plan.counts["changed"] += 1
        plan.per_category[good.category] += 1
        self._sink.good(good, good_digest, stored.offer_id, new=False, keeps_stock=keeps_stock)


def _compare_prices(plan: ImportPlan, was: int, good: Good, move_percent: int) -> None:
    now = good.price
    if was == now:
        return
    plan.counts["prices_up" if now > was else "prices_down"] += 1
    percent = abs(now - was) * 100 // was
    plan.counts["price_change_max"] = max(plan.counts["price_change_max"], percent)
    if abs(now - was) * 100 > was * move_percent:
        plan.moved += 1
