"""The life of an import as data: its statuses, the moves between them, and who may make which. Pure.

queued -> [fetching -> queued ->] running [-> needs_review -> queued -> running] -> one of the final statuses

This is the only place that lists the statuses. ``records`` derives the condition of every write from the table, so a
worker that acts on an outdated record changes nothing (decision 0011).
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Literal


class Status(StrEnum):
    """The status of an import, as stored and as answered."""

    QUEUED = "queued"
    FETCHING = "fetching"
    RUNNING = "running"
    NEEDS_REVIEW = "needs_review"
    PLANNED = "planned"
    DONE = "done"
    DONE_WITH_ERRORS = "done_with_errors"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


# The service is whatever works on imports by itself; a reviewer is a person who approves or rejects a plan.
Actor = Literal["service", "reviewer"]

_SERVICE: Final = frozenset[Actor]({"service"})
_REVIEWER: Final = frozenset[Actor]({"reviewer"})
_NO_MOVES: Final[Mapping[Status, frozenset[Actor]]] = {}

# A status that may follow itself means another attempt. Reviews also end by themselves, when their time is over.
MOVES: Final[Mapping[Status, Mapping[Status, frozenset[Actor]]]] = {
    Status.QUEUED: {
        Status.FETCHING: _SERVICE,
        Status.RUNNING: _SERVICE,
        Status.UNCHANGED: _SERVICE,
        Status.FAILED: _SERVICE,
        Status.SUPERSEDED: _SERVICE,
    },
    Status.FETCHING: {
        Status.QUEUED: _SERVICE,
        Status.FETCHING: _SERVICE,
        Status.RUNNING: _SERVICE,
        Status.FAILED: _SERVICE,
        Status.SUPERSEDED: _SERVICE,
    },
    Status.RUNNING: {
        Status.RUNNING: _SERVICE,
        Status.NEEDS_REVIEW: _SERVICE,
        Status.PLANNED: _SERVICE,
        Status.DONE: _SERVICE,
        Status.DONE_WITH_ERRORS: _SERVICE,
        Status.UNCHANGED: _SERVICE,
        Status.FAILED: _SERVICE,
        Status.SUPERSEDED: _SERVICE,
    },
    Status.NEEDS_REVIEW: {
        Status.QUEUED: _REVIEWER,
        Status.REJECTED: _REVIEWER | _SERVICE,
        Status.SUPERSEDED: _SERVICE,
    },
    Status.PLANNED: _NO_MOVES,
    Status.DONE: _NO_MOVES,
    Status.DONE_WITH_ERRORS: _NO_MOVES,
    Status.UNCHANGED: _NO_MOVES,
    Status.FAILED: _NO_MOVES,
    Status.REJECTED: _NO_MOVES,
    Status.SUPERSEDED: _NO_MOVES,
}

# A move to one of these ends the import: ``finished_at`` comes with it, and the sweeper stops looking after it.
FINAL: Final = frozenset(status for status, moves in MOVES.items() if not moves)
# After these the source of a price list counts as working.
SUCCEEDED: Final = frozenset({Status.DONE, Status.DONE_WITH_ERRORS, Status.UNCHANGED})
# After these the catalogue matches the file row for row.
IN_CATALOGUE: Final = frozenset({Status.DONE, Status.UNCHANGED})
# These are not reported by mail: the shop replaced or rejected the file itself.
SILENT: Final = frozenset({Status.SUPERSEDED, Status.REJECTED})


def sources(status: Status, actor: Actor, *, begun: bool = False) -> list[Status]:
    """Return the statuses from which the actor may move an import to ``status``, in the order of the table.

    ``begun`` says whether the import has begun to write: then the service may end it from any status that is not final.
    """
    # While two workers planned at once, older releases could begin an import whose status was not running, and it would
    # keep its shop's turn forever.
    if begun and actor == "service" and status in FINAL:
        return [before for before in MOVES if before not in FINAL]
    return [before for before, moves in MOVES.items() if actor in moves.get(status, ())]
