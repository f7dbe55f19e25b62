"""The import job: planned against the shop's catalogue, begun in its turn, applied in chunks, finished once.

Any worker may die at any point and any message may arrive twice: the stored state says what is left (decision 0011).
"""

import tempfile
from collections.abc import Sequence
from typing import BinaryIO, cast

from pynamodb.expressions.update import Action

from chalicelib import jobs
from chalicelib.logs import log
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.pricelists import prepare, records, review, succession, table_formats, turns
from chalicelib.pricelists.applying import chunks
from chalicelib.pricelists.arrival import doors, download, not_modified
from chalicelib.pricelists.chunk_job import fail_half_written
from chalicelib.pricelists.finish import Outcome, finish, finish_unchanged, import_fault
from chalicelib.pricelists.planning import newcomers
from chalicelib.pricelists.planning.compare import PlanRejected
from chalicelib.pricelists.planning.shop_goods import NotSettled, require_settled
from chalicelib.pricelists.planning.stored_plan import StoredPlan
from chalicelib.pricelists.prepare import FileMissing
from chalicelib.pricelists.progress import progress_of
from chalicelib.pricelists.reading.faults import Fault
from chalicelib.pricelists.reports import language_of
from chalicelib.pricelists.states import FINAL, Status
from chalicelib.settings import settings

NOT_MODIFIED = Fault("warning", "not_modified", None)


def run_import(import_id: int, seconds: float) -> None:
    """Do what is left of an import within ``seconds``.

    Idempotent. If an older import of the shop is being applied, it is asked to end and this one is enqueued again.
    """
    record = records.find(import_id)
    if record is None:
        log.warning("no such import", extra={"import_id": import_id})
    elif record.status in FINAL:
        return
    elif record.status == Status.NEEDS_REVIEW:
        review.expire(record)
    elif record.url and record.stamp is None:
        _fetch(record)
    elif record.begun:
        _go_on(record, seconds)
    else:
        _plan(record, seconds)


def _fetch(record: Import) -> None:
    if not _attempt(record, Status.FETCHING, download.MAX_SECONDS * 2):
        return
    shop = Shop.at(record.shop_id).require()
    known, allow = not_modified.known_of(record, shop), settings().url_import_allow
    try:
        with tempfile.TemporaryFile() as file:
            found = download.fetch(record.url or "", cast(BinaryIO, file), allow=allow, known=known)
            file.seek(0)
            # An earlier attempt may have stored another file, in which case the validators could belong to either.
            validators = found.validators if record.attempts == 1 else None
            headers = [Import.validators.set(validators), Import.endless.set(found.endless)]
            if not _fetched(record, [Import.file_name.set(found.name), *headers]):
                return
            if found.fresh:
                doors.store(record, cast(BinaryIO, file))
            elif not finish_unchanged(record, Outcome(Status.UNCHANGED, [NOT_MODIFIED]), shop.revision, None):
                records.enqueue(record.import_id)
    except download.FetchFailed as failure:
        if _fetched(record, []):
            finish(record, Outcome(Status.FAILED, [import_fault(failure.code, **failure.params)], {}))


def _fetched(record: Import, actions: list[Action]) -> bool:
    """Queue the import again with the result of this attempt to fetch its file.

    Returns False if a later attempt or the file itself came first; the result is then discarded.
    """
    newest = (Import.attempts == record.attempts) & Import.stamp.does_not_exist()
    return records.move(record, Status.QUEUED, actions, newest)


def _attempt(record: Import, status: Status, look_again: float, more: Sequence[Action] = ()) -> bool:
    """Claim the import for an attempt, and store ``more`` with it; the sweeper checks on it in ``look_again`` seconds.

    Returns False if it must not be attempted: it has changed in the meantime, or has now failed for good.
    """
    if record.attempts >= Import.MAX_ATTEMPTS:
        finish(record, Outcome(Status.FAILED, [import_fault("gave_up", attempts=Import.MAX_ATTEMPTS)]))
        return False
    return records.move(record, status, [*jobs.attempt(Import, look_again), *more])


