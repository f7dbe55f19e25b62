"""The end of an import: closes its record, releases the shop and puts the report into the outbox, all at once."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import outbox
from chalicelib.catalogue.search.notifying import shops_changed
from chalicelib.dynamo.conditions import is_still
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.logs import log
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import, Progress
from chalicelib.models.mails import Mail
from chalicelib.pricelists import records, turns
from chalicelib.pricelists.arrival import schedule
from chalicelib.pricelists.arrival.not_modified import pulled_by
from chalicelib.pricelists.planning import plan_files
from chalicelib.pricelists.planning.shop_goods import new_revision
from chalicelib.pricelists.reading.faults import FAULTS_KEPT, Fault, StoredFault, stored_fault
from chalicelib.pricelists.records import stamp_of
from chalicelib.pricelists.states import IN_CATALOGUE, SILENT, Status

if TYPE_CHECKING:
    from chalicelib.pricelists.changes import KeptChanges


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an import ended; without ``faults``, ``counts`` and ``examples`` those of its record stay as they are."""

    status: Status
    faults: list[Fault] | None = None
    counts: dict[str, int] | None = None
    examples: "KeptChanges | None" = None


def import_fault(code: str, **params: Any) -> Fault:
    """Return a fault of the import as a whole."""
    return Fault(severity="fatal", code=code, line=None, hint=params)


def stored_faults(faults: list[Fault]) -> list[StoredFault]:
    """Return the faults to store: the first ones, and the last, which explains why the import ended."""
    kept = faults if len(faults) <= FAULTS_KEPT else [*faults[: FAULTS_KEPT - 1], faults[-1]]
    return list(map(stored_fault, kept))


def finish(record: Import, outcome: Outcome) -> bool:
    """End an import that writes nothing (more). Exactly one of many attempts succeeds; the others return False."""
    transaction, mails = _closing(record, outcome)
    if record.begun:
        _give_back(transaction, record, snapshot=None)
    return _commit(transaction, record, outcome, mails)


def finish_applied(record: Import, outcome: Outcome, progress: Progress) -> bool:
    """End an import whose plan is in the catalogue as a whole; the snapshot that was planned with it is now true."""
    written = {**record.counts, "written": progress.written}
    full = Outcome(outcome.status, outcome.faults, written)
    for snapshot in (None if progress.inexact else record.plan["snapshot"], None):
        transaction, mails = _closing(record, full)
        _give_back(transaction, record, snapshot=snapshot)
        # If somebody wrote out of turn, the revision has changed and the shop does not have what was planned.
        if _commit(transaction, record, full, mails, quiet=snapshot is not None):
            if snapshot and record.plan["replaces"]:
                plan_files.delete_snapshot(record.plan["replaces"])
            return True
    return False


def finish_unchanged(record: Import, outcome: Outcome, base: str | None, snapshot: str | None) -> bool:
    """End an import that found nothing to write in the catalogue as it was at revision ``base``.

    Returns False also if the catalogue changed meanwhile. ``snapshot`` names what the shop has, if that is new.
    """
    transaction, mails = _closing(record, outcome)
    stamp = stamp_of(record)
    actions = [*records.as_newest(record), *([Shop.snapshot.set(snapshot)] if snapshot else [])]
    transaction.update("shop", Shop.at(record.shop_id), actions, at_revision(base) & is_not_superseded(stamp))
    return _commit(transaction, record, outcome, mails)


def at_revision(base: str | None) -> Condition:
    """Return the condition that a shop's catalogue has not changed."""
    return is_still(Shop.revision, base)


def is_not_superseded(stamp: str) -> Condition:
    """Return the condition that no newer list of the shop has been applied or has begun to be."""
    condition: Condition = Shop.last_import.does_not_exist() | (Shop.last_import <= stamp)
    return condition


def _closing(record: Import, outcome: Outcome) -> tuple[Transaction, list[Mail]]:
    transaction = Transaction()
    failures = schedule.count(transaction, record, outcome.status)
    if failures == schedule.REPORTED_FAILURE and outcome.status == Status.FAILED:
        faults = [*(outcome.faults or []), import_fault("source_failing", failures=failures)]
        outcome = replace(outcome, faults=faults)
    actions: list[Action] = []
    if outcome.faults is not None:
        actions.append(Import.faults.set(stored_faults(outcome.faults)))
    if outcome.counts is not None:
        actions.append(Import.counts.set(outcome.counts))
    if outcome.examples is not None:
        actions.append(Import.examples.set(outcome.examples))
    records.add_move(transaction, record, outcome.status, actions)
    if outcome.status in IN_CATALOGUE and (pulled := pulled_by(record)) is not None:
        transaction.put("pulled", pulled)
    mails: list[Mail] = []
    if outcome.status not in SILENT and not record.dry_run and not _is_routine(outcome.status, failures):
        mails = [outbox.compose("import_report", f"shop:{record.shop_id}", {"import_id": record.import_id})]
        transaction.create("mail", mails[0])
    return transaction, mails


def _is_routine(status: Status, failures: int | None) -> bool:
    """Whether an import that the schedule began needs no mail: nothing new, or a failure that is not reported."""
    if failures is None:
        return False
    return status == Status.UNCHANGED or (status == Status.FAILED and failures != schedule.REPORTED_FAILURE)


def _give_back(transaction: Transaction, record: Import, *, snapshot: str | None) -> None:
    """Release the turn to the next import, with a new revision of the catalogue."""
    actions: list[Action] = [Shop.revision.set(new_revision(record.import_id))]
    if snapshot is not None:
        actions.append(Shop.snapshot.set(snapshot))
    unmoved = Shop.revision == record.plan["revision"] if snapshot is not None else None
    transaction.update("shop", Shop.at(record.shop_id), actions, unmoved)
    turns.give_back(transaction, record)


def _commit(
    transaction: Transaction, record: Import, outcome: Outcome, mails: list[Mail], *, quiet: bool = False
) -> bool:
    about = {"import_id": record.import_id, "status": outcome.status}
    try:
        transaction.commit()
    except Lost as lost:
        if not quiet:
            log.warning("import not finished here", extra={**about, "lost": sorted(lost.losers)})
        return False
    log.info("import finished", extra={**about, "counts": outcome.counts or record.counts})
    outbox.dispatch(mails)
    if record.begun:
        shops_changed([record.shop_id])
    return True
