"""What a shop has in the catalogue, as planning needs it: a million goods in about fifty megabytes.

Arrays in the order of the goods' keys stand where a dict of objects would take ten times as much.
"""

import base64
import hashlib
import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from chalicelib.pricelists.planning.digest import KnownOffer

_MAGIC = b"known-2\n"
# The layout of earlier releases, without names.
_NAMELESS = b"known-1\n"
_DIGEST = 16
_LISTED, _SOLD, _SEEN = 1, 2, 4


class SnapshotUnreadable(Exception):
    """The bytes are not a snapshot of this layout."""


class Known:
    """The goods of a shop by the supplier's own id.

    ``add`` all there are, then ``sort``, then look up. Goods that a list adds later are kept apart, and come in with
    the others when the whole is written. Ids are distinguished by 128 bits of their hash.
    """

    def __init__(self) -> None:
        self._high, self._low = array("Q"), array("Q")
        self._offers, self._prices = array("Q"), array("Q")
        self._names = array("I")
        self._digests, self._flags = bytearray(), bytearray()
        self._sorted = 0
        self.listed = 0

    def __len__(self) -> int:
        return len(self._high)

    def add(
        self, ext_id: str, digest: str, offer_id: int, price: int, name: int = 0, *, listed: bool, sold: bool = False
    ) -> None:
        """Add a good that is not known yet; ``digest`` and ``name`` are what ``digest`` and ``name_hash`` returned."""
        high, low = _key(ext_id)
        self._high.append(high)
        self._low.append(low)
        self._offers.append(offer_id)
        self._prices.append(price)
        self._names.append(name)
        self._digests += _packed(digest)
        self._flags.append(listed * _LISTED | sold * _SOLD)
        self.listed += listed

    def sort(self) -> None:
        """Put everything added so far where it can be found."""
        order = sorted(range(len(self)), key=self._high.__getitem__)
        self._high, self._low = _picked(self._high, order), _picked(self._low, order)
        self._offers, self._prices = _picked(self._offers, order), _picked(self._prices, order)
        self._names = _picked(self._names, order)
        self._digests = bytearray().join(self._digests[at * _DIGEST : (at + 1) * _DIGEST] for at in order)
        self._flags = bytearray(self._flags[at] for at in order)
        self._sorted = len(order)

    def find(self, ext_id: str) -> int | None:
        """Return the place of a good among those sorted, or None."""
        high, low = _key(ext_id)
        at = bisect_left(self._high, high, 0, self._sorted)
        while at < self._sorted and self._high[at] == high:
            if self._low[at] == low:
                return at
            at += 1
        return None

    def at(self, place: int, ext_id: str) -> KnownOffer:
        """Return the stored offer at this place."""
        digest = _unpacked(self._digests[place * _DIGEST : (place + 1) * _DIGEST])
        flags = self._flags[place]
        listed, sold = bool(flags & _LISTED), bool(flags & _SOLD)
        return KnownOffer(self._offers[place], ext_id, digest, listed, sold, self._prices[place], self._names[place])

    def seen(self, place: int, name: int = 0) -> None:
        """Note that the list mentions this good; ``name`` is its name, if it was not known."""
        self._flags[place] |= _SEEN
        if name:
            self._names[place] = name

    def has_names(self) -> bool:
        """Whether the names of all goods on sale are known."""
        return all(name or not flags & _LISTED for name, flags in zip(self._names, self._flags, strict=True))

    def replace(self, place: int, digest: str, price: int, name: int) -> None:
        """Set what the good will be once the list is applied: on sale, with the list's stock."""
        self._digests[place * _DIGEST : (place + 1) * _DIGEST] = _packed(digest)
        self._prices[place] = price
        self._names[place] = name
        self._flags[place] = _LISTED | _SEEN

    def mark_sold(self, offer_ids: Iterable[int]) -> None:
        """Note which goods were sold since their last list."""
        sold = set(offer_ids)
        if sold:
            for place, offer_id in enumerate(self._offers):
                if offer_id in sold:
                    self._flags[place] |= _SOLD

    def withdraw(self, place: int) -> None:
        """Take a good off sale that the list names for that."""
        self._flags[place] = self._flags[place] & ~_LISTED | _SEEN

    def withdraw_unseen(self) -> Iterator[int]:
        """Take off sale what was on sale and not seen; yield the offer ids."""
        for place in range(self._sorted):
            if self._flags[place] & (_LISTED | _SEEN) == _LISTED:
                self._flags[place] &= ~_LISTED
                yield self._offers[place]

    def dump(self, stream: BinaryIO) -> None:
        """Write a snapshot: what the shop will have once all that was planned is applied, but for what is sold."""
        self.sort()
        stream.write(_MAGIC + len(self).to_bytes(8, "big"))
        for column in (self._high, self._low, self._offers, self._prices, self._names):
            stream.write(_portable(column).tobytes())
        stream.write(self._digests)
        stream.write(bytes(flag & _LISTED for flag in self._flags))

    @classmethod
    def load(cls, stream: BinaryIO) -> "Known":
        """Read what ``dump`` wrote. Raises SnapshotUnreadable."""
        layout = stream.read(len(_MAGIC))
        if layout not in {_MAGIC, _NAMELESS}:
            raise SnapshotUnreadable
        known, count = cls(), int.from_bytes(_exactly(stream, 8), "big")
        for column in (known._high, known._low, known._offers, known._prices, known._names):
            if column is known._names and layout == _NAMELESS:
                column.frombytes(bytes(count * column.itemsize))
                continue
            column.frombytes(_exactly(stream, count * column.itemsize))
            column[:] = _portable(column)
        known._digests = bytearray(_exactly(stream, count * _DIGEST))
        known._flags = bytearray(_exactly(stream, count))
        known._sorted, known.listed = count, known._flags.count(_LISTED)
        return known


def _key(ext_id: str) -> tuple[int, int]:
    raw = int.from_bytes(hashlib.blake2b(ext_id.encode(), digest_size=16, person=b"ext-id").digest(), "big")
    return raw >> 64, raw & 0xFFFF_FFFF_FFFF_FFFF


def _packed(digest: str) -> bytes:
    return base64.urlsafe_b64decode(digest + "==")


def _unpacked(raw: bytes | bytearray) -> str:
    return base64.urlsafe_b64encode(raw)[:22].decode("ascii")


def _picked(column: "array[int]", order: list[int]) -> "array[int]":
    return array(column.typecode, map(column.__getitem__, order))


def _portable(column: "array[int]") -> "array[int]":
    """Return the column in the byte order of the file, whatever this machine's is."""
    if sys.byteorder == "little":
        return column
    swapped = array(column.typecode, column)
    swapped.byteswap()
    return swapped


def _exactly(stream: BinaryIO, size: int) -> bytes:
    parts, left = [], size
    while left:
        part = stream.read(left)
        if not part:
            raise SnapshotUnreadable
        parts.append(part)
        left -= len(part)
    return b"".join(parts)
