"""How a price list comes in: dropped into the bucket, uploaded through the API, or named by an address.

Whatever the door, there is one record of the import, the file ends up in the bucket below ``incoming/<shop>/``, and
the bucket's event starts the import.
"""

import hashlib
import json
import re
from typing import Any, BinaryIO
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError
from pynamodb.expressions.update import Action

from chalicelib import aws, clock
from chalicelib.bodies import Upload
from chalicelib.errors import NotFound, field_error
from chalicelib.ids import LIMIT, as_id, new_id
from chalicelib.logs import log
from chalicelib.models.catalogue import Shop
from chalicelib.models.jobs import DUE_IMPORT, Import
from chalicelib.pricelists import arriving
from chalicelib.settings import settings

# The sweeper looks after an import that nobody has finished by then.
FIRST_LOOK = 120
MAX_URL = 2_000
# A form for an upload past the API holds for so many seconds and for a file of at most so many bytes.
UPLOAD_SECONDS = 900
MAX_UPLOAD = 400_000_000
LIST_LIMIT = 100
_KEY = re.compile(r"incoming/(\d{1,16})/(.+)", re.DOTALL)
_OURS = re.compile(r"upload-(\d{1,16})(?:\.[a-z]+)?")


def upload(shop_id: int, file: Upload, *, dry_run: bool = False) -> int:
    """Store an uploaded file and give the id of its import; a ``dry_run`` only tells what it would do."""
    record = _record(new_id(), shop_id, "api", file.name)
    record.dry_run = dry_run
    record.file_key = upload_key(shop_id, record.import_id)
    record.save(condition=Import.pk.does_not_exist())
    store(record, file.content)
    return record.import_id


def upload_form(shop_id: int) -> dict[str, Any]:
    """A form by which the supplier may send one file straight into the bucket: ``url``, ``fields`` and ``key``.

    Bound to the key, which lies below the shop's own prefix, and to the size. The file's arrival starts its import.
    """
    key = f"incoming/{shop_id}/direct-{new_id()}"
    form: dict[str, Any] = aws.client("s3").generate_presigned_post(
        Bucket=settings().files_bucket,
        Key=key,
        Conditions=[["content-length-range", 1, MAX_UPLOAD]],
        ExpiresIn=UPLOAD_SECONDS,
    )
    return {"url": form["url"], "fields": form["fields"], "key": key}


def pull(shop_id: int, url: str, *, dry_run: bool = False) -> int:
    """Have a job fetch the file from an http(s) address; as ``upload``. Raises FieldErrors."""
    check_url(url)
    record = new_pull(shop_id, url, "url")
    record.dry_run = dry_run
    record.save(condition=Import.pk.does_not_exist())
    enqueue(record.import_id)
    return record.import_id


def check_url(url: str) -> None:
    """Raises FieldErrors for what is no http(s) address; whether it may be fetched is found out when it is."""
    if len(url) > MAX_URL or not re.match(r"https?://[^\s/]+", url, re.IGNORECASE):
        raise field_error("url", "url")


def new_pull(shop_id: int, url: str, door: str) -> Import:
    """The record of an import whose file is to be fetched, not stored yet."""
    record = _record(new_id(), shop_id, door, "")
    record.url, record.file_key = url, upload_key(shop_id, record.import_id)
    return record


def take_again(shop_id: int, key: str) -> int:
    """Import a file that is in the bucket below ``incoming/<shop>/`` already, as if it had come in just now.

    It is the newest version of the file that is taken. Gives the id of the import; raises FieldErrors.
    """
    match = _KEY.fullmatch(key)
    version = _stored_version(key) if match and as_id(match.group(1)) == shop_id else None
    if match is None or version is None:
        raise field_error("key", "stored_file", shop=shop_id)
    record = _record(new_id(), shop_id, "stored", match.group(2)[-200:])
    record.file_key, record.file_version, record.stamp = key, version, record.created_at
    record.save(condition=Import.pk.does_not_exist())
    enqueue(record.import_id)
    return record.import_id


def _stored_version(key: str) -> str | None:
    """The version of the file under this key; None where there is no file."""
    try:
        answer = aws.client("s3").head_object(Bucket=settings().files_bucket, Key=key)
    except ClientError as failure:
        # To those who may not list the bucket, S3 says of a file that is missing that it is forbidden.
        if failure.response["Error"]["Code"] in {"404", "403", "NoSuchKey"}:
            return None
        raise
    return str(answer.get("VersionId") or "")


