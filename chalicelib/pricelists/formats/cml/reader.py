"""CommerceML, as 1C sends it: one file, or the parts of one exchange in a zip file, which are joined by their ids."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from chalicelib.pricelists.formats.cml.contents import Contents
from chalicelib.pricelists.formats.cml.joining import NO_CATEGORY, Joined, Joiner
from chalicelib.pricelists.formats.cml.parser import Parser
from chalicelib.pricelists.formats.cml.parts import Part, parts
from chalicelib.pricelists.formats.cml.records import Record
from chalicelib.pricelists.formats.cml.stock import number_of
from chalicelib.pricelists.formats.cml.store import Store
from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.faults import Fault, Limits, PriceListRejected, fault, reject
from chalicelib.pricelists.reading.raw import LISTS, WITHDRAWN, Entry, RawMapping
from chalicelib.pricelists.reading.table_settings import UNSETTLED, TableLayout


class Reader:
    """Turns the parts of a list into entries, as ``chalicelib.pricelists.reading.reader.Reader``.

    All parts are read before the first good: what a price means, and whether the list merges, may stand in the last.
    """

    def __init__(self, source: ByteSource, limits: Limits) -> None:
        self.keys: dict[str, int] = {}
        self.settings = UNSETTLED
        self.layouts: dict[str, TableLayout] = {}
        self._source, self._limits = source, limits
        self._skipped: Counter[str] = Counter()
        self._unstocked = 0

    def entries(self, *, skip: frozenset[str] = frozenset()) -> Iterator[Entry]:
        """Yield the mode, the groups and the goods. Raises PriceListRejected."""
        with closing(Store()) as store:
            contents = Contents(store, self._limits)
            files = []
            for part in parts(self._source, self._limits):
                files.append(part.name)
                self._read(part, contents)
            merges = contents.merges(self.settings)
            if merges:
                self.keys["mode"] = 1
                yield Entry("mode", 1, "merge")
            if contents.first_line:
                self.keys["goods"] = contents.first_line
            if "categories" not in skip:
                yield from self._groups(contents, merges=merges)
            if "goods" not in skip:
                price = contents.types.chosen(self.settings)
                joiner = Joiner(store, contents.types, price, files, self._limits)
                yield from self._counted(self._goods(contents, joiner, merges=merges))
                if faults := tuple(self._summary(joiner)):
                    yield Entry("_table", 1, None, faults=faults)

    def _read(self, part: Part, contents: Contents) -> None:
        contents.part = part.number
        with closing(part):
            try:
                Parser(part.source, self._limits, contents).parse()
            except PriceListRejected as rejected:
                if part.name:
                    rejected.fault = replace(rejected.fault, hint={**rejected.fault.hint, "file": part.name})
                raise
            finally:
                part.report(self._source)

    def _groups(self, contents: Contents, *, merges: bool) -> Iterator[Entry]:
        """Yield the groups that goods are in; their ids mean something in this list only."""
        groups = contents.groups()
        if not merges:
            groups[NO_CATEGORY] = (NO_CATEGORY, 1)
        if len(groups) > self._limits.max_categories:
            reject(LISTS["categories"], None, limit=self._limits.max_categories)
        self.keys["categories"] = 1
        for number, (name, line) in groups.items():
            yield Entry("categories", line, RawMapping(line, {"id": number, "name": name}, {}))

    def _goods(self, contents: Contents, joiner: Joiner, *, merges: bool) -> Iterator[Entry]:
        for offer, good in contents.store.offers():
            if offer.get("gone") or (good and good.get("gone")):
                yield from self._gone(offer, merges=merges)
            else:
                joined = joiner.row(offer, good, partial=merges or good is None)
                if merges or self._is_sold(joined):
                    yield self._entry(contents, joined, partial=merges or good is None)
        for good in contents.store.goods_alone():
            if good.get("gone"):
                yield from self._gone(good, merges=merges)
            elif merges or not contents.offers:
                joined = joiner.row(good, good, partial=True)
                yield self._entry(contents, joined, partial=True)._replace(if_known=contents.offers > 0)
            else:
                self._skipped["no_offer"] += 1

    def _gone(self, record: Record, *, merges: bool) -> Iterator[Entry]:
        """Take a good off sale; in a full list it is enough not to name it."""
        if not merges:
            self._skipped["not_sold"] += 1
        elif number := record.get("id"):
            line = record["line"]
            yield Entry("goods", line, RawMapping(line, {"id": number, WITHDRAWN: ""}, {}), partial=True)

    def _is_sold(self, joined: Joined) -> bool:
        """Whether the offer has a price; many programs write zero for none."""
        price = joined.node.values.get("price")
        if price is None or (isinstance(price, str) and (not price or number_of(price) == 0)):
            self._skipped["no_price"] += 1
            return False
        return True

    def _entry(self, contents: Contents, joined: Joined, *, partial: bool) -> Entry:
        node = joined.node
        if_new = None
        if partial:
            if_new = {"category": NO_CATEGORY, "quantity": self.settings.no_stock}
        elif "quantity" not in node.values and "available" not in node.values:
            self._unstocked += 1
            node.values["quantity"] = "0" if contents.stocked else str(self.settings.no_stock)
        return Entry("goods", node.line, node, joined.raw, joined.faults, partial=partial, if_new=if_new)

    def _counted(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        for number, entry in enumerate(entries, 1):
            if number > self._limits.max_goods:
                reject(LISTS["goods"], entry.line, limit=self._limits.max_goods)
            yield entry

    def _summary(self, joiner: Joiner) -> Iterator[Fault]:
        """Yield what was understood without being written, with how often."""
        if self._unstocked:
            yield fault("stock_unknown", None, field="quantity", count=self._unstocked, taken=self.settings.no_stock)
        if joiner.adjusted:
            value, taken = joiner.example
            yield fault("stock_adjusted", None, field="quantity", value=value, count=joiner.adjusted, taken=taken)
        for what, count in self._skipped.items():
            yield fault("rows_skipped", None, value=what, count=count, why=f"rows_{what}")
