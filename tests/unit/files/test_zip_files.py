"""Archives that list far more members than anybody has: every door refuses them before ``zipfile`` lists them."""

import io
import struct
import tracemalloc
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZipFile

import pytest

from chalicelib.exchange import zips
from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.files.zip_files import MAX_DIRECTORY, TooManyMembers, open_zip
from chalicelib.models.exchange import Exchange
from tests.unit.pricelists.files import refusal

_MEMBER = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, *(0,) * 8, 1, *(0,) * 6) + b"a"


def bomb(members: int, first: str = "a") -> bytes:
    """An archive of this many members in 47 bytes each, of which only the first is there."""
    target = io.BytesIO()
    with ZipFile(target, "w") as archive:
        archive.writestr(first, b"x" * 100)
    begin = target.getvalue().partition(b"PK\x01\x02")[0]
    count = min(members, 0xFFFF)
    return begin + _MEMBER * members + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, 47 * members, 0, 0)


BOMB = MAX_DIRECTORY // 47 + 1


def test_a_directory_beyond_all_measure_is_not_read() -> None:
    assert len(open_zip(io.BytesIO(bomb(1_000))).infolist()) == 1_000
    content = io.BytesIO(bomb(BOMB))
    tracemalloc.start()
    with pytest.raises(TooManyMembers) as failed:
        open_zip(content)
    assert failed.value.count == BOMB
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(("first", "code"), [("a", "zip_members"), ("xl/workbook.xml", "workbook_too_large")])
def test_no_list_is_such_an_archive(first: str, code: str) -> None:
    assert refusal(bomb(BOMB, first)).code == code


def test_nothing_that_1c_sends_is_such_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zips, "ChunkedFile", lambda *_: io.BytesIO(bomb(BOMB)))
    with pytest.raises(ExchangeFailed, match="too_many_parts"):
        zips.parts_in(Exchange(files=[{"name": "1.zip", "chunks": []}]), 0)


@pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
def test_what_unpacks_without_a_bound_is_not_unpacked(monkeypatch: pytest.MonkeyPatch, method: int) -> None:
    target = io.BytesIO()
    with ZipFile(target, "w", method) as archive:
        archive.writestr("a.xml", bytes(5_000_000))
        archive.writestr("b.xml", bytes(5_000_000))
    monkeypatch.setattr(zips, "ChunkedFile", lambda *_: io.BytesIO(target.getvalue()))
    tracemalloc.start()
    assert refusal(target.getvalue()).code == "gzip_broken"
    with pytest.raises(ExchangeFailed, match="broken_zip"):
        zips.parts_in(Exchange(files=[{"name": "1.zip", "chunks": []}]), 0)
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
