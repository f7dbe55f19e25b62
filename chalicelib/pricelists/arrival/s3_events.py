"""Files that arrive in the bucket: S3's event creates the import of a dropped file, or starts one that waits for it."""

from typing import NotRequired, TypedDict
from urllib.parse import unquote_plus

from pynamodb.expressions.update import Action

from chalicelib.logs import log
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.pricelists import records
from chalicelib.pricelists.arrival import file_keys, file_order
from chalicelib.pricelists.records import new_record


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
class S3Object(TypedDict):
    """The file of an event; its key is quoted as in a URL."""

    key: str
    sequencer: NotRequired[str]
    versionId: NotRequired[str]


class S3Facts(TypedDict):
    """What S3 adds to an event."""

    object: S3Object


class S3Record(TypedDict):
    """What we read of a record of an S3 event."""

    eventTime: str
    s3: S3Facts


def file_arrived(event: S3Record) -> int | None:
    """Register one record of an S3 event and start its import.

    S3 reports a file more than once and out of order: the file's version maps repeated events to the same import; its
    sequencer orders files of the same key, its time orders any others. Returns the import's id, or None for a key
    outside the shops' prefixes.
    """
    obj = event["s3"]["object"]
    key = unquote_plus(obj["key"])
    parsed = file_keys.parse(key)
    if parsed is None or not _shop_exists(parsed.shop_id):
        log.warning("file of no shop", extra={"key": key[:200]})
        return None
    order = event["eventTime"], obj.get("sequencer", "")
    version = obj.get("versionId") or None
    record = _announced(parsed.import_id, key)
    if record is None:
        import_id = records.id_from(f"{key}\n{version or '#'.join(order)}")
        record = new_record(import_id, parsed.shop_id, "s3", parsed.name[-200:])
        record.file_key, record.file_version, record.stamp = key, version, file_order.stamp_of_file(key, *order)
        records.create_once(record)
    elif record.stamp is None:
        _take_first(record, version, file_order.stamp_of_event(*order))
    elif record.file_version != (version or ""):
        log.warning("another version of an upload", extra={"import_id": record.import_id, "version": version})
    records.dispatch(record.import_id)
    return record.import_id


def _take_first(record: Import, version: str | None, stamp: str) -> None:
    """Make this version the file of an import that has none yet.

    A later one means that the same upload was stored again: it neither begins an import nor changes the file of one
    that may be planned at this moment.
    """
    actions: list[Action] = [Import.file_version.set(version or ""), Import.stamp.set(stamp)]
    record.update_where(Import.stamp.does_not_exist(), actions)


def _shop_exists(shop_id: int) -> bool:
    return Shop.at(shop_id).find(consistent=False) is not None


def _announced(import_id: int | None, key: str) -> Import | None:
    """Return the record that was made before its file was stored under this key, or None."""
    record = records.find(import_id) if import_id is not None else None
    return record if record is not None and record.file_key == key else None
