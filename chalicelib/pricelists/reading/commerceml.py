"""How CommerceML, the XML in which 1C exchanges catalogues, is recognized: by its root, in either encoding. Pure."""

import re
import zlib
from collections.abc import Iterable
from typing import Final
from zipfile import BadZipFile, ZipFile, ZipInfo

from chalicelib.pricelists.reading.faults import reject
from chalicelib.pricelists.reading.utf_16 import utf_16_of

ROOT: Final = "КоммерческаяИнформация"
_ROOTS = b"|".join(re.escape(ROOT.encode(encoding)) for encoding in ("utf-8", "windows-1251"))
# Declarations and comments may stand before the root; its name may have a prefix.
_BEGINS = re.compile(
    rb"(?:\s|<\?(?:(?!\?>).)*\?>|<!--(?:(?!-->).)*-->|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>)*"
    rb"<(?:[A-Za-z_][\w.-]*:)?(?:" + _ROOTS + rb")(?=[\s/>]|\Z)",
    re.DOTALL,
)
_MARKS = re.compile(rb"\A(?:\xef\xbb\xbf)+")
# Of a part of an exchange, so much is looked at.
_HEAD = 4 * 1024
_MAX_PARTS = 1_000
_ENCRYPTED = 0x1
_DIGITS = re.compile(r"(\d+)")


def is_commerceml(head: bytes) -> bool:
    """Whether a file that begins so, in UTF-8 or windows-1251, is CommerceML."""
    return _BEGINS.match(_MARKS.sub(b"", head)) is not None


def commerceml_parts(archive: ZipFile, members: Iterable[ZipInfo]) -> list[ZipInfo]:
    """Return those of the members that are CommerceML, in the order of their names; numbers in these count as such.

    Their content decides, so pictures and whatever else an exchange holds are left out. Raises PriceListRejected if
    that cannot be seen.
    """
    named = [member for member in members if member.filename.lower().endswith(".xml")]
    if len(named) > _MAX_PARTS:
        reject("zip_members", None, value=named[0].filename, count=len(named))
    if any(member.flag_bits & _ENCRYPTED for member in named):
        reject("zip_password", None)
    found = [member for member in named if is_commerceml(_head(archive, member))]
    return sorted(found, key=lambda member: _natural(member.filename))


def _head(archive: ZipFile, member: ZipInfo) -> bytes:
    try:
        with archive.open(member) as stream:
            head = stream.read(_HEAD)
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError):
        reject("gzip_broken", None, file=member.filename)
    codec = utf_16_of(head)
    return head.decode(codec, "ignore").encode() if codec else head


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    pieces = _DIGITS.split(name.replace("\\", "/").casefold())
    return tuple((len(piece.lstrip("0")) if piece[:1].isdigit() else 0, piece) for piece in pieces)
