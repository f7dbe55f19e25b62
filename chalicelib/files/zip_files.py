"""Zip files that others made: opened without taking more memory than they are worth."""

from typing import IO, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

# What lists the members: 46 bytes and a name for each. ``zipfile`` reads it whole and takes ten times as much memory.
MAX_DIRECTORY = 10_000_000
_BOUNDED = {ZIP_STORED, ZIP_DEFLATED}
_LEAST = 47  # bytes for a member with a name of one letter


class TooManyMembers(BadZipFile):
    """The archive lists more members than anybody's, ``count`` at most; opening it would take gigabytes."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class _Guarded:
    """A file of which no piece that is larger than a directory may be is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1) -> bytes:
        if size > MAX_DIRECTORY:
            raise TooManyMembers(size // _LEAST)
        return self._file.read(size)


def open_zip(file: IO[bytes] | BinaryIO) -> ZipFile:
    """Return the zip file in ``file``, for reading.

    Raises TooManyMembers, NotImplementedError for a way of packing that cannot be read piece by piece, and whatever
    else ``zipfile`` raises for files that it cannot read.
    """
    archive = ZipFile(cast(IO[bytes], _Guarded(file)))
    # The others are unpacked without a bound: four kilobytes of bzip2 are eighty megabytes, whatever is declared.
    if unbounded := next((one for one in archive.infolist() if one.compress_type not in _BOUNDED), None):
        raise NotImplementedError(unbounded.filename)
    archive.fp = file
    return archive
