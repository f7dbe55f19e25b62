"""Stored items of the jobs table: imports, outgoing mail, counters, locks."""

from pynamodb.attributes import (
    UnicodeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.dynamo.item import Integer, Item
from chalicelib.settings import settings

DUE_MOVE = "MOVE"


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


class CategoryMove(JobItem):
    """The goods of a category that was merged into another, on their way there.

    ``status`` is moving until all that were found have been moved. From ``settled_at`` on no import can be at work that
    knew the category from before; the job that looks then is the last.
    """

    SK = "MOVE"

    category_id = Integer()
    status = UnicodeAttribute()
    settled_at = UnicodeAttribute()
    due_key = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)

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
