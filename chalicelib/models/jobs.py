"""Stored items of the jobs table: imports, outgoing mail, work on orders, idempotency keys, counters, locks."""

import hashlib

from pynamodb.attributes import TTLAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from chalicelib.models.base import Integer, Item, JSONText
from chalicelib.settings import settings

DUE_MAIL = "MAIL"
DUE_IMPORT = "IMPORT"
DUE_ORDER = "ORDER"
# The statuses by which mails are listed; an entry that became other mails is in no list.
MAIL_STATUSES = ("pending", "sent", "failed", "skipped")
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

    ``version`` is the S3 version of the file, ``stamp`` orders imports of one shop: the later file wins.
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
    counts = JSONText(default=dict)
    faults = JSONText(default=list)
    attempts = Integer(default=0)
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
    ``status_key`` goes with ``status``; ``owner_key`` leads from an order to the mails about it.
    """

    SK = "MAIL"

    mail_id = Integer()
    kind = UnicodeAttribute()
    recipient = UnicodeAttribute()
    about = JSONText(default=dict)
    status = UnicodeAttribute()
    attempts = Integer(default=0)
    error = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    sent_to = JSONText(null=True)
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


class OrderJob(JobItem):
    """Something about an order that takes more than one transaction, and that the sweeper ends where its worker died.

    ``kind`` is placing (to be undone; ``attempt`` as in Order, ``key_pk`` leads to the idempotency key) or returning
    (the stock of ``shop_ids`` is to be given back).
    """

    SK = "ORDER_JOB"

    kind = UnicodeAttribute()
    order_id = Integer()
    attempt = Integer()
    shop_ids = JSONText(default=list)
    key_pk = UnicodeAttribute(null=True)
    due_key = UnicodeAttribute()
    due_at = UnicodeAttribute()

    by_due = ByDue()

    @classmethod
    def at(cls, kind: str, order_id: int, attempt: int) -> "OrderJob":
        """The bare key of the job."""
        return cls(f"ORDER_JOB#{kind}#{order_id}#{attempt}", cls.SK)


class OrderKey(JobItem):
    """An Idempotency-Key under which a user has placed an order: which, and a digest of what was asked for."""

    SK = "KEY"

    order_id = Integer()
    digest = UnicodeAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, user_id: int, key: str) -> "OrderKey":
        """The bare key of the item; other users' keys are other items."""
        return cls(f"KEY#{user_id}#{hashlib.sha256(key.encode()).hexdigest()}", cls.SK)


class Counter(JobItem):
    """A running number."""

    SK = "COUNTER"

    value = Integer()

    @classmethod
    def at(cls, name: str) -> "Counter":
        """The bare key of the counter."""
        return cls(f"COUNTER#{name}", cls.SK)


class ImportLock(JobItem):
    """Held by the one import of a shop that may write to the catalogue."""

    SK = "LOCK"

    import_id = Integer()
    until = UnicodeAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, shop_id: int) -> "ImportLock":
        """The bare key of the shop's lock."""
        return cls(f"IMPORT_LOCK#{shop_id}", cls.SK)
