"""How a price list comes in: dropped into the bucket, uploaded through the API, or named by an address.

Whatever the door, there is one record of the import, the file ends up in the bucket below ``incoming/<shop>/``, and
the bucket's event starts the import.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, BinaryIO, TypedDict

from botocore.exceptions import ClientError

from chalicelib import aws, clock
from chalicelib.errors import field_error
from chalicelib.hosts import is_ambiguous
from chalicelib.ids import new_id
from chalicelib.models.imports import Import
from chalicelib.pricelists import records
from chalicelib.pricelists.arrival import file_keys
from chalicelib.pricelists.records import new_record
from chalicelib.settings import settings

if TYPE_CHECKING:
    from chalicelib.bodies import Upload

MAX_URL = 2_000
# How many seconds a form for a direct upload is valid, and how many bytes its file may have.
UPLOAD_SECONDS = 900
MAX_UPLOAD = 400_000_000
# How long the form of a page is valid.
PAGE_SECONDS = 3_600
_NEWEST = 25


def upload(shop_id: int, file: "Upload", *, dry_run: bool = False, import_id: int | None = None) -> int:
    """Store an uploaded file and return the id of its import; a ``dry_run`` only reports what it would do.

    With an ``import_id``, which follows from what was sent, sending it again begins no other import.
    """
    record = new_record(import_id or new_id(), shop_id, "api", file.name)
    record.dry_run = dry_run
    record.file_key = file_keys.upload_key(shop_id, record.import_id)
    if import_id is None:
        records.create(record)
    else:
        records.create_once(record)
    # Stored twice, it is the same upload; stored only once, its first request might have ended before.
    store(record, file.content)
    return record.import_id


class DirectForm(TypedDict):
    """A form for one file: where to send it, with which fields, and the key that it will have."""

    url: str
    fields: dict[str, str]
    key: str


def upload_form(shop_id: int) -> DirectForm:
    """Return a form with which the supplier can send one file directly to the bucket: ``url``, ``fields`` and ``key``.

    Bound to the key, which lies below the shop's own prefix, and to the size. The file's arrival starts its import.
    """
    return _signed(file_keys.direct_key(shop_id, new_id()), {}, UPLOAD_SECONDS)


class PageForm(DirectForm):
    """A form for one file that a page shows; ``until`` is the stamp when it expires."""

    until: str


def page_form(shop_id: int, return_to: Callable[[int], str]) -> PageForm:
    """Return a form as ``upload_form`` does, for a page: the file keeps its name, and the browser returns afterwards.

    ``return_to`` makes the address to return to of the upload's number; where it is "", S3 answers without a page. The
    form is valid for an hour: people are called away.
    """
    number = new_id()
    key = file_keys.named_key(shop_id, number)
    back = return_to(number)
    form = _signed(key + "${filename}", {"success_action_redirect": back} if back else {}, PAGE_SECONDS)
    until = clock.stamp(clock.after(PAGE_SECONDS))
    return {"url": form["url"], "fields": form["fields"], "key": key, "until": until}


def _signed(key: str, fields: Mapping[str, str], seconds: int) -> DirectForm:
    """Return S3's form for a file of at most MAX_UPLOAD bytes under this key, with these fields and no others."""
    form = aws.signer().generate_presigned_post(
        Bucket=settings().files_bucket,
        Key=key,
        Fields=dict(fields),
        Conditions=[["content-length-range", 1, MAX_UPLOAD], *({name: value} for name, value in fields.items())],
        ExpiresIn=seconds,
    )
    return {"url": form["url"], "fields": form["fields"], "key": key}


def import_of(shop_id: int, number: int) -> int | None:
    """Return the newest import of a file that was sent by the page's form with this number, None before it arrives.

    Looks among the newest imports of the shop.
    """
    found, _ = records.imports_of(shop_id, _NEWEST)
    key = file_keys.named_key(shop_id, number)
    return next((one.import_id for one in found if (one.file_key or "").startswith(key)), None)


def pull(shop_id: int, url: str, *, dry_run: bool = False, import_id: int | None = None) -> int:
    """Have a job fetch the file from an http(s) address; otherwise as ``upload``. Raises FieldErrors.

    With an ``import_id``, which follows from what asks for the import, asking again begins no other.
    """
    check_url(url)
    record = new_pull(shop_id, url, "url", import_id)
    record.dry_run = dry_run
    return _begun(record, once=import_id is not None)


def check_url(url: str) -> None:
    """Raise FieldErrors unless this is an http(s) address; the download checks whether it may be fetched."""
    host = re.match(r"https?://([^\s/]+)", url, re.IGNORECASE)
    if len(url) > MAX_URL or host is None:
        raise field_error("url", "url")
    if is_ambiguous(host[1]):
        raise field_error("url", "host_spelling")


def _begun(record: Import, *, once: bool) -> int:
    """Store the record and start its import, unless that is to happen ``once`` and has; return its id."""
    if not once:
        records.create(record)
    elif not records.create_once(record):
        return record.import_id
    records.dispatch(record.import_id)
    return record.import_id


def new_pull(shop_id: int, url: str, door: str, import_id: int | None = None) -> Import:
    """Return the record, not stored yet, of an import whose file a job will fetch; its id is new if none is given."""
    record = new_record(import_id or new_id(), shop_id, door, "")
    record.url, record.file_key = url, file_keys.upload_key(shop_id, record.import_id)
    return record


def take_again(shop_id: int, key: str, *, dry_run: bool = False, import_id: int | None = None) -> int:
    """Import a file that is already in the bucket below ``incoming/<shop>/``, as if it had just arrived.

    Takes the newest version of the file. Returns the id of the import; ``import_id`` as in ``pull``. Raises
    FieldErrors.
    """
    parsed = file_keys.parse(key)
    version = _stored_version(key) if parsed is not None and parsed.shop_id == shop_id else None
    if parsed is None or version is None:
        raise field_error("key", "stored_file", shop=shop_id)
    record = new_record(import_id or new_id(), shop_id, "stored", parsed.name[-200:])
    record.file_key, record.file_version, record.stamp, record.dry_run = key, version, record.created_at, dry_run
    return _begun(record, once=import_id is not None)


def _stored_version(key: str) -> str | None:
    """Return the version of the file under this key, or None if it does not exist."""
    try:
        answer = aws.client("s3").head_object(Bucket=settings().files_bucket, Key=key)
    except ClientError as failure:
        # Without permission to list the bucket, S3 answers 403 for a missing file.
        if failure.response["Error"]["Code"] in {"404", "403", "NoSuchKey"}:
            return None
        raise
    return str(answer.get("VersionId") or "")


def store(record: Import, content: bytes | BinaryIO) -> None:
    """Put the file of an import into the bucket, where its arrival starts the import."""
    aws.client("s3").put_object(Bucket=settings().files_bucket, Key=record.file_key, Body=content)
