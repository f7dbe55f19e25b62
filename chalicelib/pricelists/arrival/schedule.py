"""Fetches a shop's list on a schedule: set by the shop, pulled when due, less often while it fails."""

from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib import clock, jobs
from chalicelib.catalogue.shops import takes_orders
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.models.sources import Source
from chalicelib.pricelists import records
from chalicelib.pricelists.arrival import doors
from chalicelib.pricelists.states import SUCCEEDED, Status

DOOR = "schedule"
# A week; the schema of the call says the same.
MAX_HOURS = 168
# Mail the shop on exactly this consecutive failure.
REPORTED_FAILURE = 3


def set_source(shop_id: int, url: str, every_hours: int | None) -> None:
    """Fetch the list every 1 to MAX_HOURS hours, beginning now, or stop fetching it. Raises FieldErrors."""
    doors.check_url(url)
    actions: list[Action] = [Source.url.set(url), Source.failures.set(0)]
    if every_hours is None:
        actions += [Source.every_hours.remove(), *jobs.closing(Source)]
    else:
        now = clock.stamp(clock.now())
        actions += [Source.every_hours.set(every_hours), *jobs.due(Source, now)]
    Source.at(shop_id).update(actions=actions)


def get_source(shop_id: int) -> Source | None:
    """Return the shop's source, or None if it never set one."""
    return Source.at(shop_id).find()


def pull_due(shop_id: int, due_at: str) -> bool:
    """Begin the import that was due at this moment; exactly one of several callers does.

    Nothing is fetched for a shop that takes no orders; it is checked again in an hour.
    """
    source = get_source(shop_id)
    if source is None or source.every_hours is None or source.due_at != due_at:
        return False
    if not takes_orders(Shop.at(shop_id).require()):
        _look_again(source, due_at)
        return False
    record = doors.new_pull(shop_id, source.url, DOOR)
    transaction = Transaction()
    moved: list[Action] = [
        Source.due_at.set(clock.stamp(_in_hours(source.every_hours))),
        Source.last_import.set(record.import_id),
    ]
    transaction.update("source", Source.at(shop_id), moved, (Source.due_at == due_at) & (Source.url == source.url))
    transaction.create("import", record)
    try:
        transaction.commit()
    except Lost:
        return False
    records.dispatch(record.import_id)
    return True


def count(transaction: Transaction, record: Import, status: Status) -> int | None:
    """Count the end of an import in its transaction, as a failure of its source or as the end of such a series.

    Returns how many failed in a row; None if the import is not the schedule's or its source was set again meanwhile.
    """
    source = get_source(record.shop_id) if record.door == DOOR else None
    if source is None or source.url != record.url or source.every_hours is None:
        return None
    failures = _failures_after(status, source.failures)
    if failures != source.failures:
        actions: list[Action] = [Source.failures.set(failures)]
        if failures:
            hours = min(source.every_hours * 2 ** min(failures, 8), MAX_HOURS)
            actions.append(Source.due_at.set(clock.stamp(_in_hours(hours))))
        seen = (Source.failures == source.failures) & (Source.url == source.url) & Source.due_key.exists()
        transaction.update("source", Source.at(record.shop_id), actions, seen)
    return failures


def _look_again(source: Source, due_at: str) -> None:
    source.update_where(Source.due_at == due_at, [Source.due_at.set(clock.stamp(_in_hours(1)))])


def _in_hours(hours: int) -> datetime:
    return clock.after(hours * 3600)


def _failures_after(status: Status, failures: int) -> int:
    if status == Status.FAILED:
        return failures + 1
    return 0 if status in SUCCEEDED else failures
