"""The chunks in which 1C sends a file: stored as objects of the bucket, read as the file that they make up."""

import hashlib
import io
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.exchange.errors import ExchangeFailed
from chalicelib.models.exchange import Exchange, SentFile
from chalicelib.settings import settings

_DIGEST_BYTES = 8


def described(content: bytes) -> tuple[int, str]:
    """Return a chunk as its file lists it: size and digest."""
    return len(content), hashlib.blake2b(content, digest_size=_DIGEST_BYTES).hexdigest()


def store(exchange: Exchange, file: int, number: int, content: bytes) -> None:
    """Put a chunk into the bucket: the ``number``-th of the exchange's ``file``-th file."""
    key = _key(exchange, file, number, described(content)[1])
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=content)


def size_of(file: SentFile) -> int:
    """Return the bytes of a file that have arrived."""
    return sum(size for size, _ in file["chunks"])


class ChunkedFile(io.RawIOBase):
    """A file that arrived in chunks, for reading anywhere in it; one chunk is in memory at a time."""

    def __init__(self, exchange: Exchange, index: int) -> None:
        super().__init__()
        chunks: Sequence[tuple[int, str]] = exchange.files[index]["chunks"]
        self._keys = [_key(exchange, index, number, digest) for number, (_, digest) in enumerate(chunks)]
        self._ends: list[int] = []
        for size, _ in chunks:
            self._ends.append((self._ends[-1] if self._ends else 0) + size)
        self._at = 0
        self._held: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._ends[-1] if self._ends else 0}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        number = next((place for place, end in enumerate(self._ends) if self._at < end), None)
        if number is None:
            return 0
        chunk = self._chunk(number)
        start = self._at - (self._ends[number] - len(chunk))
        piece = chunk[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number:
            try:
                answer = aws.client("s3").get_object(Bucket=settings().files_bucket, Key=self._keys[number])
            except ClientError as failure:
                if failure.response["Error"]["Code"] in {"NoSuchKey", "404", "403", "AccessDenied"}:
                    raise ExchangeFailed("expired") from failure
                raise
            self._held = number, answer["Body"].read()
        return self._held[1]


def whole(exchange: Exchange, index: int) -> bytes:
    """Return all bytes of a file."""
    return ChunkedFile(exchange, index).read() or b""


def _key(exchange: Exchange, file: int, number: int, digest: str) -> str:
    return f"exchange/{exchange.shop_id}/{exchange.key_id}/{file}-{number}-{digest}"
