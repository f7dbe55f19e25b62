"""Stored items of the orders table: head, parts with their rows, events.

What a row, a shop or a contact was called and cost is copied when the order is placed: nothing that changes later
reaches into an order. A part is what its shop sees, so it holds that shop's rows only.
"""

from collections.abc import Iterable
from typing import NotRequired, TypedDict

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from chalicelib import packing
from chalicelib.dynamo.item import Integer, Item, JSONText, PackedJSON
from chalicelib.dynamo.reading import read_range
from chalicelib.models.order_indexes import ByBuyer, ByShop, ByState
from chalicelib.settings import settings

PLACING, UNDOING = "placing", "undoing"
HIDDEN = (PLACING, UNDOING)


class Stock(TypedDict):
    """A quantity of an offer, in pieces."""

    id: int
    quantity: int


class StoredRow(Stock):
    """A row of an order, with what its good was then.

    Prices are kopecks and hold the VAT, whose rate is in percent. ``quantity`` is what will be delivered; ``ordered``
    and ``reason`` are there if the shop answered with less than was ordered. ``rule`` is [minimum, step, maximum or
    None] as the offer was sold; rows stored before it was kept have none.
    """

    ext_id: str
    product_id: int
    name: str
    model: str
    category_id: int
    category: str
    price: int
    price_rrc: int | None
    parameters: list[list[str]]
    unit: NotRequired[str]
    rule: NotRequired[list[int | None]]
    vat_rate: NotRequired[int | None]
    ordered: NotRequired[int]
    reason: NotRequired[str]


class RowChange(TypedDict):
    """A row that is delivered in a quantity of ``now`` where it ``was`` more."""

    id: int
    name: str
    was: int
    now: int
    reason: str


class OrderItem(Item):
    """Any item of the table."""

    class Meta:
        table_name = settings().table("orders")


def order_key(order_id: int) -> str:
    """Return the partition of everything that belongs to one order."""
    return f"ORDER#{order_id}"


def placed_key(placed_at: str, order_id: int) -> str:
    """Return the sort key of orders and parts by time; the id makes it unique."""
    return f"{placed_at}#{order_id}"


class Order(OrderItem):
    """The head of an order. ``total`` is kopecks; ``contact`` a copy of the contact's fields.

    ``total`` is that of the parts not canceled, as they will be delivered; ``ordered_total`` is what it was when the
    order was placed, written when ``total`` first departs from it.

    While a large order is being written its state is one of HIDDEN: it has no parts, is in no index, and must not be
    shown to anybody. ``attempt`` distinguishes attempts at writing it. ``price_falls`` are the rows that cost less than
    the buyer had been shown: {"id", "was", "now"}; ``renamed`` those called otherwise: the same, of {"name", "model"}.
    ``versions`` are those of the basket that it was ordered as: the one that the buyer named, if any, and the last.
    """

    SK = "ORDER"

    order_id = Integer()
    number = Integer()
    buyer_id = Integer()
    buyer_name = UnicodeAttribute(default="")
    buyer_company = UnicodeAttribute(default="")
    state = UnicodeAttribute()
    placed_at = UnicodeAttribute()
    total = Integer()
    ordered_total = Integer(null=True)
    contact = JSONText()
    # Shops that have a part: head and parts are read by their keys, without a query per order.
    shop_ids = JSONText()
    # Grows with every change, so that two changes at once cannot both win.
    version = Integer(default=1)
    attempt = Integer(null=True)
    price_falls = JSONText(null=True)
    renamed = JSONText(null=True)
    versions = JSONText(null=True)
    buyer_key = UnicodeAttribute(null=True)
    state_key = UnicodeAttribute(null=True)
    # Heads have no shop: the key of that index is free in them.
    number_key = UnicodeAttribute(attr_name="shop_key", null=True)
    placed_key = UnicodeAttribute(null=True)

    by_buyer = ByBuyer()
    by_state = ByState()
    by_number = ByShop()

    @classmethod
    def at(cls, order_id: int) -> "Order":
        """Return the bare key of the head."""
        return cls(order_key(order_id), cls.SK)

    @classmethod
    def with_parts(cls, order_id: int) -> tuple["Order | None", list["Part"]]:
        """Read the head, None if there is none, and the parts in their order, consistently: all that a move changes.

        Rows in pages are not read. Costs one Query for each megabyte.
        """
        head: Order | None = None
        parts: list[Part] = []
        for raw in read_range(cls, order_key(order_id), cls.SK, f"{Part.PREFIX}~"):
            if raw["sk"]["S"] == cls.SK:
                head = cls.from_wire(raw)
            else:
                parts.append(Part.from_wire(raw))
        return head, sorted(parts, key=lambda part: part.position)

    @classmethod
    def placed(cls, placed: str) -> "Order":
        """Return the bare key of the order with this ``placed_key``."""
        return cls.at(int(placed.rpartition("#")[2]))

    @staticmethod
    def buyer_partition(user_id: int) -> str:
        """Return the partition of ``by_buyer`` that holds the orders of one buyer."""
        return f"BUYER#{user_id}"

    @staticmethod
    def state_partition(state: str) -> str:
        """Return the partition of ``by_state`` that holds the orders in one state."""
        return f"STATE#{state}"

    @staticmethod
    def number_partition(number: int) -> str:
        """Return the partition of ``by_number`` that holds the order of this number."""
        return f"NUMBER#{number}"

    @property
    def is_hidden(self) -> bool:
        """Whether the order is not complete yet, or never will be."""
        return self.state in HIDDEN


