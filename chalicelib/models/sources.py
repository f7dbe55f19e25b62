"""Stored items of where the price lists of shops come from, and how they are understood."""

import hashlib

from pynamodb.attributes import TTLAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.dynamo.item import Integer, JSONText
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


class PricelistFormat(JobItem):
    """What a shop has settled about its tables (``table``), and the ``shapes`` of tables that it has approved.

    ``version`` grows whenever ``table`` is set. ``understood_key`` is the file that says what was understood of the
    last table, ``understood_import`` its import, and ``understood_stamp`` orders it among the others.
    """

    SK = "FORMAT"

    version = Integer(default=0)
    table = JSONText(null=True)
    shapes = UnicodeSetAttribute(null=True)
    understood_key = UnicodeAttribute(null=True)
    understood_import = Integer(null=True)
    understood_stamp = UnicodeAttribute(null=True)

    @classmethod
    def at(cls, shop_id: int) -> "PricelistFormat":
        """Return the bare key of the shop's format."""
        return cls(f"FORMAT#{shop_id}", cls.SK)
