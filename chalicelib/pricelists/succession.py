"""A newer file of a shop takes over from an older import that is still at work (decision 0011)."""

from chalicelib.models.imports import Import, Turn
from chalicelib.pricelists import prepare, records, turns
from chalicelib.pricelists.applying import chunks
from chalicelib.pricelists.finish import Outcome, finish
from chalicelib.pricelists.progress import progress_of
from chalicelib.pricelists.states import FINAL, Status

_WAIT_FOR_TURN = 5


def take_turn(record: Import) -> bool:
    """Return whether nobody else writes to the shop's offers, ending an older import if that is needed and allowed.

    An older import at work is ended once this file has proved fit to replace its list. Returns False, and enqueues the
    import for a few seconds later, if it has to wait. Raises PriceListRejected, FileMissing.
    """
    turn = turns.current(record.shop_id)
    if turn is None or turn.import_id == record.import_id or turns.is_over(turn):
        return True
    # After a finished import, a worker that is lost may still write until its time is over.
    if not turn.finished and _may_supersede(record, turn.import_id) and _ended(turn, records.stamp_of(record)):
        return True
    records.enqueue(record.import_id, delay=_WAIT_FOR_TURN)
    return False


def is_judged(record: Import) -> bool:
    """Return whether the guard has already passed this file, judged against what the import before it would have left.

    That import was ended for this file: the half of it that was written is nothing to judge the file against.
    """
    turn = turns.current(record.shop_id)
    return record.may_supersede and turn is not None and turn.import_id == record.judged_against


def _may_supersede(record: Import, older_id: int) -> bool:
    """Whether the file may end this older import; judged once. Raises PriceListRejected, FileMissing."""
    if record.judged_against != older_id:
        older = records.find(older_id)
        fit = older is not None and prepare.may_supersede(record, older)
        record.update(actions=[Import.judged_against.set(older_id), Import.may_supersede.set(fit)])
    return record.may_supersede


def _ended(turn: Turn, stamp: str) -> bool:
    """End the import that has the turn, for a newer file with this stamp; return whether nobody writes any more.

    Until its end is stored, another worker may let workers enter again: so the turn is read again at the end.
    """
    turns.ask_to_end(turn, stamp)
    now = turns.current(turns.shop_of(turn))
    if now is not None and now.import_id == turn.import_id and turns.is_resting(now):
        _supersede(turn)
        now = turns.current(turns.shop_of(turn))
    return now is None or turns.is_over(now)


def _supersede(turn: Turn) -> None:
    """End the import that has the turn: as done if only its last step is missing, otherwise as superseded."""
    older = records.find(turn.import_id)
    if older is None or older.status in FINAL:
        return
    progress = progress_of(older.import_id)
    if not chunks.finish_if_complete(older, progress):
        finish(older, Outcome(Status.SUPERSEDED, counts={**older.counts, "written": progress.written}))
