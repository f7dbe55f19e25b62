"""Zip files: a price list that is packed by zip, and lists that are zip files themselves.

Those are workbooks, and the parts of one exchange with 1C.
"""

import re
import shutil
import tempfile
import zlib
from typing import IO, BinaryIO, Literal, NamedTuple, Protocol, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from chalicelib.pricelists.reading.commerceml import commerceml_parts
from chalicelib.pricelists.reading.faults import Limits, reject

ZIP = b"PK\x03\x04"
# What the first member of a workbook is: programs write them in various orders, with either slash.
EXCEL = re.compile(rb"PK\x03\x04.{26}(?:\[Content_Types\]|_rels|xl|docProps|customXml)[./\\]", re.DOTALL)
OPEN_DOCUMENT = re.compile(rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.spreadsheet", re.DOTALL)
_SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
# What systems add to an archive on their own.
_ADDED = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_IN_MEMORY = 8 * 1024 * 1024
_SHOWN = 5
_CHUNK = 64 * 1024


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


# What a zip file is as a whole.
Whole = Literal["xlsx", "ods", "cml"]


class Member(NamedTuple):
    """The one list of an archive; with ``whole`` the archive itself is that."""

    stream: "MemberBytes | BinaryIO"
    whole: Whole | None = None


class MemberBytes:
    """The bytes of a member, whose checksum is verified at its end; ``file`` is closed with it."""

    def __init__(self, member: IO[bytes], file: BinaryIO | None = None) -> None:
        self._file, self._member = file, member

    def read(self, size: int, /) -> bytes:
        """Return some bytes, or none at the end. Raises PriceListRejected if they are damaged."""
        try:
            return self._member.read(size)
        except (BadZipFile, zlib.error, EOFError, OSError, ValueError):
            reject("gzip_broken", None)

    def close(self) -> None:
        self._member.close()
        if self._file is not None:
            self._file.close()


def only_member(stream: _Readable, limits: Limits) -> Member:
    """Return the bytes of the only list in a zip file. Raises PriceListRejected if there is not exactly one."""
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - who reads the member closes it
    try:
        _copy(stream, file, limits)
        archive = ZipFile(file)
        there = [each for each in archive.infolist() if not each.is_dir() and not _ADDED.search(each.filename)]
        whole = _workbook(archive) or _exchange(archive, there)
        if whole is not None:
            file.seek(0)
            return Member(file, whole)
        return Member(MemberBytes(archive.open(_only(there, limits)), file))
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        file.close()
        reject("gzip_broken", None)
    except BaseException:
        file.close()
        raise


def _copy(stream: _Readable, file: BinaryIO, limits: Limits) -> None:
    shutil.copyfileobj(_AtMost(stream, limits), file, _CHUNK)
    file.seek(0)


class _AtMost:
    def __init__(self, stream: _Readable, limits: Limits) -> None:
        self._stream, self._left, self._limit = stream, limits.max_bytes, limits.max_bytes

    def read(self, size: int = _CHUNK, /) -> bytes:
        found = self._stream.read(size)
        self._left -= len(found)
        if self._left < 0:
            reject("file_too_large", None, limit=self._limit // (1024 * 1024))
        return found


def _workbook(archive: ZipFile) -> Literal["xlsx", "ods"] | None:
    """Return what the archive is if a program wrote its members in an unusual order."""
    names = {name.replace("\\", "/") for name in archive.namelist()}
    if "[Content_Types].xml" in names:
        return "xlsx"
    if "mimetype" not in names or "content.xml" not in names:
        return None
    with archive.open("mimetype") as member:
        if not member.read(100).startswith(_SPREADSHEET):
            reject("unknown_format", None)  # a text document, a drawing
    return "ods"


def _exchange(archive: ZipFile, there: list[ZipInfo]) -> Literal["cml"] | None:
    """Return what an archive of several files is if any of them is a part of an exchange with 1C."""
    return "cml" if len(there) > 1 and commerceml_parts(archive, there) else None


def parts_of(archive: ZipFile, limits: Limits) -> list[ZipInfo]:
    """Return the parts of an exchange. Raises PriceListRejected if they unpack to too much."""
    found = commerceml_parts(archive, archive.infolist())
    for member in found:
        _require_sparse(member, limits)
    if sum(member.file_size for member in found) > limits.max_bytes:
        reject("file_too_large", None, limit=limits.max_bytes // (1024 * 1024))
    return found


def _only(there: list[ZipInfo], limits: Limits) -> ZipInfo:
    if len(there) != 1:
        names = ", ".join(each.filename for each in there[:_SHOWN])
        reject("zip_members", None, value=names, count=len(there))
    (member,) = there
    if member.flag_bits & 0x1:
        reject("zip_password", None)
    _require_sparse(member, limits)
    return member


def _require_sparse(member: ZipInfo, limits: Limits) -> None:
    if member.file_size > limits.packed_free and member.file_size > member.compress_size * limits.max_ratio:
        reject("gzip_too_dense", None, limit=limits.max_ratio)
