"""Which of two files is the later one, as S3 tells of them: more than once, and out of order."""

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Lost
from chalicelib.models.imports import NewestFile

# Longer than S3 takes to tell of a file.
_KEPT = 7 * 86_400
_WIDTH = 32
_TRIES = 5


def stamp_of_event(time: str, sequencer: str) -> str:
    """A text that sorts as the events of S3 do: by ``time``, and by ``sequencer`` where that is the same.

    Sequencers are hexadecimal digits of differing number and are compared from the left: the shorter one is filled up
    with zeros at its right.
    """
    return f"{time}#{sequencer.upper():0<{_WIDTH}}"


def stamp_of_file(key: str, time: str, sequencer: str) -> str:
    """What orders a file among all of its shop: its time, but the sequencer among the files of the same key.

    The same event gets the same stamp while it is the newest of its key. Raises Contended.
    """
    told = stamp_of_event(time, sequencer)
    if not sequencer:
        return told

    def attempt(_: frozenset[str]) -> str:
        newest = _newest(key)
        stamp = told if newest is None else _beside(newest, told)
        if (newest is None or stamp > newest) and not _replaced(key, newest, stamp):
            raise Lost
        return stamp

    return retry_lost(attempt, tries=_TRIES)


def _beside(newest: str, told: str) -> str:
    """The stamp of an event, on that side of the newest file's of its key where its sequencer puts it."""
    (newest_time, _, newest_sequencer), (time, _, sequencer) = newest.partition("#"), told.partition("#")
    if sequencer == newest_sequencer:
        return newest
    return f"{max(time, newest_time) if sequencer > newest_sequencer else min(time, newest_time)}#{sequencer}"


def _newest(key: str) -> str | None:
    found = NewestFile.at(key).find()
    return found.stamp if found is not None else None


def _replaced(key: str, newest: str | None, stamp: str) -> bool:
    """Whether this file is now the newest of its key; not where another one became that meanwhile."""
    unmoved: Condition = NewestFile.pk.does_not_exist() if newest is None else NewestFile.stamp == newest
    actions: list[Action] = [NewestFile.stamp.set(stamp), NewestFile.expires_at.set(clock.after(_KEPT))]
    return NewestFile.at(key).update_where(unmoved, actions)
