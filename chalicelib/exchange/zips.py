"""Archives that 1C sends, looked into and read where they are stored, chunk by chunk."""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile, ZipFile

from chalicelib.exchange.chunks import ChunkedFile
from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.exchange.names import is_part, is_workbook
from chalicelib.models.exchange import Exchange

MAX_PARTS = 500
_ZIP = b"PK\x03\x04"
_MAX_MEMBERS = 50_000
_BUFFER = 1 << 20
# What zipfile raises for archives that are damaged, encrypted or packed in a way that it does not know.
_BROKEN = (BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, NotImplementedError, ValueError, OverflowError)


def is_zip(exchange: Exchange, index: int) -> bool:
    """Return whether a file is an archive of parts, whatever its name; spreadsheets are not."""
    name = exchange.files[index]["name"]
    if is_part(name) or is_workbook(name):
        return False
    return ChunkedFile(exchange, index).read(len(_ZIP)) == _ZIP


def parts_in(exchange: Exchange, index: int) -> list[str]:
    """Return the names of the parts in an archive. Raises ExchangeFailed for a damaged one, or one without parts."""
    with opened(exchange, index) as archive:
        names = [one.filename for one in archive.infolist() if not one.is_dir() and is_part(one.filename)]
    if len(names) > MAX_PARTS:
        raise ExchangeFailed("too_many_parts", limit=MAX_PARTS)
    if not names:
        raise ExchangeFailed("no_parts", name=exchange.files[index]["name"])
    return names


@contextmanager
def opened(exchange: Exchange, index: int) -> Iterator[ZipFile]:
    """Open an archive for the block; what is wrong with it, also within the block, raises ExchangeFailed."""
    try:
        with ZipFile(io.BufferedReader(ChunkedFile(exchange, index), _BUFFER)) as archive:
            if len(archive.infolist()) > _MAX_MEMBERS:
                raise ExchangeFailed("too_many_parts", limit=_MAX_MEMBERS)
            yield archive
    except _BROKEN as failure:
        raise ExchangeFailed("broken_zip", name=exchange.files[index]["name"]) from failure