def _plan(record: Import, seconds: float) -> None:
    """Do everything up to the first write. This needs no turn: an outdated plan cannot begin."""
    shop = Shop.at(record.shop_id).require()
    if shop.suspended:
        finish(record, Outcome(Status.FAILED, [import_fault("shop_suspended")], {}))
        return
    try:
        prepared = _prepared(record, shop, seconds)
    except NotSettled as early:
        records.enqueue(record.import_id, delay=early.seconds)
        return
    except PlanRejected as rejected:
        finish(record, prepare.rejection(rejected))
        return
    except FileMissing:
        finish(record, Outcome(Status.FAILED, [import_fault("file_missing")], {}))
        return
    if prepared is not None and not _settled_without_writing(record, prepared, shop):
        _begin(record, prepared, seconds)


def _prepared(record: Import, shop: Shop, seconds: float) -> StoredPlan | None:
    """Return the plan of an import, or None if it must not be planned now.

    Raises PlanRejected, FileMissing, NotSettled.
    """
    if not record.dry_run:
        if not records.is_newest(record, shop):
            finish(record, Outcome(Status.SUPERSEDED))
            return None
        if not succession.take_turn(record):
            return None
        # An import that ended early for this one has changed the shop's revision.
        shop.refresh(consistent_read=True)
    if not shop.snapshot:
        require_settled(shop.revision)
    if not _attempt(record, Status.RUNNING, seconds + 10, table_formats.pin(record)):
        return None
    return prepare.approved(record, shop) or prepare.prepare(record, shop)


def _settled_without_writing(record: Import, prepared: StoredPlan, shop: Shop) -> bool:
    """Finish or hold an import that has nothing to write or must not write; return whether that was the case."""
    if not prepared.ok:
        faults = [*prepared.faults, import_fault("no_good_rows")]
        finish(record, Outcome(Status.FAILED, faults, prepared.counts))
        return True
    held = newcomers.faults(shop, prepared)
    prepared.faults[:0] = held
    if record.dry_run:
        found = review.keep_changes(record, prepared.plan, language_of(record.shop_id))
        finish(record, Outcome(Status.PLANNED, prepared.all_faults(), prepared.counts, found))
        return True
    unusual = bool(prepared.reasons) and not succession.is_judged(record)
    if (held or unusual or prepared.plan.get("shapes")) and not record.approved:
        review.ask(record, prepared, for_administrator=bool(held))
        return True
    if prepared.plan["writes"]:
        return False
    outcome = Outcome(Status(prepared.plan["outcome"]), prepared.faults, prepared.counts)
    base, snapshot = prepared.plan["base"], prepared.plan["snapshot"]
    if not finish_unchanged(record, outcome, base, snapshot if snapshot != shop.snapshot else None):
        records.enqueue(record.import_id)
    return True


def _begin(record: Import, prepared: StoredPlan, seconds: float) -> None:
    if not prepare.begin(record, prepared):
        # The catalogue changed since the plan was made, or another worker was faster.
        records.enqueue(record.import_id, delay=1)
        return
    begun = records.find(record.import_id)
    if begun is not None:
        chunks.hand_out(begun, seconds)


def _go_on(record: Import, seconds: float) -> None:
    """Check on an import that has begun: finish it, requeue stuck chunks, or leave it."""
    progress = progress_of(record.import_id)
    if chunks.finish_if_complete(record, progress):
        return
    if progress.written > record.written_at_last_check:
        record.update(actions=[Import.attempts.set(0), Import.written_at_last_check.set(progress.written)])
    if record.attempts >= Import.MAX_ATTEMPTS:
        fail_half_written(record, progress.written)
    elif _attempt(record, Status.RUNNING, chunks.LOOK_AGAIN):
        turns.go_on(record.shop_id)
        chunks.hand_out(record, seconds)
