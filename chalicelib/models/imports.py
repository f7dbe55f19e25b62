"""Stored items of the jobs table: imports, outgoing mail, counters, locks."""

from pynamodb.attributes import (
    BooleanAttribute,
    NumberSetAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.dynamo.item import Integer, JSONText
from chalicelib.models.jobs import ByDue, JobItem, RetriedJob
from chalicelib.settings import settings


class ByOwner(GlobalSecondaryIndex["Import"]):
    """Imports of a shop by time."""

    owner_key = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_owner"
        projection = AllProjection()


class Import(RetriedJob):
    """One price list on its way into the catalogue.

    ``file_version`` is the S3 version of the file, ``stamp`` orders imports of one shop: the later file wins.

    ``file_format`` ({"kind", "gzipped"}) and ``mode`` are what a file proved to be that was read to its end;
    ``refused_key`` is the file of its refused rows; ``validators`` is what the host said of a file that was fetched,
    which is ``endless`` where nothing said how long it is.

    ``plan`` says where the plan is kept and how large it is. Once ``begun`` the plan is final and the catalogue is
    being written. ``written_at_last_check`` is what had been written when the sweeper last looked. ``judged_against``
    is the older import, at work then, that the file was compared with; ``may_supersede`` says that it may end it.

    A plan that waits for a decision does so until ``review_until``; ``review_tokens`` are the SHA-256 of what the mails
    about it carried; ``decided_by`` names who decided: ``shop:<user>``, ``administrator:<user>`` or ``link``.
    """

    SK = "IMPORT"
    DUE = "IMPORT"
    QUEUE = settings().imports_queue
    ID = "import_id"
    # An attempt that dies leaves less for the next one.
    MAX_ATTEMPTS = 10

    import_id = Integer()
    kind = UnicodeAttribute(default="import")
    shop_id = Integer()
    door = UnicodeAttribute()
    url = UnicodeAttribute(null=True)
    file_key = UnicodeAttribute(null=True)
    file_version = UnicodeAttribute(null=True)
    file_name = UnicodeAttribute(default="")
    stamp = UnicodeAttribute(null=True)
    file_format = JSONText(null=True)
    mode = UnicodeAttribute(null=True)
    validators = JSONText(null=True)
    endless = BooleanAttribute(default=False)
    refused_key = UnicodeAttribute(null=True)
    counts = JSONText(default=dict)
    faults = JSONText(default=list)
    dry_run = BooleanAttribute(default=False)
    plan = JSONText(null=True)
    judged_against = Integer(null=True, attr_name="tried")
    may_supersede = BooleanAttribute(default=False, attr_name="passed")
    begun = BooleanAttribute(default=False)
    all_chunks_queued = BooleanAttribute(default=False, attr_name="sent")
    written_at_last_check = Integer(default=0, attr_name="looked")
    approved = BooleanAttribute(default=False)
    review_until = UnicodeAttribute(null=True)
    review_tokens = UnicodeSetAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    finished_at = UnicodeAttribute(null=True)
    owner_key = UnicodeAttribute()
    created_key = UnicodeAttribute()

    by_owner = ByOwner()
    by_due = ByDue()

    @classmethod
    def at(cls, import_id: int) -> "Import":
        """The bare key of the import."""
        return cls(f"IMPORT#{import_id}", cls.SK)

    @staticmethod
    def owner_partition(shop_id: int) -> str:
        """The partition of ``by_owner`` that holds the imports of one shop."""
        return f"SHOP#{shop_id}"


class Progress(JobItem):
    """How much of an import's plan is in the catalogue: each chunk is counted once, when all of it is.

    ``inexact`` says that a good got another id than the plan took for granted.
    """

    SK = "PROGRESS"

    started = NumberSetAttribute(null=True)
    done = NumberSetAttribute(null=True)
    written = Integer(default=0)
    inexact = BooleanAttribute(default=False)
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, import_id: int) -> "Progress":
        """The bare key of the progress of an import."""
        return cls(f"IMPORT#{import_id}", cls.SK)


class ImportLock(JobItem):
    """Whose turn it is to write to a shop's offers (docs/decisions/0011-import-pipeline.md).

    It is the import's that began last, until that is ``finished``. ``workers`` are those that write at this moment,
    none of them after ``until``. ``heir`` is the stamp of a newer file that waits: then no further worker may enter.
    """

    SK = "LOCK"

    import_id = Integer()
    stamp = UnicodeAttribute()
    finished = BooleanAttribute(default=False)
    workers = UnicodeSetAttribute(null=True)
    until = UnicodeAttribute()
    heir = UnicodeAttribute(null=True)
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, shop_id: int) -> "ImportLock":
        """The bare key of the shop's lock."""
        return cls(f"IMPORT_LOCK#{shop_id}", cls.SK)


class NewestFile(JobItem):
    """The newest file that S3 told of under one key; ``stamp`` orders it among all files of its shop."""

    SK = "FILE"

    stamp = UnicodeAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, key: str) -> "NewestFile":
        """The bare key of what is known of this key of the bucket."""
        return cls(f"FILE#{key}", cls.SK)
