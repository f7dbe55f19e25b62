"""Generations of the index in the bucket: files that never change, a list of them, and a pointer to the present list.

A builder of the next generation writes new files and their list, then moves the pointer if no other builder has. So
a builder that dies leaves only files that no list names, and of two builders one has to start again. What a reader has
fetched stays valid; it fetches only new files.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict, cast

from botocore.exceptions import ClientError

from chalicelib import aws, clock
from chalicelib.catalogue.search.documents import BuildRecord, ShopState
from chalicelib.catalogue.search.embedded.version import VERSION
from chalicelib.ids import new_id
from chalicelib.models.search import SearchPointer
from chalicelib.settings import settings

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3.type_defs import ObjectTypeDef

_FOLDER: Final = f"search/{VERSION}/"
_FILES, _LISTS = f"{_FOLDER}files/", f"{_FOLDER}generations/"
# The file that lists all others of the index: the last one written, and the only one that is ever replaced.
_META: Final = "meta.json"
_PIECE = 1 << 20
# Readers may still be fetching the generations before the present one, and builders uploading the next.
_KEPT_GENERATIONS = 3
_KEPT_FOR = timedelta(hours=1)


# Words and parameters are never removed, and searches also read deleted offers: beyond this, build from scratch.
_REBUILT_AFTER = timedelta(days=7)
_MOST_DELETED = 0.2
# tantivy merges eight small segments into one, so there are more only if merging fails.
_MOST_SEGMENTS = 24
# How far the clocks of a bucket may differ.
_CLOCKS = timedelta(minutes=1)


class FilesMissing(Exception):
    """A file of the generation is not in the bucket: it is so old that it has been cleaned up."""


class FilesDamaged(Exception):
    """A file of the generation, or its list, is not what its builder wrote."""


UNUSABLE: Final = (FilesMissing, FilesDamaged)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of an index: its name, its key in the bucket, and the hash and size in bytes that it must have."""

    name: str
    key: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation of the index: its number, the key of its list, the moment it reflects, its files, its shops by id.

    ``built`` is the moment of the full build that it comes from, ``deleted`` the share of its documents that are
    deleted, from 0 to 1.
    """

    number: int
    key: str
    as_of: str
    files: tuple[StoredFile, ...]
    shops: Mapping[int, ShopState]
    built: str = ""
    deleted: float = 0.0

    @property
    def segments(self) -> int:
        """How many segments the index consists of."""
        return len({one.name.partition(".")[0] for one in self.files if one.name != _META})


def present() -> Generation | None:
    """Return the present generation, None before the first one. Costs a GetItem and a GetObject.

    Raises FilesMissing if its list was cleaned up in between (the next call returns a later generation), FilesDamaged
    if it cannot be read.
    """
    pointer = SearchPointer.at(VERSION).find()
    return _load(pointer.key) if pointer is not None else None


def base() -> Generation | None:
    """Return the present generation as the base of the next one; without files and shops if its list is unreadable."""
    pointer = SearchPointer.at(VERSION).find()
    if pointer is None:
        return None
    try:
        return _load(pointer.key)
    except UNUSABLE:
        return Generation(pointer.generation, pointer.key, "", (), {})


def build_record() -> BuildRecord | None:
    """Return what was recorded about the present generation; None if no usable one exists.

    It also counts as worn if a file in the bucket has changed or is missing: builders have their own copies and would
    not notice. Costs listing the folder in addition to ``present``.
    """
    try:
        found = present()
    except UNUSABLE:
        return None
    return BuildRecord(found.shops, found.built, _is_worn(found) or not _is_whole(found)) if found is not None else None


def _is_whole(found: Generation) -> bool:
    """Whether all files exist in their sizes, and none was written after the list that names it."""
    stored = {one["Key"]: one for one in _objects()}
    if (listed := stored.get(found.key)) is None:
        return False
    latest = listed["LastModified"] + _CLOCKS
    files = [(stored.get(one.key), one.size) for one in found.files]
    return all(one is not None and one["Size"] == size and one["LastModified"] <= latest for one, size in files)


def _is_worn(found: Generation) -> bool:
    is_old = clock.now() - clock.from_stamp(found.built) > _REBUILT_AFTER
    return is_old or found.deleted > _MOST_DELETED or found.segments > _MOST_SEGMENTS


def present_key() -> str | None:
    """Return the key of the present generation's list, None before the first one. Costs a GetItem."""
    pointer = SearchPointer.at(VERSION).find(consistent=False)
    return pointer.key if pointer is not None else None


def _load(key: str) -> Generation:
    try:
        body = json.loads(_body(key).read())
        files = tuple(StoredFile(**one) for one in body["files"])
        shops = {int(shop_id): ShopState(**state) for shop_id, state in body["shops"].items()}
        return Generation(body["number"], key, body["as_of"], files, shops, body["built"], body["deleted"])
    except (ValueError, TypeError, LookupError, AttributeError) as failure:
        raise FilesDamaged(key) from failure


def _named_by(key: str) -> set[str]:
    """Return the keys of the files that a list names; none if it is damaged, or another worker has deleted it."""
    try:
        return {file.key for file in _load(key).files}
    except UNUSABLE:
        return set()


