"""Running an import: planned against what the shop has, begun in its turn, applied in chunks, finished once.

Any worker may die anywhere and any message come twice: what is stored says what is left to do (decision 0011).
"""

import tempfile
from typing import Any, BinaryIO, cast

from pynamodb.expressions.update import Action

from chalicelib import jobs
from chalicelib.logs import log
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import, ImportLock
from chalicelib.pricelists import prepare, records, review, turns
from chalicelib.pricelists.applying import chunks
from chalicelib.pricelists.arrival import doors, download, not_modified
from chalicelib.pricelists.finish import Outcome, finish, finish_unchanged, import_fault
from chalicelib.pricelists.planning.shop_goods import NotSettled, require_settled
from chalicelib.pricelists.planning.stored_plan import StoredPlan
from chalicelib.pricelists.prepare import FileMissing
from chalicelib.pricelists.progress import progress_of
from chalicelib.pricelists.reading.faults import Fault
from chalicelib.pricelists.reading.reader import PriceListRejected
from chalicelib.pricelists.states import FINAL, Status
from chalicelib.settings import settings

_WAIT_FOR_TURN = 5
NOT_MODIFIED = Fault("warning", "not_modified", None)


def run_import(import_id: int, seconds: float) -> None:
    """Do what is left of an import, within ``seconds``.

    Idempotent. Where an older import of the shop is at work that one is told to end, and this one is put into the queue
    again.
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


def apply_chunk(import_id: int, number: int, seconds: float, *, last: bool) -> None:
    """Apply one chunk of an import within ``seconds``; when the ``last`` attempt at it fails the import has failed.

    Idempotent. Raises whatever stood in the way, for the queue to bring the chunk again.
    """
    record = records.find(import_id)
    if record is None or record.status in FINAL or not record.begun:
        return
    try:
        chunks.apply(record, number, seconds)
    except Exception:
        if last:
            written = progress_of(import_id).written
            fault = import_fault("chunk_failed", written=written, planned=record.plan["writes"])
            finish(record, Outcome(Status.FAILED, [fault], {**record.counts, "written": written}))
        raise


def _fetch(record: Import) -> None:
    if not _attempt(record, Status.FETCHING, download.MAX_SECONDS * 2):
        return
    shop = Shop.at(record.shop_id).require()
    known, allow = not_modified.known_of(record, shop), settings().url_import_allow
    try:
        with tempfile.TemporaryFile() as file:
            found = download.fetch(record.url or "", cast(BinaryIO, file), allow=allow, known=known)
            file.seek(0)
            # Where an attempt before may have stored another file, nobody can say which of the two they are true of.
            validators = found.validators if record.attempts == 1 else None
            told = [Import.validators.set(validators), Import.endless.set(found.endless)]
            if not _fetched(record, [Import.file_name.set(found.name), *told]):
                return
            if found.fresh:
                doors.store(record, cast(BinaryIO, file))
            elif not finish_unchanged(record, Outcome(Status.UNCHANGED, [NOT_MODIFIED]), shop.revision, None):
                records.enqueue(record.import_id)
    except download.FetchFailed as failure:
        if _fetched(record, []):
            finish(record, Outcome(Status.FAILED, [import_fault(failure.code, **failure.params)], {}))


def _fetched(record: Import, actions: list[Action]) -> bool:
    """Put the import back into its queue with what this attempt at fetching found.

    False where a later attempt or the file itself came before: then what was found here counts for nothing.
    """
    newest = (Import.status == Status.FETCHING) & (Import.attempts == record.attempts)
    return records.move(record, Status.QUEUED, actions, newest & Import.stamp.does_not_exist())


def _attempt(record: Import, status: Status, look_again: float) -> bool:
    """Count an attempt. False where none is to be made: the import was finished meanwhile, or is given up now."""
    if record.attempts >= Import.MAX_ATTEMPTS:
        finish(record, Outcome(Status.FAILED, [import_fault("gave_up", attempts=Import.MAX_ATTEMPTS)]))
        return False
    return records.move(record, status, jobs.attempt(Import, look_again), records.begun_as(record))


def _plan(record: Import, seconds: float) -> None:
    """Everything up to the first write. Nothing here needs the shop to itself: a plan of yesterday cannot begin."""
    shop = Shop.at(record.shop_id).require()
    try:
        prepared = _prepared(record, shop, seconds)
    except NotSettled as early:
        records.enqueue(record.import_id, delay=early.seconds)
        return
    except (PriceListRejected, FileMissing) as failure:
        _fail(record, failure)
        return
    if prepared is not None and not _settled_without_writing(record, prepared, shop):
        _begin(record, prepared, seconds)


def _prepared(record: Import, shop: Shop, seconds: float) -> StoredPlan | None:
    """The plan of an import; None where none is to be made now. Raises PriceListRejected, FileMissing, NotSettled."""
    if not record.dry_run:
        if shop.last_import is not None and shop.last_import > turns.stamp_of(record):
            finish(record, Outcome(Status.SUPERSEDED))
            return None
        if not _is_our_turn(record):
            return None
        # Where another import had to end for this one, it has left the shop at another revision.
        shop.refresh(consistent_read=True)
    if not shop.snapshot:
        require_settled(shop.revision)
    if not _attempt(record, Status.RUNNING, seconds + 10):
        return None
    return prepare.approved(record, shop) or prepare.prepare(record, shop)


def _settled_without_writing(record: Import, prepared: StoredPlan, shop: Shop) -> bool:
    """End an import here that has nothing to write, may not, or must not yet."""
    if not prepared.ok:
        faults = [*prepared.faults, import_fault("no_good_rows")]
        finish(record, Outcome(Status.FAILED, faults, prepared.counts))
        return True
    if record.dry_run:
        finish(record, Outcome(Status.PLANNED, prepared.all_faults(), prepared.counts))
        return True
    if prepared.reasons and not record.approved and not _was_let_through(record):
        review.ask(record, prepared)
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
        # The catalogue moved while we looked at it, or somebody is faster this time.
        records.enqueue(record.import_id, delay=1)
        return
    begun = records.find(record.import_id)
    if begun is not None:
        chunks.hand_out(begun, seconds)


def _go_on(record: Import, seconds: float) -> None:
    """Look after an import that has begun: its end may be missing, its chunks may be stuck, or all is well."""
    progress = progress_of(record.import_id)
    if chunks.finish_if_complete(record, progress):
        return
    if progress.written > record.written_at_last_check:
        record.update(actions=[Import.attempts.set(0), Import.written_at_last_check.set(progress.written)])
    if record.attempts >= Import.MAX_ATTEMPTS:
        fault = import_fault("chunk_failed", written=progress.written, planned=record.plan["writes"])
        finish(record, Outcome(Status.FAILED, [fault], {**record.counts, "written": progress.written}))
    elif _attempt(record, Status.RUNNING, chunks.LOOK_AGAIN):
        turns.go_on(record.shop_id)
        chunks.hand_out(record, seconds)


def _is_our_turn(record: Import) -> bool:
    """Whether nobody else writes for the shop; an older import gets told to end, once our file proved fit for it."""
    lock = turns.current(record.shop_id)
    if lock is None or lock.import_id == record.import_id or turns.is_over(lock):
        return True
    # After a finished import a worker that was not heard of again may write until its time is over.
    if not lock.finished and _may_replace(record, lock.import_id) and _ended(lock, turns.stamp_of(record)):
        return True
    records.enqueue(record.import_id, delay=_WAIT_FOR_TURN)
    return False


def _may_replace(record: Import, older_id: int) -> bool:
    """Whether our file may end this import before its time; found out once. Raises PriceListRejected, FileMissing."""
    if record.judged_against != older_id:
        older = records.find(older_id)
        passed = older is not None and prepare.may_replace(record, older)
        record.update(actions=[Import.judged_against.set(older_id), Import.may_supersede.set(passed)])
    return record.may_supersede


def _was_let_through(record: Import) -> bool:
    """Whether the guard had its say already, of what the import would have left that had the last turn.

    What that one has left, being ended for ours, is half of this and half of that and tells the guard nothing.
    """
    lock = turns.current(record.shop_id)
    return record.may_supersede and lock is not None and lock.import_id == record.judged_against


def _ended(lock: ImportLock, stamp: str) -> bool:
    """Have the import that has the turn end for a newer file of this stamp; whether it has, and nobody writes any more.

    Until its end is stored, whoever looks after it may let workers enter again: the last look at the turn counts.
    """
    turns.ask_to_end(lock, stamp)
    now = turns.current(turns.shop_of(lock))
    if now is not None and now.import_id == lock.import_id and turns.resting(now):
        _supersede(lock)
        now = turns.current(turns.shop_of(lock))
    return now is None or turns.is_over(now)


def _supersede(lock: ImportLock) -> None:
    """End the import that had the turn: as it is, or as done where only its last step is missing."""
    older = records.find(lock.import_id)
    if older is None or older.status in FINAL:
        return
    progress = progress_of(older.import_id)
    if not chunks.finish_if_complete(older, progress):
        finish(older, Outcome(Status.SUPERSEDED, counts={**older.counts, "written": progress.written}))


def _fail(record: Import, failure: PriceListRejected | FileMissing) -> None:
    fault: Fault = failure.fault if isinstance(failure, PriceListRejected) else import_fault("file_missing")
    none: dict[str, Any] = {}
    finish(record, Outcome(Status.FAILED, [fault], none))
