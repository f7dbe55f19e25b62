"""Orders files by their S3 events, which may arrive more than once and out of order."""

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Lost
from chalicelib.models.imports import NewestFile

# Longer than S3 takes to report a file.
_KEPT = 7 * 86_400
_WIDTH = 32
_TRIES = 5


def stamp_of_event(time: str, sequencer: str) -> str:
    """Return a text that sorts as the events of S3 do: by ``time``, and by ``sequencer`` where that is the same.

    Sequencers are hexadecimal digits of differing number and are compared from the left: the shorter one is filled up
    with zeros at its right.
    """
    return f"{time}#{sequencer.upper():0<{_WIDTH}}"


def stamp_of_file(key: str, time: str, sequencer: str) -> str:
    """Return the stamp that orders a file within its shop: by time, but by the sequencer among files of the same key.

    The same event gets the same stamp while it is the newest of its key. Raises Contended.
    """
    event_stamp = stamp_of_event(time, sequencer)
    if not sequencer:
        return event_stamp

    def attempt(_: frozenset[str]) -> str:
        newest = _newest(key)
        stamp = event_stamp if newest is None else _beside(newest, event_stamp)
        if (newest is None or stamp > newest) and not _replaced(key, newest, stamp):
            raise Lost
        return stamp

    return retry_lost(attempt, tries=_TRIES)


def _beside(newest: str, event_stamp: str) -> str:
    """Return the stamp of an event, before or after the newest file of its key as its sequencer demands."""
    (newest_time, _, newest_sequencer), (time, _, sequencer) = newest.partition("#"), event_stamp.partition("#")
    if sequencer == newest_sequencer:
        return newest
    return f"{max(time, newest_time) if sequencer > newest_sequencer else min(time, newest_time)}#{sequencer}"


def _newest(key: str) -> str | None:
    found = NewestFile.at(key).find()
    return found.stamp if found is not None else None


def _replaced(key: str, newest: str | None, stamp: str) -> bool:
    """Make this file the newest of its key; return False if another one became that meanwhile."""
    unmoved: Condition = NewestFile.pk.does_not_exist() if newest is None else NewestFile.stamp == newest
    actions: list[Action] = [NewestFile.stamp.set(stamp), NewestFile.expires_at.set(clock.after(_KEPT))]
    return NewestFile.at(key).update_where(unmoved, actions)
