"""Stored items of the jobs table: imports, outgoing mail, counters, locks."""

from pynamodb.attributes import (
    BooleanAttribute,
    NumberSetAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from chalicelib import clock
from chalicelib.dynamo.item import Integer, JSONText
from chalicelib.models.jobs import ByDue, JobItem, RetriedJob
from chalicelib.models.mails import MAIL_LISTED
from chalicelib.settings import settings

# The file name of what was typed on the page of products, which people never sent as a file.
EDITED = "edited.json"


class ByOwner(GlobalSecondaryIndex["Import"]):
    """Imports of a shop by time."""

    owner_key = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_owner"
        projection = AllProjection()


class ByStatus(GlobalSecondaryIndex["Import"]):
    """Imports of one status by time. What it holds of each is what mails, whose index it is too, need."""

    status_key = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_status"
        projection = IncludeProjection(MAIL_LISTED)


class Import(RetriedJob):
    """One price list on its way into the catalogue.

    ``file_version`` is the S3 version of the file, ``stamp`` orders imports of one shop: the later file wins.

    ``file_format`` ({"kind", "gzipped", "encoding", "zipped"}) is known once the file has been read, ``mode`` once to
    its end;
    ``refused_key`` is the file of its refused rows; ``validators`` are the host's cache headers for a fetched file,
    which is ``endless`` if the response did not state its length. ``table`` is what its shop had settled about tables
    when the import was first planned: all attempts read the file alike. ``understood_key`` is the file that says what
    was understood of its tables.

    ``plan`` says where the plan is kept and how large it is. Once ``begun`` the plan is final and the catalogue is
    being written. ``written_at_last_check`` is what had been written when the sweeper last looked. ``judged_against``
    is the older running import that the file was compared with; ``may_supersede`` says that it may end that one.

    A plan waits for a decision until ``review_until``; ``examples`` are some of its changes. ``review_tokens`` are the
    SHA-256 of the tokens in the mails about it. ``for_administrator`` says that its shop cannot approve it.
    ``decided_by`` names who decided: ``shop:<user>``, ``administrator:<user>`` or ``link``.
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
    table = JSONText(null=True)
    understood_key = UnicodeAttribute(null=True)
    counts = JSONText(default=dict)
    faults = JSONText(default=list)
    dry_run = BooleanAttribute(default=False)
    examples = JSONText(null=True)
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
    for_administrator = BooleanAttribute(null=True)
    created_at = UnicodeAttribute()
    finished_at = UnicodeAttribute(null=True)
    expires_at = TTLAttribute(null=True)
    owner_key = UnicodeAttribute()
    created_key = UnicodeAttribute()
    # Follows ``status``; imports of a version before have none until they are migrated.
    status_key = UnicodeAttribute(null=True)

    by_owner = ByOwner()
    by_due = ByDue()
    by_status = ByStatus()

    @classmethod
    def at(cls, import_id: int) -> "Import":
        """Return the bare key of the import."""
        return cls(f"IMPORT#{import_id}", cls.SK)

    @staticmethod
    def owner_partition(shop_id: int) -> str:
        """Return the partition of ``by_owner`` that holds the imports of one shop."""
        return f"SHOP#{shop_id}"

    @staticmethod
    def status_partition(status: str) -> str:
        """Return the partition of ``by_status`` that holds the imports of one status."""
        return f"IMPORT#{status}"


class Progress(JobItem):
    """How much of an import's plan is in the catalogue: each chunk counts once, when it is complete.

    ``inexact`` says that a good got another id than the plan assumed.
    """

    SK = "PROGRESS"

    started = NumberSetAttribute(null=True)
    done = NumberSetAttribute(null=True)
    written = Integer(default=0)
    inexact = BooleanAttribute(default=False)
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, import_id: int) -> "Progress":
        """Return the bare key of the progress of an import."""
        return cls(f"IMPORT#{import_id}", cls.SK)


class Turn(JobItem):
    """Which import may write to a shop's offers (docs/decisions/0011-import-pipeline.md).

    That is the import that began last, until it is ``finished``. ``workers`` are those writing at this moment, none
    of them after ``until``. ``heir`` is the stamp of a newer waiting file: then no further worker may enter.
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
    def at(cls, shop_id: int) -> "Turn":
        """Return the bare key of the shop's turn."""
        return cls(f"IMPORT_LOCK#{shop_id}", cls.SK)

    @property
    def is_in_use(self) -> bool:
        """Whether the import has not ended, and a worker that entered may still have time to write."""
        return not self.finished and self.until >= clock.stamp(clock.now())


class NewestFile(JobItem):
    """The newest file that S3 reported under one key; ``stamp`` orders it among all files of its shop."""

    SK = "FILE"

    stamp = UnicodeAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, key: str) -> "NewestFile":
        """Return the bare key of the record about this key of the bucket."""
        return cls(f"FILE#{key}", cls.SK)
