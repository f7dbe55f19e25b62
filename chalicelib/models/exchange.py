"""Stored items of exchanges with 1C, in the jobs table: what is being sent to us, and what 1C knows of orders."""

from typing import NotRequired, TypedDict

from pynamodb.attributes import BooleanAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.dynamo.item import Integer, JSONText
from chalicelib.models.jobs import ByDue, JobItem, LeasedJob
from chalicelib.settings import settings


class SentFile(TypedDict):
    """A file that 1C sends in chunks: the size in bytes and the digest of each, in order.

    ``parts`` are the names of the parts in a zip file, once it has been looked into.
    """

    name: str
    chunks: list[tuple[int, str]]
    parts: NotRequired[list[str]]


class HandedPart(TypedDict):
    """A shop's part of an order as a query gave it; ``seen`` is the version of the order's head then."""

    order_id: int
    number: int
    placed: str
    seen: int
    over: bool


class Exchange(LeasedJob):
    """What 1C sends from one ``init`` to the next: files of a price list, or of statuses of orders.

    ``version`` grows with every change.
    ``named`` are the parts for which ``import`` was called. ``status`` is "open" while parts may come, "asked" when a
    bundle is wanted, "working" while it is made, "waiting" until ``wait_until`` if it lacks prices or stock that may
    still come, "stored" with the id of its import, or "failed" for the reason ``failure``. ``in_portions`` says that 1C
    ends the list itself, ``whole`` that nothing more will come. ``outcomes`` are those of files of statuses: by name,
    how many documents have been dealt with, and the lines about those that were refused.
    """

    SK = "EXCHANGE"
    DUE = "EXCHANGE"
    QUEUE = settings().imports_queue
    ID = "exchange_id"
    OPEN = ("asked", "waiting", "working")
    WORKING = "working"

    kind = UnicodeAttribute(default="exchange")
    shop_id = Integer()
    version = Integer(default=0)
    files = JSONText(default=list)
    named = JSONText(default=list)
    in_portions = BooleanAttribute(null=True)
    whole = BooleanAttribute(default=False)
    bundle = Integer(default=0)
    wait_until = UnicodeAttribute(null=True)
    import_id = Integer(null=True)
    failure = JSONText(null=True)
    outcomes = JSONText(default=dict)
    expires_at = TTLAttribute()

    by_due = ByDue()

    @classmethod
    def at(cls, exchange_id: int) -> "Exchange":
        """Return the bare key of the exchange."""
        return cls(f"EXCHANGE#{exchange_id}", cls.SK)


class CurrentExchange(JobItem):
    """Which exchange a session of 1C is in, about "catalog" or "sale"; earlier ones end by themselves."""

    PREFIX = "CURRENT#"

    exchange_id = Integer()
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, shop_id: int, about: str, session: str) -> "CurrentExchange":
        """Return the bare key of the record."""
        return cls(f"EXCHANGES_OF#{shop_id}", f"{cls.PREFIX}{about}#{session}")


class KnownPart(JobItem):
    """A part of an order that the shop's 1C has, at the version ``seen`` of the order's head; ``over`` if it is final.

    Found by the number of the order, by which 1C names it in its answers.
    """

    PREFIX = "KNOWN#"

    order_id = Integer()
    placed = UnicodeAttribute()
    seen = Integer()
    over = BooleanAttribute(default=False)
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, shop_id: int, number: int) -> "KnownPart":
        """Return the bare key of the record."""
        return cls(cls.partition(shop_id), f"{cls.PREFIX}{number:016d}")

    @staticmethod
    def partition(shop_id: int) -> str:
        """Return the partition of what the shop's 1C knows."""
        return f"KNOWN_ORDERS#{shop_id}"


class HandedOrders(JobItem):
    """What the last query of a session gave, each a HandedPart, until 1C says that it has arrived."""

    PREFIX = "GIVEN#"

    parts = JSONText(default=list)
    position = UnicodeAttribute(default="")
    expires_at = TTLAttribute()

    @classmethod
    def at(cls, shop_id: int, session: str) -> "HandedOrders":
        """Return the bare key of what was given in the session."""
        return cls(KnownPart.partition(shop_id), f"{cls.PREFIX}{session}")


class OrdersPosition(JobItem):
    """Up to which time of placing 1C has every part of the shop's orders: a stamp, never moved back."""

    SK = "POSITION"

    position = UnicodeAttribute()

    @classmethod
    def at(cls, shop_id: int) -> "OrdersPosition":
        """Return the bare key of the shop's position."""
        return cls(KnownPart.partition(shop_id), cls.SK)
