"""The job of one chunk of an import. It needs nothing that reads or plans lists, so that it starts without those."""

from chalicelib.models.imports import Import
from chalicelib.pricelists import records
from chalicelib.pricelists.applying import chunks
from chalicelib.pricelists.finish import Outcome, finish, import_fault
from chalicelib.pricelists.progress import progress_of
from chalicelib.pricelists.states import FINAL, Status


def apply_chunk(import_id: int, number: int, seconds: float, *, last: bool) -> None:
    """Apply one chunk of an import within ``seconds``; the import fails if the ``last`` attempt at a chunk does.

    Idempotent. Raises any failure, so that the queue delivers the chunk again.
    """
    record = records.find(import_id)
    if record is None or record.status in FINAL or not record.begun:
        return
    try:
        chunks.apply(record, number, seconds)
    except Exception:
        if last:
            fail_half_written(record, progress_of(import_id).written)
        raise


def fail_half_written(record: Import, written: int) -> None:
    """Fail an import that has begun, after ``written`` goods."""
    fault = import_fault("chunk_failed", written=written, planned=record.plan["writes"])
    finish(record, Outcome(Status.FAILED, [fault], {**record.counts, "written": written}))
