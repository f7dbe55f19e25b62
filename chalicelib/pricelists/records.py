"""How a price list comes in: dropped into the bucket, uploaded through the API, or named by an address."""

import json

from chalicelib import aws, clock
from chalicelib.dynamo.reading import newest
from chalicelib.errors import NotFound
from chalicelib.models.imports import DUE_IMPORT, Import
from chalicelib.settings import settings

# The sweeper looks after an import that nobody has finished by then.
FIRST_LOOK = 120
LIST_LIMIT = 100


def enqueue(import_id: int, *, delay: int = 0) -> None:
    """Ask the import job to work on this import."""
    aws.enqueue(settings().imports_queue, json.dumps({"import_id": import_id}), delay=delay)


def _record(import_id: int, shop_id: int, door: str, file_name: str) -> Import:
    record = Import.at(import_id)
    created_at = clock.stamp(clock.now())
    record.import_id, record.shop_id, record.door, record.status = import_id, shop_id, door, "queued"
    record.file_name, record.created_at = file_name[:200], created_at
    record.owner_key, record.created_key = Import.owner_partition(shop_id), f"{created_at}#{import_id}"
    record.due_key, record.due_at = DUE_IMPORT, clock.stamp(clock.after(FIRST_LOOK))
    return record


def get_import(shop_id: int, import_id: int) -> Import:
    """One of the shop's own imports. Raises NotFound, also for another shop's."""
    record = Import.at(import_id).require()
    if record.shop_id != shop_id:
        raise NotFound
    return record


def imports_of(shop_id: int, limit: int = LIST_LIMIT, after: str = "") -> tuple[list[Import], str | None]:
    """A page of the shop's own imports, newest first, and the position after which the next one begins."""
    return newest(Import.by_owner, Import.owner_partition(shop_id), Import.created_key, limit, after)


def stored(import_id: int) -> Import | None:
    """The record of an import as it is now."""
    return Import.at(import_id).find()


def waiting(import_id: int) -> Import | None:
    """The record of an import, whether or not it waits."""
    return Import.at(import_id).find()
