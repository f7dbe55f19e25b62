"""Stored items of the addresses from which shops have their price lists fetched."""

import hashlib

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from chalicelib.dynamo.item import Integer
from chalicelib.models.jobs import ByDue, DueJob, JobItem


class Source(DueJob):
    """The address from which a shop's list is fetched every ``every_hours``; without them it is not fetched.

    ``failures`` counts the imports that failed in a row, ``last_import`` is the newest that the schedule began.
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
        """Return the bare key of the shop's source."""
        return cls(f"SOURCE#{shop_id}", cls.SK)


class Pulled(JobItem):
    """The cache headers of the file that was imported from an address; ``stamp`` is that import's.

    ``answered`` is the address that answered, after any redirects.
    """

    answered = UnicodeAttribute()
    etag = UnicodeAttribute(null=True)
    modified = UnicodeAttribute(null=True)
    stamp = UnicodeAttribute()
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, shop_id: int, url: str) -> "Pulled":
        """Return the bare key for one address of one shop."""
        return cls(f"SOURCE#{shop_id}", f"PULLED#{hashlib.sha256(url.encode()).hexdigest()}")
