"""The life of an import as data: its statuses and which may follow which. Pure.

``records`` derives the condition of every write from this table, so a worker that knows an older status than the stored
one loses (decision 0011).
"""

from enum import StrEnum
from typing import Final


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


# A status that may follow itself stands for a further attempt.
MOVES: Final[dict[Status, frozenset[Status]]] = {
    Status.QUEUED: frozenset(
        {Status.FETCHING, Status.RUNNING, Status.UNCHANGED, Status.FAILED, Status.SUPERSEDED},
    ),
    Status.FETCHING: frozenset(
        {Status.QUEUED, Status.FETCHING, Status.RUNNING, Status.FAILED, Status.SUPERSEDED},
    ),
    Status.RUNNING: frozenset(
        {
            *(Status.RUNNING, Status.NEEDS_REVIEW, Status.PLANNED, Status.DONE, Status.DONE_WITH_ERRORS),
            *(Status.UNCHANGED, Status.FAILED, Status.SUPERSEDED),
        }
    ),
    Status.NEEDS_REVIEW: frozenset({Status.QUEUED, Status.REJECTED, Status.SUPERSEDED}),
    **{
        status: frozenset[Status]()
        for status in (
            *(Status.PLANNED, Status.DONE, Status.DONE_WITH_ERRORS, Status.UNCHANGED),
            *(Status.FAILED, Status.REJECTED, Status.SUPERSEDED),
        )
    },
}
FINAL: Final = frozenset(status for status, followers in MOVES.items() if not followers)
# After these the source of a list counts as working.
SUCCEEDED: Final = frozenset({Status.DONE, Status.DONE_WITH_ERRORS, Status.UNCHANGED})
# After these the catalogue is what the file says, row for row.
IN_CATALOGUE: Final = frozenset({Status.DONE, Status.UNCHANGED})
# Nobody waits for a mail about a file that they have replaced or rejected themselves.
SILENT: Final = frozenset({Status.SUPERSEDED, Status.REJECTED})


def sources(status: Status) -> list[Status]:
    """The statuses that ``status`` may follow, in the order of the table."""
    return [before for before, followers in MOVES.items() if status in followers]
