"""The goods that a list changes which waits for a decision: found in its plan, and in what is on sale.

Some of each kind are kept with the import, more in a file beside its report, and all of them in a workbook for people.
"""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, TypeVar, cast

from typing_extensions import TypedDict

from chalicelib.catalogue.identity import category_id
from chalicelib.dynamo.reading import read
from chalicelib.files.formats import FILE_FORMATS
from chalicelib.files.upload import stored as stored_file
from chalicelib.ids import new_id
from chalicelib.lazy import Lazy
from chalicelib.models.catalogue import Category, Offer
from chalicelib.models.imports import Import
from chalicelib.pricelists import recent_sales
from chalicelib.pricelists.planning import plan_files
from chalicelib.pricelists.planning.digest import name_hash
from chalicelib.pricelists.planning.plan_files import Write
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.planning.stored_plan import KeptPlan
from chalicelib.texts import Language

if TYPE_CHECKING:
    from chalicelib.pricelists.written.changes_workbook import ChangesWorkbook

# Of each kind: kept with the import, and by call.
KEPT, SHOWN = 10, 50
# How many renamed goods, and how many withdrawn ones, are looked up and named individually.
MOST_NAMED = 100_000
_AT_ONCE = 100
_T = TypeVar("_T")
# Its library takes longer to load than planning does, and few lists wait for a decision.
_workbook = Lazy("pricelists.written.changes_workbook:changes_workbook")


class MovedPrice(TypedDict):
    """A good with another price, in kopecks; ``percent`` is negative if it falls."""

    id: str
    name: str
    was: int
    now: int
    percent: int


class ChangedName(TypedDict):
    """A good whose name changes, as stored and as answered."""

    id: str
    was: str
    now: str


class VanishingGood(TypedDict):
    """A good that goes off sale, with its price in kopecks, and how many pieces were ordered in the last days."""

    id: str
    name: str
    price: int
    sold: int


class NewCategory(TypedDict):
    """A category that does not exist yet, and how many goods the list has in it."""

    name: str
    goods: int


class Changes(TypedDict):
    """Some of what changes, of each kind."""

    prices: list[MovedPrice]
    names: list[ChangedName]
    vanishing: list[VanishingGood]
    categories: list[NewCategory]


class KeptChanges(Changes, total=False):
    """What an import keeps: the first of each kind, the file with more, and the workbook with all of them."""

    more: str
    workbook: str


class ManyChanges(Changes):
    """More of each kind; ``totals`` are how many there are, by kind, and ``sales``.

    That is what buyers ordered in the last days of goods whose price changes or that go off sale, in kopecks, at the
    prices before.
    """

    totals: dict[str, int]


@dataclass(slots=True)
class _Found:
    """What has been found so far; the greatest moves of prices are in a heap. ``sold`` are pieces by offer id."""

    book: "ChangesWorkbook"
    sold: Mapping[int, int]
    totals: Counter[str] = field(default_factory=Counter)
    names: list[ChangedName] = field(default_factory=list)
    vanishing: list[VanishingGood] = field(default_factory=list)
    categories: list[NewCategory] = field(default_factory=list)
    _moved: list[tuple[int, int, MovedPrice]] = field(default_factory=list)

    def touch(self, offer_id: int, price: int) -> None:
        self.totals["sales"] += self.sold.get(offer_id, 0) * price

    def price(self, one: MovedPrice) -> None:
        self.totals["prices"] += 1
        entry = (abs(one["percent"]), -self.totals["prices"], one)
        (heapq.heappush if len(self._moved) < SHOWN else heapq.heappushpop)(self._moved, entry)
        self.book.price(one["id"], one["name"], one["was"], one["now"], one["percent"])

    def name(self, one: ChangedName) -> None:
        self.totals["names"] += 1
        if len(self.names) < SHOWN:
            self.names.append(one)
        self.book.name(one["id"], one["was"], one["now"])

    def vanish(self, one: VanishingGood) -> None:
        if len(self.vanishing) < SHOWN:
            self.vanishing.append(one)
        self.book.vanishing(one["id"], one["name"], one["price"], one["sold"])

    def category(self, one: NewCategory) -> None:
        self.totals["categories"] += 1
        if len(self.categories) < SHOWN:
            self.categories.append(one)
        self.book.category(one["name"], one["goods"])

    def first(self, number: int) -> Changes:
        moved = [one for _, _, one in sorted(self._moved, key=lambda entry: entry[:2], reverse=True)]
        return {
            "prices": moved[:number],
            "names": self.names[:number],
            "vanishing": self.vanishing[:number],
            "categories": self.categories[:number],
        }