def publish(directory: Path, base: Generation | None, shops: Mapping[int, ShopState], as_of: str) -> Generation | None:
    """Publish the directory as the generation after ``base``; return it, or None if another builder was faster.

    Files that ``base`` has are not written again, and no file that readers use is changed.
    """
    known = {one.name: one for one in base.files if one.name != _META} if base is not None else {}
    files = tuple(known.get(name) or _upload(directory / name) for name in _names(directory))
    number = base.number + 1 if base is not None else 1
    key = f"{_LISTS}{number:09d}-{new_id()}.json"
    built = base.built if base is not None and base.files else as_of
    made = Generation(number, key, as_of, files, dict(shops), built, _deleted(directory))
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=_listing(made))
    pointer = SearchPointer.at(VERSION)
    pointer.generation, pointer.key = number, key
    unmoved = SearchPointer.pk.does_not_exist() if base is None else SearchPointer.key == base.key
    return made if pointer.save_where(unmoved) else None


def _listing(made: Generation) -> bytes:
    body = {name: value for name, value in asdict(made).items() if name != "key"}
    return json.dumps(body).encode()


class _Deletes(TypedDict):
    num_deleted_docs: int
    opstamp: int


class _Segment(TypedDict):
    """The part of tantivy's segment metadata that we read."""

    segment_id: str
    max_doc: int
    deletes: _Deletes | None


def _segments(directory: Path) -> list[_Segment]:
    return cast("list[_Segment]", json.loads((directory / _META).read_text("utf-8"))["segments"])


def _deleted(directory: Path) -> float:
    segments = _segments(directory)
    deleted = sum(one["deletes"]["num_deleted_docs"] for one in segments if one["deletes"])
    return deleted / max(1, sum(one["max_doc"] for one in segments))


def _names(directory: Path) -> list[str]:
    """Return the names of the files that the index still needs; the one that lists the others comes last."""
    names = []
    for segment in _segments(directory):
        begins = segment["segment_id"].replace("-", "")
        deletions = f".{segment['deletes']['opstamp']}.del" if segment["deletes"] else None
        for path in sorted(directory.glob(f"{begins}.*")):
            if path.suffix != ".del" or path.name == f"{begins}{deletions}":
                names.append(path.name)
    return [*names, _META]


def _upload(path: Path) -> StoredFile:
    key = f"{_FILES}{new_id()}-{path.name}"
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        aws.client("s3").put_object(Bucket=settings().files_bucket, Key=key, Body=file)
    return StoredFile(path.name, key, digest, path.stat().st_size)


def fetch(generation: Generation, directory: Path) -> None:
    """Fetch the files of the generation that the directory lacks; a file is there as a whole or not at all.

    Raises FilesMissing and FilesDamaged; the directory then keeps its files and those fetched so far.
    """
    directory.mkdir(parents=True, exist_ok=True)
    for one in generation.files:
        path = directory / one.name
        if one.name == _META or not path.exists() or path.stat().st_size != one.size:
            _download(one, path)


def tidy(generation: Generation, directory: Path) -> None:
    """Delete files from the directory that the generation does not have. Open files stay readable."""
    names = {one.name for one in generation.files}
    for path in directory.iterdir():
        if path.name not in names and not path.name.startswith("."):
            path.unlink(missing_ok=True)


def _download(one: StoredFile, path: Path) -> None:
    part = path.with_name(f".{path.name}.part")
    digest = hashlib.sha256()
    with part.open("wb") as file:
        for piece in _body(one.key).iter_chunks(_PIECE):
            digest.update(piece)
            file.write(piece)
    if (part.stat().st_size, digest.hexdigest()) != (one.size, one.sha256):
        part.unlink()
        raise FilesDamaged(one.key)
    part.replace(path)


def clean() -> int:
    """Delete objects that no reader or builder can need any more; return how many.

    The last generations are kept, with everything their lists name, and so is everything younger than an hour. Numbers
    start again if the pointer is deleted, so lists with higher numbers are from before that.
    """
    pointer = SearchPointer.at(VERSION).find()
    if pointer is None:
        return 0
    oldest = f"{_LISTS}{max(0, pointer.generation - _KEPT_GENERATIONS + 1):09d}"
    behind = f"{_LISTS}{pointer.generation + 1:09d}"
    objects = list(_objects())
    kept = {one["Key"] for one in objects if one["Key"].startswith(_LISTS) and oldest <= one["Key"] < behind}
    kept |= {named for key in sorted(kept) for named in _named_by(key)}
    horizon = clock.now() - _KEPT_FOR
    old = [one["Key"] for one in objects if one["Key"] not in kept and one["LastModified"] < horizon]
    for key in old:
        aws.client("s3").delete_object(Bucket=settings().files_bucket, Key=key)
    return len(old)


def _objects() -> "Iterator[ObjectTypeDef]":
    pages = aws.client("s3").get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=settings().files_bucket, Prefix=_FOLDER):
        yield from page.get("Contents", ())


def _body(key: str) -> "StreamingBody":
    try:
        return aws.client("s3").get_object(Bucket=settings().files_bucket, Key=key)["Body"]
    except ClientError as failure:
        if failure.response["Error"]["Code"] in {"NoSuchKey", "404"}:
            raise FilesMissing(key) from None
        raise
