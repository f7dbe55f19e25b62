"""Stored items of the jobs table: outgoing mails, and addresses that get none."""

from typing import TypedDict

from pynamodb.attributes import BooleanAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, IncludeProjection

from chalicelib.dynamo.item import Integer, JSONText
from chalicelib.models.jobs import ByDue, JobItem, LeasedJob
from chalicelib.settings import settings

# The statuses by which mails are listed; an entry that became several mails is in no list.
MAIL_STATUSES = ("pending", "sent", "failed", "skipped", "quiet", "bounced", "complained")


# What the list of mails shows. A test compares this with infra/resources.yaml.
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


class ByOrder(GlobalSecondaryIndex["Mail"]):
    """Mails about one order by time."""

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


class About(TypedDict, total=False):
    """What a mail is about: ids and details of its event, which ones depends on the kind."""

    order_id: int
    shop_id: int
    shops: list[int]
    event: str
    was: str
    now: str
    by: str
    reason: str | None
    import_id: int
    export_id: int
    user_id: int
    email: str
    to: str
    epoch: int
    blocked: bool


class Mail(LeasedJob):
    """A mail to be sent once to one recipient about one event: the outbox.

    ``recipient`` is ``user:<id>`` or ``administrators``; ``about`` holds the ids the mail is rendered from.
    ``status_key`` follows ``status``; ``owner_key`` finds the mails about an order. ``feedback`` maps the id of an SES
    notification to {"kind", "at", "addresses", "reason"}.
    """

    SK = "MAIL"
    DUE = "MAIL"
    QUEUE = settings().mail_queue
    ID = "mail_id"
    FIRST_LOOK = 60
    OPEN = ("pending",)
    WORKING = "pending"

    mail_id = Integer()
    kind = UnicodeAttribute()
    recipient = UnicodeAttribute()
    about = JSONText(default=dict)
    # How often SES throttled it; these do not count as attempts.
    put_off = Integer(default=0)
    error = UnicodeAttribute(null=True)
    message_id = UnicodeAttribute(null=True)
    sent_to = JSONText(null=True)
    feedback = JSONText(null=True)
    created_at = UnicodeAttribute()
    sent_at = UnicodeAttribute(null=True)
    # The mail that this one repeats, if an administrator resent it.
    resend_of = Integer(null=True)
    # The last mail that repeats this one.
    resent_as = Integer(null=True)
    expires_at = TTLAttribute(null=True)
    owner_key = UnicodeAttribute(null=True)
    created_key = UnicodeAttribute()
    status_key = UnicodeAttribute(null=True)

    by_due = ByDue()
    by_order = ByOrder()
    by_status = ByStatus()

    @classmethod
    def at(cls, mail_id: int) -> "Mail":
        """Return the bare key of the mail."""
        return cls(f"MAIL#{mail_id}", cls.SK)

    @staticmethod
    def order_key(order_id: int) -> str:
        """Return the partition of ``by_order`` that holds the mails about one order."""
        return f"ORDER#{order_id}"

    @staticmethod
    def status_partition(status: str) -> str:
        """Return the partition of ``by_status`` that holds the mails of one of MAIL_STATUSES."""
        return f"MAIL#{status}"


class QuietAddress(JobItem):
    """Whether an address that bounced or complained gets mail; ``decided_at`` is the time of the deciding event."""

    SK = "QUIET"

    address = UnicodeAttribute()
    quiet = BooleanAttribute()
    decided_at = UnicodeAttribute()
    reason = UnicodeAttribute(default="")
    mail_id = Integer(null=True)
    expires_at = TTLAttribute(null=True)

    @classmethod
    def at(cls, address: str) -> "QuietAddress":
        """Return the bare key of the address."""
        return cls(f"QUIET#{address}", cls.SK, address=address)
