"""The zip files that workbooks are, checked before anything of them is unpacked.

Python unpacks no member beyond its declared size, so what is declared bounds what is read.
"""

import shutil
import tempfile
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipFile

from chalicelib.files.zip_files import TooManyMembers, open_zip
from chalicelib.pricelists.reading.bytes import CHUNK, ByteSource
from chalicelib.pricelists.reading.faults import reject

# Of 77 real workbooks the largest unpacks to 9 MB, and none of their members to more than 24 times its size.
MAX_UNPACKED = 400 * 1024 * 1024
_MAX_RATIO = 100
_DENSE_FROM = 10 * 1024 * 1024
# What a library reads as a whole: styles, relations, the list of sheets.
_MAX_PART = 20 * 1024 * 1024
_MAX_MEMBERS = 10_000
_IN_MEMORY = 8 * 1024 * 1024


class _Readable:
    """A source as a file that can be copied; each piece counts as progress, however large the file is."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source

    def read(self, size: int = CHUNK) -> bytes:
        self._source.mark()
        return self._source.read(size)


def seekable(source: ByteSource) -> BinaryIO:
    """Return all bytes of a source as a file of our own, on disk if there are many. Raises PriceListRejected."""
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - the caller closes it
    try:
        shutil.copyfileobj(_Readable(source), file, 64 * 1024)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def checked_zip(file: BinaryIO, streamed: tuple[str, ...]) -> ZipFile:
    """Return the zip file; members whose names begin with one of ``streamed`` may be large.

    Raises PriceListRejected for a damaged or encrypted file, and for one that unpacks to too much.
    """
    try:
        archive = open_zip(file)
    except TooManyMembers:
        reject("workbook_too_large", None, limit=MAX_UNPACKED // (1024 * 1024))
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        reject("workbook_damaged", None, value="zip")
    members = archive.infolist()
    for member in members:
        name = member.filename = member.filename.replace("\\", "/")  # as some programs write them
        archive.NameToInfo[name] = member
        size, packed = member.file_size, max(member.compress_size, 1)
        if member.flag_bits & 0x1:
            reject("workbook_password", None)
        if size > _DENSE_FROM and size > packed * _MAX_RATIO:
            reject("workbook_too_dense", None, value=name, limit=_MAX_RATIO)
        if size > _MAX_PART and not name.startswith(streamed) and name.endswith((".xml", ".rels")):
            reject("workbook_too_large", None, value=name, limit=_MAX_PART // (1024 * 1024))
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        reject("workbook_too_large", None, limit=MAX_UNPACKED // (1024 * 1024))
    return archive
