"""The files of a list: itself, or those of a zip file that are CommerceML, in the order of their names."""

from collections.abc import Iterator
from zipfile import BadZipFile, ZipFile, ZipInfo

from chalicelib.pricelists.reading.bytes import ByteSource
from chalicelib.pricelists.reading.faults import Limits, reject
from chalicelib.pricelists.reading.packed import unpacked_member
from chalicelib.pricelists.reading.utf_16 import UTF_16
from chalicelib.pricelists.reading.zipped import parts_of


class Part:
    """A file of the list, to be read once; ``name`` is "" if the list is this file alone."""

    def __init__(self, number: int, name: str, source: ByteSource, *, own: bool) -> None:
        self.number, self.name, self.source = number, name, source
        self._own = own

    def report(self, whole: ByteSource) -> None:
        """Add to ``whole`` how much was read of this part, in which encoding, and what was found out about it."""
        if self._own:
            whole.bytes_read += self.source.bytes_read
            whole.encoding = whole.encoding or self.source.recoded_from or self.source.encoding
            whole.warnings += self.source.warnings

    def close(self) -> None:
        """Free the part; the list itself belongs to its reader."""
        if self._own:
            self.source.close()


def parts(source: ByteSource, limits: Limits) -> Iterator[Part]:
    """Yield the files of a list. Raises PriceListRejected for a zip file that is unusable or unpacks to too much."""
    if source.file is None:
        yield Part(0, "", source, own=False)
        return
    try:
        archive = ZipFile(source.file)
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        reject("gzip_broken", None)
    for number, member in enumerate(parts_of(archive, limits)):
        yield Part(number, member.filename, _opened(archive, member, limits), own=True)


def _opened(archive: ZipFile, member: ZipInfo, limits: Limits) -> ByteSource:
    found = unpacked_member(archive, member)
    return ByteSource(
        found.stream, limits, lambda: unpacked_member(archive, member).stream, UTF_16 if found.utf_16 else None
    )
