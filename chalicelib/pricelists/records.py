"""The record of an import: created, found, listed and moved here only. ``states`` says which moves exist."""

import hashlib
from collections.abc import Sequence

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import clock, jobs
from chalicelib.cursors import PAGE_LIMIT
from chalicelib.dynamo.conditions import is_not_true, is_true
from chalicelib.dynamo.reading import newest
from chalicelib.dynamo.transaction import Transaction
from chalicelib.errors import NotFound
from chalicelib.ids import LIMIT
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.pricelists.states import FINAL, Actor, Status, sources
from chalicelib.retention import IMPORTS


def new_record(import_id: int, shop_id: int, door: str, file_name: str) -> Import:
    """Return a new record, queued and not stored yet, of an import that came in through ``door``."""
    record = Import.at(import_id)
    created_at = clock.stamp(clock.now())
    record.import_id, record.shop_id, record.door, record.status = import_id, shop_id, door, Status.QUEUED
    record.file_name, record.created_at = file_name[:200], created_at
    record.owner_key, record.created_key = Import.owner_partition(shop_id), f"{created_at}#{import_id}"
    record.status_key = Import.status_partition(record.status)
    jobs.schedule(record, record.FIRST_LOOK)
    return record


def create(record: Import) -> None:
    """Store a new record. Raises RuntimeError if its id is taken, which a random id practically never is."""
    if not create_once(record):
        raise RuntimeError(f"import {record.import_id} exists")


def create_once(record: Import) -> bool:
    """Store a new record whose id follows from its file; return False, and change nothing, if it is stored already."""
    return record.save_where(Import.pk.does_not_exist())


def id_after(import_id: int) -> int:
    """Return the id of the import that repeats this one: always the same, however often it is repeated."""
    return id_from(f"again {import_id}")


def id_from(cause: str) -> int:
    """Return the id of an import that follows from what caused it: reported twice, it is one import."""
    digest = hashlib.blake2b(cause.encode(), digest_size=8, person=b"import").digest()
    return int.from_bytes(digest, "big") % (LIMIT - 1) + 1


def find(import_id: int) -> Import | None:
    """Return the record as stored now, or None if there is none."""
    return Import.at(import_id).find()


def require(import_id: int, *, shop_id: int | None = None) -> Import:
    """Return the record as stored now.

    Raises NotFound if there is none, or if ``shop_id`` is given and the import belongs to another shop.
    """
    record = Import.at(import_id).require()
    if shop_id not in {None, record.shop_id}:
        raise NotFound
    return record


def imports_of(shop_id: int, limit: int = PAGE_LIMIT, after: str = "") -> tuple[list[Import], str | None]:
    """Return a page of the shop's imports, newest first, and the position after which the next page begins."""
    return newest(Import.by_owner, Import.owner_partition(shop_id), Import.created_key, limit, after)


def stamp_of(record: Import) -> str:
    """Return the stamp that orders the imports of a shop by age: its file's, or its own while it has no file."""
    return record.stamp or record.created_at


def as_newest(record: Import) -> list[Action]:
    """Return the changes that make the import the newest of its shop."""
    return [Shop.last_import.set(stamp_of(record)), Shop.last_import_id.set(record.import_id)]


def is_newest(record: Import, shop: Shop) -> bool:
    """Return whether no newer list of the shop has been applied or has begun to be."""
    return shop.last_import is None or shop.last_import <= stamp_of(record)


def move(
    record: Import,
    status: Status,
    actions: Sequence[Action] = (),
    condition: Condition | None = None,
    *,
    by: Actor = "service",
) -> bool:
    """Move the import to ``status`` and apply ``actions`` if the table allows that and ``condition`` holds.

    A move to a final status also sets ``finished_at`` and takes the import off the sweeper's list. Returns False, and
    leaves ``record`` as it was, if the import may not move there, ``condition`` does not hold, or the import began to
    write since ``record`` was read. On success ``record`` is as stored.
    """
    if not sources(status, by, begun=record.begun):
        return False
    return record.update_where(_may_move(record, status, condition, by), _arrival(status, actions))


def add_move(
    transaction: Transaction,
    record: Import,
    status: Status,
    actions: Sequence[Action] = (),
    condition: Condition | None = None,
    *,
    by: Actor = "service",
) -> None:
    """Add the same move as ``move`` makes to a transaction, under the label ``import``; ``record`` stays as it is."""
    transaction.update("import", record, _arrival(status, actions), _may_move(record, status, condition, by))


def is_unmoved(record: Import) -> Condition:
    """The condition that the stored import has the status that ``record`` has, and has begun only if it had."""
    condition: Condition = (Import.status == record.status) & _has_begun_as(record)
    return condition


def is_open() -> Condition:
    """Return the condition that the stored import has not ended."""
    condition: Condition = ~Import.status.is_in(*sorted(FINAL))
    return condition


def dispatch(import_id: int) -> None:
    """Ask the import job to work on an import that has just been stored. Never raises: the sweeper makes up for it."""
    with jobs.sent_after_write():
        enqueue(import_id)


def enqueue(import_id: int, *, delay: int = 0) -> None:
    """Ask the import job to work on this import, in ``delay`` seconds."""
    jobs.enqueue(Import.at(import_id), delay=delay)


def _arrival(status: Status, actions: Sequence[Action]) -> list[Action]:
    """What a move to ``status`` changes."""
    moved = [Import.status.set(status), Import.status_key.set(Import.status_partition(status)), *actions]
    if status in FINAL:
        ended = clock.now()
        moved += [Import.finished_at.set(clock.stamp(ended)), Import.expires_at.set(ended + IMPORTS)]
        moved += jobs.closing(Import)
    return moved


def _may_move(record: Import, status: Status, condition: Condition | None, by: Actor) -> Condition:
    allowed: Condition = Import.status.is_in(*sources(status, by, begun=record.begun)) & _has_begun_as(record)
    return allowed if condition is None else allowed & condition


def _has_begun_as(record: Import) -> Condition:
    """Decisions taken before the first write do not apply to an import that has begun since."""
    return is_true(Import.begun) if record.begun else is_not_true(Import.begun)
