"""The chunks of an import that has begun: handed out, applied one by one in any order, counted once each."""

import json
import time
from functools import lru_cache
from typing import TYPE_CHECKING

from pynamodb.expressions.update import Action

from chalicelib import aws, clock
from chalicelib.catalogue import empty_categories
from chalicelib.dynamo import batch_writing
from chalicelib.logs import log
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import, Progress
from chalicelib.pricelists import records, turns
from chalicelib.pricelists.applying import offers
from chalicelib.pricelists.applying.offers import Applied
from chalicelib.pricelists.applying.places import Places, make_room
from chalicelib.pricelists.finish import Outcome, finish_applied
from chalicelib.pricelists.planning import plan_files
from chalicelib.pricelists.planning.shop_goods import new_revision
from chalicelib.pricelists.progress import progress_of
from chalicelib.pricelists.states import Status
from chalicelib.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import SendMessageBatchRequestEntryTypeDef

# The most goods that the planner writes itself: a queue would take longer to start.
AT_ONCE = 500
# Seconds after which the sweeper checks the progress of the chunks.
LOOK_AGAIN = 300
_MESSAGES = 10


def hand_out(record: Import, seconds: float) -> None:
    """Have every chunk applied that was not yet: a short plan here and now, within ``seconds``, others by the queue."""
    where, done = record.plan["where"], progress_of(record.import_id).done or set()
    missing = [number for number in range(record.plan["chunks"]) if number not in done]
    if not record.all_chunks_queued:
        per_category, total = plan_files.read_head(where)
        plan_files.write_places(where, make_room(record.shop_id, per_category, total).to_json())
    if record.plan["writes"] <= AT_ONCE:
        for number in missing:
            apply(record, number, seconds)
        return
    for batch in batch_writing.batches(missing, _MESSAGES):
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {"Id": str(number), "MessageBody": json.dumps({"import_id": record.import_id, "chunk": number})}
            for number in batch
        ]
        aws.enqueue_batch(settings().chunks_queue, entries)
    due = Import.due_at.set(clock.stamp(clock.after(LOOK_AGAIN)))
    # Where it does not hold the chunks were done before this was written, and the import is finished.
    record.update_where(Import.due_at.exists(), [Import.all_chunks_queued.set(True), due])


def apply(record: Import, number: int, seconds: float) -> None:
    """Apply one chunk, and finish the import when it was the last one missing.

    Does nothing if it was applied before, or if it is no longer the import's turn. A worker that is paused in
    the middle and continues after another import has had the turn cannot be kept from the write it had begun; it
    notices, and then nothing that was known of the catalogue counts.
    """
    progress = progress_of(record.import_id)
    if number not in (progress.done or set()):
        token = turns.enter(record, seconds)
        if token is None:
            log.info("chunk left: a newer file waits", extra={"import_id": record.import_id, "chunk": number})
            return
        stop, end = clock.after(seconds - turns.MARGIN), clock.after(seconds + turns.AFTERWARDS)
        started = time.monotonic()
        again = number in (progress.started or set())
        try:
            Progress.at(record.import_id).update(
                actions=[Progress.started.add({number}), Progress.expires_at.set(clock.after(turns.KEPT_SECONDS))]
            )
            applied = offers.write_chunk(
                plan_files.read_chunk(record.plan["where"], number),
                record.shop_id,
                records.stamp_of(record),
                _places(record.plan["where"]),
                again=again,
                late=record.approved,
                may_write=lambda: clock.now() < stop,
            )
            progress = _count(record, number, applied)
            took = {"ms": round((time.monotonic() - started) * 1000), "goods": applied.goods, "again": again}
            log.info("chunk applied", extra={"import_id": record.import_id, "chunk": number, **took})
        finally:
            if clock.now() > end:
                _forget_what_is_known(record)
            turns.leave(record.shop_id, token)
    finish_if_complete(record, progress)


def finish_if_complete(record: Import, progress: Progress) -> bool:
    """Finish the import if every chunk is in the catalogue; return False if some are missing."""
    if len(progress.done or ()) < record.plan["chunks"]:
        return False
    if finish_applied(record, Outcome(Status(record.plan["outcome"])), progress):
        _update_directory(record)
    return True


def _update_directory(record: Import) -> None:
    """List the categories that the import filled, and no longer list those that it may have emptied."""
    filled = {place.category_id for place in _places(record.plan["where"]).categories.values()}
    left = record.counts.get("withdrawn", 0) or record.counts.get("changed", 0)
    empty_categories.update(filled, look_around=record.import_id if left else None)


def _count(record: Import, number: int, applied: Applied) -> Progress:
    progress = Progress.at(record.import_id)
    actions: list[Action] = [Progress.done.add({number}), Progress.written.add(applied.goods)]
    if not applied.exact:
        actions.append(Progress.inexact.set(True))
    counted = progress.update_where(~Progress.done.contains(number), actions)
    return progress if counted else progress_of(record.import_id)


def _forget_what_is_known(record: Import) -> None:
    log.error("wrote out of turn", extra={"import_id": record.import_id, "shop_id": record.shop_id})
    Shop.at(record.shop_id).update(actions=[Shop.snapshot.remove(), Shop.revision.set(new_revision(record.import_id))])


@lru_cache(maxsize=4)
def _places(where: str) -> Places:
    return Places.from_json(plan_files.read_places(where))
