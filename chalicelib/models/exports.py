"""Stored items of exports, in the jobs table: the job itself, and how many of them its owner has unfinished."""

from typing import TypedDict

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.dynamo.item import Integer, JSONText
from chalicelib.models.jobs import ByDue, JobItem, LeasedJob
from chalicelib.settings import settings


class ByOwner(GlobalSecondaryIndex["Export"]):
    """Exports of one owner by time."""

    owner_key = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_owner"
        projection = AllProjection()


class Filters(TypedDict, total=False):
    """What an export of orders is narrowed to; ``since`` and ``until`` are stamps."""

    state: str | None
    shop: int | None
    buyer: int | None
    since: str | None
    until: str | None


class Export(LeasedJob):
    """One file made for a shop, a buyer or an administrator.

    ``owner`` is ``shop:<id>`` or ``user:<id>``, as the outbox names recipients; ``scope`` (shop, buyer, administrator)
    says what may be in the file, ``filters`` what is asked for of it. ``file_key`` is set when the file is there as a
    whole. ``counts`` has ``total`` and ``read`` (goods or orders) and ``written`` (rows of the file).
    """

    SK = "EXPORT"
    DUE = "EXPORT"
    QUEUE = settings().exports_queue
    ID = "export_id"
    OPEN = ("queued", "running")
    WORKING = "running"

    export_id = Integer()
    kind = UnicodeAttribute(default="export")
    owner = UnicodeAttribute()
    scope = UnicodeAttribute()
    content = UnicodeAttribute()
    file_format = UnicodeAttribute()
    filters = JSONText(default=dict)
    language = UnicodeAttribute()
    counts = JSONText(default=dict)
    error = UnicodeAttribute(null=True)
    file_key = UnicodeAttribute(null=True)
    size = Integer(null=True)
    created_at = UnicodeAttribute()
    finished_at = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)
    owner_key = UnicodeAttribute()
    created_key = UnicodeAttribute()

    by_owner = ByOwner()
    by_due = ByDue()

    @classmethod
    def at(cls, export_id: int) -> "Export":
        """The bare key of the export."""
        return cls(f"EXPORT#{export_id}", cls.SK)

    @staticmethod
    def owner_partition(owner: str) -> str:
        """The partition of ``by_owner`` that holds one owner's exports."""
        return f"EXPORTS#{owner}"


class ExportQuota(JobItem):
    """How many unfinished exports an owner has. Changed only together with the exports that it counts."""

    SK = "QUOTA"

    unfinished = Integer(default=0)

    @classmethod
    def at(cls, owner: str) -> "ExportQuota":
        """The bare key of the owner's count."""
        return cls(f"EXPORTS#{owner}", cls.SK)