def keep(record: Import, plan: KeptPlan, language: Language) -> KeptChanges:
    """Find what a plan changes, store it beside the report, and return what the import has to keep of it.

    Reads the plan again and looks up the goods whose names change and those that go off sale; costs one BatchGet for a
    hundred of these. What an attempt stores that dies is in nobody's way.
    """
    if not plan["writes"]:
        return {"prices": [], "names": [], "vanishing": [], "categories": []}
    where, xlsx = f"reports/{record.import_id}/changes-{new_id()}", FILE_FORMATS["xlsx"]
    workbook = f"{where}.{xlsx.extension}"
    with stored_file(workbook, xlsx.content_type) as file, _workbook(file, language) as book:
        found = _Found(book, recent_sales.sold_pieces(record.shop_id))
        _find(plan, found)
    many: ManyChanges = {**found.first(SHOWN), "totals": dict(found.totals)}
    plan_files.put_json(f"{where}.json.gz", many)
    return {**found.first(KEPT), "more": f"{where}.json.gz", "workbook": workbook}


def kept_changes(record: Import) -> KeptChanges:
    """Return the first changes of an import; none of one that never waited for a decision."""
    nothing: KeptChanges = {"prices": [], "names": [], "vanishing": [], "categories": []}
    return cast("KeptChanges", {**nothing, **(record.examples or {})})


def many_changes(record: Import) -> ManyChanges:
    """Return more of the changes of an import; those of one that kept none are the first, however many there are."""
    kept = kept_changes(record)
    if "more" in kept:
        return cast("ManyChanges", plan_files.get_json(kept["more"]))
    first: Changes = {
        "prices": kept["prices"],
        "names": kept["names"],
        "vanishing": kept["vanishing"],
        "categories": kept["categories"],
    }
    return {**first, "totals": {kind: len(cast("list[object]", of_kind)) for kind, of_kind in first.items()}}


def _find(plan: KeptPlan, found: _Found) -> None:
    before = plan_files.read_snapshot(plan["replaces"]) if plan["replaces"] else None
    gone: list[int] = []
    for number in range(plan["chunks"]):
        chunk = plan_files.read_chunk(plan["where"], number)
        gone += chunk.gone
        known = [write for write in chunk.writes if not write.new]
        for block in _blocks(known):
            _compare(block, before, found)
    _vanishing(gone, found)
    _categories(plan_files.read_head(plan["where"])[0], found)


def _compare(writes: Sequence[Write], before: Known | None, found: _Found) -> None:
    """Compare goods that are on sale with what they will be: by the snapshot where there is one, else as stored."""
    if before is None:
        offers = _offers(write.offer_id for write in writes)
        for write in writes:
            if (offer := offers.get(write.offer_id)) is not None and offer.listed:
                _moved(write, offer.price, found)
                _renamed(write, offer, found)
        return
    renamed = []
    for write in writes:
        place = before.find(write.good.ext_id)
        was = before.at(place, write.good.ext_id) if place is not None else None
        if was is None or not was.listed:
            continue
        _moved(write, was.price, found)
        if was.name and was.name != name_hash(write.good.name):
            renamed.append(write)
    room = max(0, MOST_NAMED - found.totals["names"])
    offers = _offers(write.offer_id for write in renamed[:room])
    for write in renamed[:room]:
        if write.offer_id in offers:
            _renamed(write, offers[write.offer_id], found)
    found.totals["names"] += len(renamed[room:])


def _moved(write: Write, was: int, found: _Found) -> None:
    now = write.good.price
    if now != was:
        percent = abs(now - was) * 100 // was
        signed = percent if now > was else -percent
        found.touch(write.offer_id, was)
        found.price({"id": write.good.ext_id, "name": write.good.name, "was": was, "now": now, "percent": signed})


def _renamed(write: Write, offer: Offer, found: _Found) -> None:
    if name_hash(offer.name) != name_hash(write.good.name):
        found.name({"id": offer.ext_id, "was": offer.name, "now": write.good.name})


def _vanishing(gone: list[int], found: _Found) -> None:
    found.totals["vanishing"] = len(gone)
    gone.sort(key=lambda offer_id: -found.sold.get(offer_id, 0))
    for block in _blocks(gone[:MOST_NAMED]):
        offers = _offers(block)
        for offer_id in block:
            if (offer := offers.get(offer_id)) is not None:
                pieces = found.sold.get(offer_id, 0)
                found.touch(offer_id, offer.price)
                found.vanish({"id": offer.ext_id, "name": offer.name, "price": offer.price, "sold": pieces})


def _categories(goods: dict[str, int], found: _Found) -> None:
    """Find the categories that are not stored; one whose id another name has taken counts as stored."""
    keys = {name: category_id(name, 0) for name in goods}
    stored = {one.key_id for one in read(*map(Category.at, set(keys.values()))).all(Category)}
    missing = [name for name, key in keys.items() if key not in stored]
    for name in sorted(missing, key=lambda one: (-goods[one], one)):
        found.category({"name": name, "goods": goods[name]})


def _offers(offer_ids: Iterable[int]) -> dict[int, Offer]:
    return {one.offer_id: one for one in read(*map(Offer.at, offer_ids)).all(Offer)}


def _blocks(elements: Sequence[_T]) -> Iterator[list[_T]]:
    there = iter(elements)
    while block := list(islice(there, _AT_ONCE)):
        yield block
