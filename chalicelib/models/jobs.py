"""Stored items of the jobs table: what all jobs have in common, moves of categories, counters.

A job is one of these, by what its work needs:

- DueJob: the sweeper finds it by time.
- QueuedJob: a queue message starts its work, and the sweeper sends the message again until the job is closed.
- RetriedJob: its attempts are counted, so that it can be given up.
- LeasedJob: one worker at a time, under a lease that ends by itself if the worker dies.

``chalicelib.jobs`` has the steps of their lives.
"""

import json
from typing import ClassVar

from pynamodb.attributes import NumberSetAttribute, UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.dynamo.item import Integer, Item
from chalicelib.settings import settings


class JobItem(Item):
    """Any item of the table."""

    class Meta:
        table_name = settings().table("jobs")


class ByDue(GlobalSecondaryIndex["JobItem"]):
    """What has to be looked at again, and from when: the sweeper's list. Finished jobs are not in it."""

    due_key = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_due"
        projection = IncludeProjection(["kind", "status", "attempts"])


class DueJob(JobItem):
    """An item with work that has to be looked at from ``due_at`` on; without ``due_key`` nothing is left to do.

    Each subclass has an index ``by_due`` of its own: PynamoDB binds an index to one model.
    """

    # The partition of ``by_due`` that holds the jobs of this kind.
    DUE: ClassVar[str]
    by_due: ClassVar[ByDue]

    due_key = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)


class QueuedJob(DueJob):
    """A job whose work a queue message starts: the message holds the id that the partition key ends with."""

    # The queue that takes its messages, and the name of the id in them.
    QUEUE: ClassVar[str]
    ID: ClassVar[str]
    # Seconds until the sweeper looks whether the message of a new job got through.
    FIRST_LOOK: ClassVar[int] = 120

    status = UnicodeAttribute()

    def message(self) -> str:
        """Return the body of the queue message. Needs nothing but the key."""
        return json.dumps({self.ID: self.key_id})


class RetriedJob(QueuedJob):
    """A queued job whose attempts are counted."""

    # A job that kills every attempt must not be retried forever: an attempt that crashes closes nothing.
    MAX_ATTEMPTS: ClassVar[int] = 5

    attempts = Integer(default=0)


class LeasedJob(RetriedJob):
    """A retried job that one worker at a time works on: nobody else may until ``claimed_until`` has passed."""

    # The statuses in which it may be claimed, and the one that it has while a worker has it.
    OPEN: ClassVar[tuple[str, ...]]
    WORKING: ClassVar[str]

    claimed_until = UnicodeAttribute(null=True)


class CategoryMove(QueuedJob):
    """The goods of a category that was merged into another, on their way there.

    ``status`` is moving until all that were found have been moved. From ``settled_at`` on no import can be at work that
    knew the category from before; the job that looks then is the last. ``shops`` are those whose goods it has moved, or
    was about to.
    """

    SK = "MOVE"
    DUE = "MOVE"
    QUEUE = settings().imports_queue
    ID = "category_id"

    category_id = Integer()
    settled_at = UnicodeAttribute()
    shops = NumberSetAttribute(null=True)

    by_due = ByDue()

    @classmethod
    def at(cls, category_id: int) -> "CategoryMove":
        """The bare key of the move out of this category."""
        return cls(f"CATEGORY_MOVE#{category_id}", cls.SK)


class Counter(JobItem):
    """A running number."""

    SK = "COUNTER"

    value = Integer()

    @classmethod
    def at(cls, name: str) -> "Counter":
        """The bare key of the counter."""
        return cls(f"COUNTER#{name}", cls.SK)
