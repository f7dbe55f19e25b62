"""Stored items of the addresses from which shops have their price lists fetched."""

import hashlib

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from chalicelib.dynamo.item import Integer
from chalicelib.models.jobs import ByDue, DueJob, JobItem


class Source(DueJob):
    """The address from which a shop's list is fetched every ``every_hours``; without them it is not fetched.

    ``failures`` are the imports that failed in a row, ``last_import`` is the newest that the clock began.
    """

    SK = "SOURCE"
    DUE = "SOURCE"

    url = UnicodeAttribute()
    every_hours = Integer(null=True)
    failures = Integer(default=0)
    last_import = Integer(null=True)

    by_due = ByDue()

    @classmethod
    def at(cls, shop_id: int) -> "Source":
        """The bare key of the shop's source."""
        return cls(f"SOURCE#{shop_id}", cls.SK)


class Pulled(JobItem):
    """What an address said of the file that was imported from it; ``stamp`` is that import's.

    ``answered`` is the address that answered, which redirects may have led to.
    """

    answered = UnicodeAttribute()
    etag = UnicodeAttribute(null=True)
    modified = UnicodeAttribute(null=True)
    stamp = UnicodeAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, shop_id: int, url: str) -> "Pulled":
        """The bare key for one address of one shop."""
        return cls(f"SOURCE#{shop_id}", f"PULLED#{hashlib.sha256(url.encode()).hexdigest()}")
