"""The files in the bucket that hold a plan, and what a shop has: written once, read by any worker.

A plan lies below ``plans/<import>/<attempt>/``, where no other attempt at planning writes, so what a worker that was
taken for dead still writes disturbs nobody.
"""

import gzip
import io
import json
import tempfile
from collections import Counter
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, BinaryIO, TypedDict, cast

from botocore.exceptions import ClientError

from chalicelib import aws
from chalicelib.goods import Good, frozen, long_characters
from chalicelib.ids import new_id
from chalicelib.pricelists.planning.snapshot import Known, SnapshotUnreadable
from chalicelib.settings import settings

# A chunk ends at this many goods, or characters of their longer texts: a few megabytes, whatever the goods are like.
CHUNK = 1_000
CHUNK_TEXT = 2_000_000
_NAMES = [field.name for field in fields(Good)]
_values = attrgetter(*_NAMES)
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "404"})


@dataclass(frozen=True, slots=True)
class Write:
    """A good to be written, under the id it has or, if it is ``new``, should get.

    One that ``keeps_stock`` leaves the stored quantity alone, and what is known of sales.
    """

    good: Good
    digest: str
    offer_id: int
    new: bool
    keeps_stock: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """A part of a plan: goods to write and offers to take off sale."""

    writes: list[Write]
    gone: list[int]


class StoredPlaces(TypedDict):
    """Where the goods of a plan go, as JSON: a category is its id, name, first name and shards."""

    shop: int
    listing: int
    categories: dict[str, tuple[int, str, str, int]]


class ChunkWriter:
    """A sink that stores what is planned, a chunk at a time. ``close`` when all is planned."""

    def __init__(self, import_id: int) -> None:
        self.where = f"plans/{import_id}/{new_id()}"
        self.chunks = 0
        self._goods: list[Any] = []
        self._gone: list[int] = []
        self._text = 0

    def good(self, good: Good, good_digest: str, offer_id: int, *, new: bool, keeps_stock: bool = False) -> None:
        """Take a good to write."""
        # Of four elements as in earlier releases, unless there is something to say that these did not know.
        self._goods.append((_values(good), good_digest, offer_id, new, *([True] if keeps_stock else [])))
        self._text += long_characters(good)
        self._flush(CHUNK)

    def gone(self, offer_id: int) -> None:
        """Add an offer to withdraw."""
        self._gone.append(offer_id)
        self._flush(CHUNK)

    def close(self, per_category: Counter[str], total: int) -> None:
        """Store the rest, and what every chunk needs to know of the whole."""
        self._flush(1)
        put_json(f"{self.where}/head.json.gz", {"categories": per_category, "total": total})

    def _flush(self, least: int) -> None:
        if len(self._goods) + len(self._gone) >= least or self._text >= CHUNK_TEXT:
            body = {"fields": _NAMES, "goods": self._goods, "gone": self._gone}
            put_json(f"{self.where}/{self.chunks}.json.gz", body)
            self.chunks += 1
            self._goods, self._gone, self._text = [], [], 0


def read_chunk(where: str, number: int) -> Chunk:
    """Return one chunk of a plan."""
    body = get_json(f"{where}/{number}.json.gz")
    names = body["fields"]
    writes = [Write(Good(**dict(zip(names, frozen(values), strict=True))), *more) for values, *more in body["goods"]]
    return Chunk(writes, body["gone"])


def read_head(where: str) -> tuple[dict[str, int], int]:
    """Return how many goods of each category will be written, and how many goods the list has."""
    head = get_json(f"{where}/head.json.gz")
    return head["categories"], head["total"]


def write_places(where: str, places: StoredPlaces) -> None:
    """Store where in the lists the goods of a plan go."""
    put_json(f"{where}/places.json.gz", places)


def read_places(where: str) -> StoredPlaces:
    """Return what ``write_places`` stored."""
    return cast(StoredPlaces, get_json(f"{where}/places.json.gz"))


def write_snapshot(shop_id: int, import_id: int, known: Known) -> str:
    """Store what the shop will have once the import is applied; return the key to read it by."""
    key = f"snapshots/{shop_id}/{import_id}-{new_id()}"
    with tempfile.TemporaryFile() as file:
        known.dump(cast(BinaryIO, file))
        file.seek(0)
        aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=file)
    return key


def read_snapshot(key: str) -> Known | None:
    """Return what the shop has according to this snapshot; None if it is gone or of another layout."""
    try:
        answer = aws.client("s3").get_object(Bucket=settings().files_bucket, Key=key)
    except ClientError as failure:
        if failure.response["Error"]["Code"] in _MISSING:
            return None
        raise
    try:
        return Known.load(cast(BinaryIO, answer["Body"]))
    except SnapshotUnreadable:
        return None


def delete_snapshot(key: str) -> None:
    """Delete a snapshot that has been replaced; it may be gone already."""
    aws.client("s3").delete_object(Bucket=settings().files_bucket, Key=key)


def put_json(key: str, body: object) -> None:
    """Store a value as JSON, packed."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    packed = gzip.compress(text.encode(), compresslevel=1, mtime=0)
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=packed)


def get_json(key: str) -> Any:
    """Return what ``put_json`` stored."""
    answer = aws.client("s3").get_object(Bucket=settings().files_bucket, Key=key)
    return json.load(gzip.GzipFile(fileobj=io.BytesIO(answer["Body"].read())))
