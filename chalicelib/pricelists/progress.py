"""How far the chunks of an import are."""

from chalicelib.models.jobs import Import, Progress


def progress_of(import_id: int) -> Progress:
    """How far the chunks of an import are."""
    key = Progress.at(import_id)
    try:
        return Progress.get(key.pk, key.sk, consistent_read=True)
    except Progress.DoesNotExist:
        return key


def with_progress(record: Import) -> Import:
    """The record with what has been written up to now among its counts."""
    if record.begun and record.finished_at is None:
        record.counts = {**record.counts, "written": progress_of(record.import_id).written}
    return record
