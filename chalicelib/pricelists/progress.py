"""How far an import is: what has been read of its file, then what has been written of its plan."""

import time

from chalicelib.dynamo.conditions import is_true
from chalicelib.models.imports import Import, Progress
from chalicelib.pricelists.states import Status

_EVERY = 3


def progress_of(import_id: int) -> Progress:
    """How far the chunks of an import are."""
    key = Progress.at(import_id)
    return key.find() or key


def with_progress(record: Import) -> Import:
    """The record with what has been written up to now among its counts."""
    if record.begun and record.finished_at is None:
        record.counts = {**record.counts, "written": progress_of(record.import_id).written}
    return record


class Reading:
    """Writes into the record of an import how many goods were read, at most once every few seconds."""

    def __init__(self, import_id: int) -> None:
        self._import_id = import_id
        self._next = time.monotonic() + _EVERY

    def tell(self, goods: int) -> None:
        """Store the number, while the import is being planned and its record says nothing better."""
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _EVERY
        planned = is_true(Import.begun) | is_true(Import.approved)
        actions = [Import.counts.set({"read": goods})]
        Import.at(self._import_id).update_where((Import.status == Status.RUNNING) & ~planned, actions)
