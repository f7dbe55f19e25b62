"""Price lists that are packed by gzip."""

import gzip
import zlib
from typing import BinaryIO, cast

import pytest

from chalicelib.pricelists.reading.faults import Limits, PriceListRejected
from chalicelib.pricelists.reading.reader import PriceList
from tests.unit.pricelists.files import good, goods, read, refusal


class Endless:
    """A file with this start, followed by the same bytes forever."""

    def __init__(self, head: bytes, more: bytes) -> None:
        self.given = 0
        self._waiting, self._more = head, more * 1000

    def read(self, size: int) -> bytes:
        assert self.given < 2**20
        while len(self._waiting) < size:
            self._waiting += self._more
        found, self._waiting = self._waiting[:size], self._waiting[size:]
        self.given += len(found)
        return found

    def close(self) -> None:
        """As of a file."""


def test_several_parts_and_padding_are_one_file() -> None:
    content = goods(good(), good(id="2")).encode()
    packed = gzip.compress(content[:60]) + gzip.compress(content[60:]) + b"\0" * 40_000
    assert len(read(packed).goods) == 2


@pytest.mark.parametrize("content", [
    gzip.compress(goods(good()).encode() * 50)[:-9], gzip.compress(b"a: b")[:12], b"\x1f\x8b", b"\x1f\x8bxxxxxxxx",
    gzip.compress(goods(good()).encode()) + b"more", gzip.compress(goods(good()).encode())[:-8] + b"\0" * 8,
], ids=["cut off", "cut off early", "two bytes", "no header", "more behind", "wrong sum"])  # fmt: skip
def test_a_damaged_file_is_refused(content: bytes) -> None:
    assert refusal(content).code == "gzip_broken"


def test_gzip_in_gzip_is_refused() -> None:
    assert refusal(gzip.compress(gzip.compress(b"a: b"))).code == "gzip_nested"


def test_the_limit_is_that_of_the_unpacked_file() -> None:
    content = gzip.compress(goods(*(good(id=str(n)) for n in range(100))).encode())
    assert refusal(content, Limits(max_bytes=5000)).code == "file_too_large"


@pytest.mark.parametrize("filling", [b"\0", gzip.compress(b"")], ids=["zeros", "empty parts"])
@pytest.mark.parametrize("follows", [b"", gzip.compress(goods(good()).encode())], ids=["alone", "after goods"])
def test_a_stream_that_unpacks_to_nothing_is_not_read_for_ever(filling: bytes, follows: bytes) -> None:
    stream = Endless((follows or gzip.compress(b"")) + filling * 10, filling)
    with pytest.raises(PriceListRejected) as rejected:
        list(PriceList(lambda: cast(BinaryIO, stream), Limits(max_bytes=100_000)))
    assert rejected.value.fault.code == "file_too_large"
    assert stream.given <= 150_000


def test_a_bomb_is_refused_before_it_unfolds() -> None:
    engine = zlib.compressobj(9, wbits=31)
    packed = b"".join(engine.compress(b"#" * 2**20 + b"\n") for _ in range(64)) + engine.flush()
    assert refusal(packed, Limits(max_good_bytes=2**40)).code == "gzip_too_dense"
