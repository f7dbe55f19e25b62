"""Streams the content of an export from the tables, without scans.

A first pass over an index takes ids only, which fit into memory and give the total; a second reads the items by their
keys, a hundred at a time and consistently, so that a stale index does no harm.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import IO, Any, TypeVar

from chalicelib import clock
from chalicelib.dynamo.reading import read as read_items
from chalicelib.exports.orders import Found
from chalicelib.goods import FIELDS, Good, frozen
from chalicelib.models.catalogue import Offer, Shop, shop_shard
from chalicelib.models.orders import Part
from chalicelib.ordering.orders import PartFilter, whole_parts
from chalicelib.ordering.search import OrderFilter, order_keys, read_orders
from chalicelib.pricelists.written.goods import AboutGoods
from chalicelib.pricelists.written.goods_table import MAX_PARAMETER_COLUMNS, ParameterNames

_BATCH = 100
_T = TypeVar("_T")
ProgressReport = Callable[[int, int], None]


@dataclass(slots=True)
class GoodsSpool:
    """The goods of a shop in a compressed temporary file, and what a writer must know about them in advance."""

    about: AboutGoods
    file: IO[bytes]

    def goods(self) -> Iterator[Good]:
        """Iterate over the goods in the order they were read."""
        self.file.seek(0)
        for line in _unpacked(self.file):
            yield Good(0, *map(frozen, json.loads(line)))


def collect_goods(shop_id: int, file: IO[bytes], progress: ProgressReport) -> GoodsSpool:
    """Collect everything the shop has on sale; report the total and the number read to ``progress``.

    The goods wait in ``file``, which must be empty: a table's header and a list's categories precede the first good.
    """
    shop = Shop.at(shop_id).require()
    ids = [
        offer.offer_id
        for shard in range(shop.shards)
        for offer in Offer.by_shop.query(
            shop_shard(shop_id, shard), Offer.list_key.startswith("1#"), attributes_to_get=["offer_id"]
        )
    ]
    categories: dict[str, None] = {}
    names = ParameterNames(MAX_PARAMETER_COLUMNS)
    packer = zlib.compressobj(1)
    progress(len(ids), 0)
    for done, offer in enumerate(_offers(ids), 1):
        # An index may lag behind its table.
        if offer.listed and offer.shop_id == shop_id:
            good = offer.good()
            categories.setdefault(good.category)
            names.add(good)
            values = [getattr(good, field.name) for field in FIELDS]
            file.write(packer.compress(json.dumps(values, ensure_ascii=False).encode() + b"\n"))
        progress(len(ids), done)
    file.write(packer.flush())
    made_at = clock.in_moscow(clock.now()).isoformat(timespec="seconds")
    return GoodsSpool(AboutGoods(shop.name, made_at, tuple(categories), names.columns()), file)


def _unpacked(file: IO[bytes]) -> Iterator[bytes]:
    unpacker, rest = zlib.decompressobj(), b""
    while chunk := file.read(65_536):
        *lines, rest = (rest + unpacker.decompress(chunk)).split(b"\n")
        yield from lines
    *lines, _ = (rest + unpacker.flush()).split(b"\n")
    yield from lines


def _offers(ids: list[int]) -> Iterator[Offer]:
    for chunk in _chunks(ids):
        yield from read_items(*map(Offer.at, chunk)).all(Offer)


def orders(wanted: OrderFilter, progress: ProgressReport) -> Iterator[Found]:
    """Iterate over the matching orders, newest first, with all of their parts."""
    keys = [key for key, _ in groupby(order_keys(wanted, wanted.until or "", None))]
    progress(len(keys), 0)
    done = 0
    for chunk in _chunks(keys):
        yield from read_orders(wanted, chunk)
        done += len(chunk)
        progress(len(keys), done)


def parts(shop_id: int, wanted: PartFilter, progress: ProgressReport) -> Iterator[Found]:
    """Iterate over the shop's own matching parts, newest first. Reads neither other shops' parts nor order heads."""
    first, last = wanted.since or "0", wanted.before or "9"
    if first > last:
        progress(0, 0)
        return
    within = Part.placed_key.between(first, last)
    stored = Part.by_shop.query(Part.shop_partition(shop_id), within, scan_index_forward=False)
    keys = list(stored)
    progress(len(keys), 0)
    done = 0
    for chunk in _chunks(keys):
        stored_parts = read_items(*chunk).all(Part)
        fitting = (part for part in stored_parts if part.shop_id == shop_id and wanted.state in {None, part.state})
        yield from ((None, [part]) for part in whole_parts(fitting))
        done += len(chunk)
        progress(len(keys), done)


def _chunks(source: Iterable[_T]) -> Iterator[list[_T]]:
    iterator = iter(source)
    while chunk := list(islice(iterator, _BATCH)):
        yield chunk


def counted(source: Iterable[_T], count: Callable[[_T], Any]) -> Iterator[_T]:
    """Pass on ``source``, calling ``count`` for each element."""
    for element in source:
        count(element)
        yield element