class Part(OrderItem):
    """The rows of one shop in an order, and the contact as the shop may see it: with the buyer's company ("company").

    ``rows`` is a list of StoredRow. ``version`` grows with each answer of the shop that reduces one.

    The rows are in the part itself, or, if ``pages`` is not 0, in that many items of their own (RowsPage), because an
    item is limited to 400 KB; readers of parts put them back. ``returned``: the stock of the part's own rows was.
    """

    PREFIX = "PART#"

    order_id = Integer()
    number = Integer()
    position = Integer()
    shop_id = Integer()
    shop_name = UnicodeAttribute()
    state = UnicodeAttribute()
    placed_at = UnicodeAttribute()
    rows = PackedJSON(dictionary=packing.ROWS)
    version = Integer(default=1)
    pages = Integer(default=0)
    returned = BooleanAttribute(null=True)
    goods_sum = Integer()
    delivery = Integer(default=0)
    contact = JSONText()
    # What the buyer stated to have arrived: by the id of a row, as text, [quantity, why not all]. Counted by a version.
    received = JSONText(null=True)
    received_at = UnicodeAttribute(null=True)
    receipt_version = Integer(null=True)
    shop_key = UnicodeAttribute()
    placed_key = UnicodeAttribute()

    by_shop = ByShop()

    @classmethod
    def at(cls, order_id: int, shop_id: int) -> "Part":
        """Return the bare key of the part."""
        return cls(order_key(order_id), f"{cls.PREFIX}{shop_id}")

    @staticmethod
    def shop_partition(shop_id: int) -> str:
        """Return the partition of ``by_shop`` that holds the parts of one shop."""
        return f"SHOP#{shop_id}"


def stated_rows(part: Part) -> dict[int, tuple[int, str]]:
    """Return what the buyer stated to have arrived of a part, by the ids of its rows: how many, and why not all."""
    return {int(row_id): (row[0], row[1]) for row_id, row in (part.received or {}).items()}


class RowsPage(OrderItem):
    """Some of the rows of a part that has too many for one item; ``attempt`` as in Order, ``returned`` as in Part."""

    PREFIX = "ROWS#"

    shop_id = Integer()
    rows = PackedJSON(dictionary=packing.ROWS)
    attempt = Integer()
    returned = BooleanAttribute(null=True)

    @classmethod
    def at(cls, order_id: int, shop_id: int, number: int) -> "RowsPage":
        """Return the bare key of one of the pages, counted from 0, of a shop's part."""
        return cls(order_key(order_id), f"{cls.PREFIX}{shop_id}#{number:04d}", shop_id=shop_id)

    @classmethod
    def of_order(cls, order_id: int) -> Iterable["RowsPage"]:
        """Read the pages of all parts of the order, consistently."""
        return cls.query(order_key(order_id), cls.sk.startswith(cls.PREFIX), consistent_read=True)


class Event(OrderItem):
    """One thing that happened to an order: who did what, when and why. Written once, never changed.

    ``changes`` maps the id of a shop, as text, to [state before, state after] of its part. ``rows`` lists the rows that
    were answered with less, or arrived so, each a RowChange with the id of its "shop"; ``shop_id`` is the one whose
    part was received. ``request_id`` and ``source``, an address of the network, say where it came from.
    """

    PREFIX = "EVENT#"

    at_time = UnicodeAttribute()
    kind = UnicodeAttribute()
    actor_id = Integer()
    actor_role = UnicodeAttribute()
    request_id = UnicodeAttribute(default="")
    source = UnicodeAttribute(default="")
    reason = UnicodeAttribute(null=True)
    shop_id = Integer(null=True)
    changes = JSONText(default=dict)
    rows = JSONText(default=list)

    @classmethod
    def of(cls, order_id: int, at_time: str, event_id: int) -> "Event":
        """Return a new event of the order at this moment; ``event_id`` distinguishes two of one moment."""
        return cls(order_key(order_id), f"{cls.PREFIX}{at_time}#{event_id}", at_time=at_time)

    @classmethod
    def moment_of(cls, sk: str) -> str:
        """Return the moment of the event with this sort key."""
        return sk.removeprefix(cls.PREFIX).partition("#")[0]

    @classmethod
    def of_order(cls, order_id: int, since: str = "") -> Iterable["Event"]:
        """Read the events of the order, those from a stamp on if there is one, oldest first, consistently."""
        within = cls.sk.between(f"{cls.PREFIX}{since}", f"{cls.PREFIX}~")
        return cls.query(order_key(order_id), within, consistent_read=True)
