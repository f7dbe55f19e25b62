"""Stored items of the jobs table: imports, outgoing mail, counters, locks."""

from pynamodb.attributes import (
    BooleanAttribute,
    NumberSetAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from chalicelib.models.base import Integer, Item, JSONText
from chalicelib.settings import settings

DUE_MAIL = "MAIL"
DUE_IMPORT = "IMPORT"
DUE_MOVE = "MOVE"
# The statuses by which mails are listed; an entry that became other mails is in no list.
MAIL_STATUSES = ("pending", "sent", "failed", "skipped", "quiet", "bounced", "complained")
# What the list of mails shows; infra/resources.yaml says the same, and a test compares the two.
MAIL_LISTED = [
    "mail_id",
    "kind",
    "recipient",
    "about",
    "status",
    "attempts",
    "error",
    "message_id",
    "sent_to",
    "created_at",
    "sent_at",
    "resend_of",
    "feedback",
]


class JobItem(Item):
    """Any item of the table."""

    class Meta:
        table_name = settings().table("jobs")


class ByOwner(GlobalSecondaryIndex["Import"]):
    """Imports of a shop by time."""

    owner_key = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_owner"
        projection = AllProjection()


class ByDue(GlobalSecondaryIndex["JobItem"]):
    """What has to be looked at again, and from when: the sweeper's list. Finished jobs are not in it."""

    due_key = UnicodeAttribute(hash_key=True)
    due_at = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_due"
        projection = IncludeProjection(["kind", "status", "attempts"])


class ByOrder(GlobalSecondaryIndex["Mail"]):
    """The mails about an order by time."""

    owner_key = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_owner"
        projection = AllProjection()


class ByStatus(GlobalSecondaryIndex["Mail"]):
    """Mails of one status by time."""

    status_key = UnicodeAttribute(hash_key=True)
    created_key = UnicodeAttribute(range_key=True)

    class Meta:
        index_name = "by_status"
        projection = IncludeProjection(MAIL_LISTED)


class Import(JobItem):
    """One price list on its way into the catalogue.

    ``file_version`` is the S3 version of the file, ``stamp`` orders imports of one shop: the later file wins.

    ``file_format`` ({"kind", "gzipped"}) and ``mode`` are what a file proved to be that was read to its end;
    ``refused_key`` is the file of its refused rows; ``validators`` is what the host said of a file that was fetched,
    which is ``endless`` where nothing said how long it is.

    ``plan`` says where the plan is kept and how large it is. Once ``begun`` the plan is final and the catalogue is
    being written; once ``sent`` every chunk of it is in the queue, and ``looked`` is how much had been written at the
    sweeper's last look. ``tried`` is the older import, at work then, that the file was tried against, and ``passed``
    says that it may end that one. A plan that waits for a decision does so until ``review_until``; ``review_tokens``
    are the SHA-256 of what the mails about it carried; ``decided_by`` says whose word it was: ``shop:<user>``,
    ``administrator:<user>`` or ``link``.
    """

    SK = "IMPORT"

    import_id = Integer()
    kind = UnicodeAttribute(default="import")
    shop_id = Integer()
    door = UnicodeAttribute()
    status = UnicodeAttribute()
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
    attempts = Integer(default=0)
    dry_run = BooleanAttribute(default=False)
    plan = JSONText(null=True)
    tried = Integer(null=True)
    passed = BooleanAttribute(default=False)
    begun = BooleanAttribute(default=False)
    sent = BooleanAttribute(default=False)
    looked = Integer(default=0)
    approved = BooleanAttribute(default=False)
    review_until = UnicodeAttribute(null=True)
    review_tokens = UnicodeSetAttribute(null=True)
    decided_by = UnicodeAttribute(null=True)
    created_at = UnicodeAttribute()
    finished_at = UnicodeAttribute(null=True)
    owner_key = UnicodeAttribute()
    created_key = UnicodeAttribute()
    due_key = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)

    by_owner = ByOwner()
    by_due = ByDue()

    @classmethod
    def at(cls, import_id: int) -> "Import":
        """The bare key of the import."""
        return cls(f"IMPORT#{import_id}", cls.SK)


class Mail(JobItem):
    """A mail to be sent once to one recipient about one event: the outbox.

    ``recipient`` is ``user:<id>`` or ``administrators``; ``about`` holds the ids the mail is rendered from.
    ``status_key`` goes with ``status``; ``owner_key`` leads from an order to the mails about it. ``feedback`` maps the
    id of a notice of SES to {"kind", "at", "addresses", "reason"}.
    """

    SK = "MAIL"

    mail_id = Integer()
    kind = UnicodeAttribute()
    recipient = UnicodeAttribute()
    about = JSONText(default=dict)
    status = UnicodeAttribute()
    attempts = Integer(default=0)
    # How often SES had no room for it: these are no attempts.
    put_off = Integer(default=0)
    error = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    sent_to = JSONText(null=True)
    feedback = JSONText(null=True)
    created_at = UnicodeAttribute()
    sent_at = UnicodeAttribute(null=True)
    # While a worker is sending, nobody else may until this moment has passed.
    claimed_until = UnicodeAttribute(null=True)
    due_key = UnicodeAttribute(null=True)
    due_at = UnicodeAttribute(null=True)
    # The mail that this one repeats, where an administrator asked for it.
    resend_of = Integer(null=True)
    owner_key = UnicodeAttribute(null=True)
    created_key = UnicodeAttribute()
    status_key = UnicodeAttribute(null=True)

    by_due = ByDue()
    by_order = ByOrder()
    by_status = ByStatus()

    @classmethod
    def at(cls, mail_id: int) -> "Mail":
        """The bare key of the mail."""
        return cls(f"MAIL#{mail_id}", cls.SK)

    @staticmethod
    def order_key(order_id: int) -> str:
        """The partition of ``by_order`` that holds the mails about one order."""
        return f"ORDER#{order_id}"

    @staticmethod
    def status_partition(status: str) -> str:
        """The partition of ``by_status`` that holds the mails of one of MAIL_STATUSES."""
        return f"MAIL#{status}"


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


class QuietAddress(JobItem):
    """Whether an address that bounced or complained gets mail; ``decided_at`` is when what decided that happened."""

    SK = "QUIET"

    address = UnicodeAttribute()
    quiet = BooleanAttribute()
    decided_at = UnicodeAttribute()
    reason = UnicodeAttribute(default="")
    mail_id = Integer(null=True)

    @classmethod
    def at(cls, address: str) -> "QuietAddress":
        """The bare key of the address."""
        return cls(f"QUIET#{address}", cls.SK, address=address)


class Counter(JobItem):
    """A running number."""

    SK = "COUNTER"

    value = Integer()

    @classmethod
    def at(cls, name: str) -> "Counter":
        """The bare key of the counter."""
        return cls(f"COUNTER#{name}", cls.SK)


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
