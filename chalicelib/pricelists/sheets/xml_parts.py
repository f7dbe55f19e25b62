"""The XML parts of workbooks, piece by piece: whatever a part holds, only one piece of it is in memory."""

import re
from collections.abc import Iterator
from typing import IO, Any

from defusedxml.ElementTree import iterparse

from chalicelib.pricelists.reading.faults import reject

# Of one piece: a row of 16,384 cells has 80,000 elements.
_MAX_ELEMENTS, _MAX_BYTES = 250_000, 16 * 1024 * 1024
# Of the elements around the pieces; rows are grouped seven deep at most.
_MAX_DEPTH = 50
_TEXT_CHUNK = 64 * 1024
_MAX_TAG = 300


class _Bounded:
    """A part whose pieces are bounded: their text would otherwise be held whole."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file, self._name = file, name
        self._left = _MAX_BYTES

    def mark(self) -> None:
        """Note that another piece begins."""
        self._left = _MAX_BYTES

    def read(self, size: int) -> bytes:
        if self._left <= 0:
            _too_large(self._name)
        found = self._file.read(size)
        self._left -= len(found)
        return found


def pieces(
    file: IO[bytes], whole: frozenset[str], around: frozenset[str] = frozenset(), *, name: str
) -> Iterator[tuple[str, Any]]:
    """Yield ``("end", element)`` of the tags in ``whole`` with their content, and both events of those ``around`` them.

    Everything else is passed over. ``name`` is what a report calls the part. Raises PriceListRejected if a piece is too
    large, ParseError or DefusedXmlException if it is not XML or declares entities.
    """
    source = _Bounded(file, name)
    above: list[Any] = []
    inside: Any = None
    count = 0
    for event, element in iterparse(source, ("start", "end"), forbid_dtd=True):
        if event == "start":
            if inside is not None:
                count += 1
                if count > _MAX_ELEMENTS:
                    _too_large(name)
                continue
            above.append(element)
            if len(above) > _MAX_DEPTH:
                _too_large(name)
            if element.tag in whole:
                inside, count = element, 0
            elif element.tag in around:
                yield event, element
        elif inside is None or element is inside:
            inside = None
            if element.tag in whole or element.tag in around:
                yield event, element
            source.mark()
            above.pop()
            if above:
                above[-1].remove(element)  # always its first: those before it are gone


def merged_rows(file: IO[bytes], column: str) -> Iterator[tuple[int, int]]:
    """Yield the first and the last row of each cell of a sheet that begins in this column and is merged downwards."""
    found = re.compile(rb"""mergeCell [^<>]{0,200}?ref=["']%s(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']""" % column.encode())
    rest = b""
    while piece := file.read(_TEXT_CHUNK):
        rest += piece
        for each in found.finditer(rest):
            first, last = int(each[1]), int(each[2])
            if first < last:
                yield first, last
        rest = rest[max(rest.rfind(b"<"), len(rest) - _MAX_TAG) :]


def drain(file: IO[bytes]) -> None:
    """Read a member of a zip file to its end, where its checksum is verified. Raises BadZipFile."""
    while file.read(_TEXT_CHUNK):
        pass


def _too_large(name: str) -> None:
    reject("workbook_too_large", None, value=name[:100], limit=_MAX_BYTES // (1024 * 1024))