def store(record: Import, content: bytes | BinaryIO) -> None:
    """Put the file of an import into the bucket, where its arrival starts the import."""
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=record.file_key, Body=content)


def upload_key(shop_id: int, import_id: int) -> str:
    """Where the file of an import that has a record already is stored; what it is, only its content tells."""
    return f"incoming/{shop_id}/upload-{import_id}"


def enqueue(import_id: int, *, delay: int = 0) -> None:
    """Ask the import job to work on this import."""
    aws.enqueue(settings().imports_queue, json.dumps({"import_id": import_id}), delay=delay)


def file_arrived(event: dict[str, Any]) -> int | None:
    """Register one record of an S3 event and start its import.

    S3 tells of a file more than once and out of order: the file's version makes the same event the same import, and
    its sequencer tells which of two files of the same key is the later one, its time which of two others. Returns the
    import's id; None for a key that belongs to no shop.
    """
    obj = event["s3"]["object"]
    key = unquote_plus(obj["key"])
    match = _KEY.fullmatch(key)
    shop_id = as_id(match.group(1)) if match else None
    if match is None or shop_id is None or not _shop_exists(shop_id):
        log.warning("file of no shop", extra={"key": key[:200]})
        return None
    told = event["eventTime"], obj.get("sequencer", "")
    version = obj.get("versionId") or None
    ours = _OURS.fullmatch(match.group(2))
    record = _announced(as_id(ours.group(1)), key) if ours else None
    if record is None:
        record = _record(_drop_id(key, version or "#".join(told)), shop_id, "s3", match.group(2)[-200:])
        record.file_key, record.file_version, record.stamp = key, version, arriving.stamp_of_file(key, *told)
        record.save_where(Import.pk.does_not_exist())
    elif record.stamp is None:
        _take_first(record, version, arriving.stamp_of_event(*told))
    elif record.file_version != (version or ""):
        log.warning("another version of an upload", extra={"import_id": record.import_id, "version": version})
    enqueue(record.import_id)
    return record.import_id


def _take_first(record: Import, version: str | None, stamp: str) -> None:
    """Have this version be the file of an import that has none yet.

    A later one came of storing the same upload again: it neither begins an import nor changes the file of one that may
    be planned at this moment.
    """
    actions: list[Action] = [Import.file_version.set(version or ""), Import.stamp.set(stamp)]
    record.update_where(Import.stamp.does_not_exist(), actions)


def _shop_exists(shop_id: int) -> bool:
    try:
        Shop.get(*Shop.key(shop_id))
    except Shop.DoesNotExist:
        return False
    return True


def _announced(import_id: int | None, key: str) -> Import | None:
    """The record that was made before its file was stored under this key; None where there is none."""
    if import_id is None:
        return None
    try:
        record = Import.get(Import.at(import_id).pk, Import.SK, consistent_read=True)
    except Import.DoesNotExist:
        return None
    return record if record.file_key == key else None


def _drop_id(key: str, version: str) -> int:
    digest = hashlib.blake2b(f"{key}\n{version}".encode(), digest_size=8, person=b"import").digest()
    return int.from_bytes(digest, "big") % (LIMIT - 1) + 1


def _record(import_id: int, shop_id: int, door: str, file_name: str) -> Import:
    record = Import.at(import_id)
    created_at = clock.stamp(clock.now())
    record.import_id, record.shop_id, record.door, record.status = import_id, shop_id, door, "queued"
    record.file_name, record.created_at = file_name[:200], created_at
    record.owner_key, record.created_key = f"SHOP#{shop_id}", f"{created_at}#{import_id}"
    record.due_key, record.due_at = DUE_IMPORT, clock.stamp(clock.after(FIRST_LOOK))
    return record


def get_import(shop_id: int, import_id: int) -> Import:
    """One of the shop's own imports. Raises NotFound, also for another shop's."""
    try:
        record = Import.get(Import.at(import_id).pk, Import.SK, consistent_read=True)
    except Import.DoesNotExist:
        raise NotFound from None
    if record.shop_id != shop_id:
        raise NotFound
    return record


def imports_of(shop_id: int, limit: int = LIST_LIMIT, after: str = "") -> tuple[list[Import], str | None]:
    """A page of the shop's own imports, newest first, and the position after which the next one begins."""
    until = Import.created_key < after if after else None
    stored = Import.by_owner.query(f"SHOP#{shop_id}", until, scan_index_forward=False, limit=limit + 1)
    found = list(stored)
    return found[:limit], found[limit - 1].created_key if len(found) > limit else None
