"""The record of an import: creates, finds, lists and moves it. ``states`` says which moves exist."""

from collections.abc import Sequence

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import clock, jobs
from chalicelib.dynamo.conditions import is_not_true, is_true
from chalicelib.dynamo.reading import newest
from chalicelib.errors import NotFound
from chalicelib.models.imports import Import
from chalicelib.pricelists.states import FINAL, Status, sources

LIST_LIMIT = 100


def new_record(import_id: int, shop_id: int, door: str, file_name: str) -> Import:
    """Return a record, not stored yet, of a queued import that came in through ``door``."""
    record = Import.at(import_id)
    created_at = clock.stamp(clock.now())
    record.import_id, record.shop_id, record.door, record.status = import_id, shop_id, door, Status.QUEUED
    record.file_name, record.created_at = file_name[:200], created_at
    record.owner_key, record.created_key = Import.owner_partition(shop_id), f"{created_at}#{import_id}"
    jobs.schedule(record, record.FIRST_LOOK)
    return record


def find(import_id: int) -> Import | None:
    """Return the record as it is now, or None."""
    return Import.at(import_id).find()


def require(import_id: int, *, shop_id: int | None = None) -> Import:
    """Return the record as it is now. Raises NotFound, also for another shop's if ``shop_id`` is given."""
    record = Import.at(import_id).require()
    if shop_id not in {None, record.shop_id}:
        raise NotFound
    return record


def imports_of(shop_id: int, limit: int = LIST_LIMIT, after: str = "") -> tuple[list[Import], str | None]:
    """Return a page of the shop's own imports, newest first, and the position after which the next one begins."""
    return newest(Import.by_owner, Import.owner_partition(shop_id), Import.created_key, limit, after)


def may_become(status: Status) -> Condition:
    """Return the condition that the stored import may move to ``status``."""
    condition: Condition = Import.status.is_in(*sources(status))
    return condition


def is_open() -> Condition:
    """Return the condition that the stored import has not ended."""
    condition: Condition = ~Import.status.is_in(*sorted(FINAL))
    return condition


def begun_as(record: Import) -> Condition:
    """The condition that the stored import has begun to write if ``record`` had, and has not if it had not."""
    return is_true(Import.begun) if record.begun else is_not_true(Import.begun)


def move(record: Import, status: Status, actions: Sequence[Action], condition: Condition | None = None) -> bool:
    """Move the import to ``status`` and apply ``actions``; return False if it may no longer move there.

    ``condition`` is required besides. ``record`` is what is stored afterwards, or stays as it was.
    """
    allowed = may_become(status) if condition is None else may_become(status) & condition
    return record.update_where(allowed, [Import.status.set(status), *actions])


def closing(status: Status) -> list[Action]:
    """Return the changes that end an import: its last status, the time, and leaving the sweeper's list."""
    return [
        Import.status.set(status),
        Import.finished_at.set(clock.stamp(clock.now())),
        *jobs.closing(Import),
    ]


def enqueue(import_id: int, *, delay: int = 0) -> None:
    """Ask the import job to work on this import, in ``delay`` seconds."""
    jobs.enqueue(Import.at(import_id), delay=delay)
