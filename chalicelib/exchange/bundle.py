"""Puts the parts that 1C sent together as one price list: a zip file of parts, written as a stream.

Images stay behind. While the parts pass through, the bundle notes whether it has seen prices and stock.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from chalicelib.exchange import zips
from chalicelib.exchange.chunks import ChunkedFile
from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.exchange.names import flat, is_part, kind_of
from chalicelib.models.exchange import Exchange, SentFile

# Unpacked, of all parts together; the reader of price lists has limits of its own for each.
MAX_UNPACKED = 2_000_000_000
_PIECE = 1 << 20
_FAST = 1
# As the encodings write them that 1C uses.
_PRICE, _QUANTITY = (
    tuple(tag.encode(encoding) for encoding in ("utf-8", "windows-1251", "utf-16-le", "utf-16-be"))
    for tag in ("<ЦенаЗаЕдиницу", "<Количество")
)
_OVERLAP = max(map(len, _PRICE + _QUANTITY))
_Place = tuple[int, str]


class Bundle:
    """The parts of an exchange; ``has_prices`` and ``has_stock`` are known once they have been written."""

    def __init__(self, exchange: Exchange) -> None:
        self.has_prices = self.has_stock = False
        self._exchange = exchange
        self._unpacked = 0
        self._tail = b""

    @property
    def single(self) -> str | None:
        """The name of a file that is a price list by itself, in another format than CommerceML; None without one."""
        files: list[SentFile] = self._exchange.files
        others = [one["name"] for one in files if "parts" not in one and not is_part(one["name"])]
        return others[0] if others and len(files) == 1 else None

    def write(self, into: BinaryIO) -> None:
        """Write the list. Raises ExchangeFailed for damaged archives, and for more than anybody has."""
        if self.single is not None:
            self._copy(ChunkedFile(self._exchange, 0), into)
            return
        places = list(self._places())
        names = flat([name for _, name in places])
        with ZipFile(into, "w", ZIP_DEFLATED, compresslevel=_FAST) as archive:
            for place in places:
                # Zip64 records in any case: how large it gets shows at its end.
                with self._opened(place) as part, archive.open(_member(names[place[1]]), "w", force_zip64=True) as out:
                    self._copy(part, cast("BinaryIO", out))
                self._tail = b""

    def is_enough(self) -> bool:
        """Return whether nothing that a price list needs may still come, as far as its parts show."""
        if self.single is not None or any(kind_of(name) == "rests" for _, name in self._places()):
            return True
        return self.has_prices and self.has_stock

    def _places(self) -> Iterator[_Place]:
        files: list[SentFile] = self._exchange.files
        for index, file in enumerate(files):
            for name in file.get("parts", [file["name"]]):
                if is_part(name):
                    yield index, name

    @contextmanager
    def _opened(self, place: _Place) -> Iterator[IO[bytes]]:
        index, name = place
        if "parts" not in self._exchange.files[index]:
            yield io.BufferedReader(ChunkedFile(self._exchange, index))
            return
        with zips.opened(self._exchange, index) as archive, archive.open(name) as part:
            yield part

    def _copy(self, part: IO[bytes] | ChunkedFile, into: BinaryIO) -> None:
        while piece := part.read(_PIECE):
            self._unpacked += len(piece)
            if self._unpacked > MAX_UNPACKED:
                raise ExchangeFailed("too_large", limit=MAX_UNPACKED // 1_000_000)
            self._look_at(piece)
            into.write(piece)

    def _look_at(self, piece: bytes) -> None:
        seen = self._tail + piece
        self.has_prices = self.has_prices or any(tag in seen for tag in _PRICE)
        self.has_stock = self.has_stock or any(tag in seen for tag in _QUANTITY)
        self._tail = seen[-_OVERLAP:]


def _member(name: str) -> ZipInfo:
    # The same bytes for the same parts: a list that comes again unchanged is recognized by them.
    member = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    member.compress_type = ZIP_DEFLATED
    return member
