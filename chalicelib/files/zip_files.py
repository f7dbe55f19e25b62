"""Zip files that others made: opened without taking more memory than they are worth."""

from typing import IO, BinaryIO, cast
from zipfile import BadZipFile, ZipFile

# What lists the members: 46 bytes and a name for each. ``zipfile`` reads it whole and takes ten times as much memory.
MAX_DIRECTORY = 10_000_000
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

    Raises TooManyMembers, and whatever else ``zipfile`` raises for files that it cannot read.
    """
    archive = ZipFile(cast(IO[bytes], _Guarded(file)))
    archive.fp = file
    return archive
