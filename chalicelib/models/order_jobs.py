"""Stored items of the jobs table that belong to orders: work left to do, and idempotency keys."""

import hashlib

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from chalicelib.dynamo.item import Integer, JSONText
from chalicelib.models.jobs import ByDue, DueJob, JobItem


class OrderJob(DueJob):
    """Work on an order that takes more than one transaction, and that the sweeper finishes if its worker dies.

    ``kind`` is placing (to be undone; ``attempt`` as in Order, ``key_pk`` leads to the idempotency key) or returning
    (the stock of ``shop_ids`` must be returned).
    """

    SK = "ORDER_JOB"
    DUE = "ORDER"

    kind = UnicodeAttribute()
    order_id = Integer()
    attempt = Integer()
    shop_ids = JSONText(default=list)
    key_pk = UnicodeAttribute(null=True)

    by_due = ByDue()

    @classmethod
    def at(cls, kind: str, order_id: int, attempt: int) -> "OrderJob":
        """The bare key of the job."""
        return cls(f"ORDER_JOB#{kind}#{order_id}#{attempt}", cls.SK)

    def idempotency_key(self) -> "OrderKey | None":
        """The bare key of the Idempotency-Key that the order was being placed with, if any."""
        return None if self.key_pk is None else OrderKey(self.key_pk, OrderKey.SK)


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
