"""What closing a shop or blocking an account leaves behind or ends, to be said before it is done."""

from dataclasses import dataclass
from typing import cast

from chalicelib.accounts.sessions import SessionCount, count_sessions
from chalicelib.administration.waiting import COUNTED
from chalicelib.dynamo.reading import first_of, read
from chalicelib.models.accounts import User
from chalicelib.models.orders import Order, Part
from chalicelib.ordering.search import OrderFilter, order_keys
from chalicelib.ordering.states import State, allowed_moves, is_over

# The newest that are looked at: whoever has more of them open has a larger problem.
_LOOKED_AT = 200
# What a list shows of a part; its rows are not read.
_SHOWN = ("order_id", "number", "position", "shop_id", "shop_name", "state", "placed_at", "goods_sum", "delivery")


@dataclass(frozen=True, slots=True)
class OpenParts:
    """Parts of one shop that could still be canceled, the oldest first; ``more`` says that there may be others.

    ``under_way`` counts those that were sent and not received yet: they can no longer be canceled.
    """

    parts: list[Part]
    under_way: int
    more: bool

    @property
    def total(self) -> int:
        """What they cost, in kopecks."""
        return sum(part.goods_sum + part.delivery for part in self.parts)


@dataclass(frozen=True, slots=True)
class Affected:
    """What a block would end and leave: sessions that end, orders or parts that stay open; ``more``: or more."""

    sessions: SessionCount
    open_orders: int
    more: bool


def open_parts(shop_id: int) -> OpenParts:
    """Return the shop's parts that are not over, of its newest _LOOKED_AT, COUNTED at most."""
    stored = Part.by_shop.query(Part.shop_partition(shop_id), scan_index_forward=False, page_size=_LOOKED_AT + 1)
    listed, more = first_of(stored, _LOOKED_AT)
    found = list(read(*listed, consistent=False, only=_SHOWN).all(Part))
    open_ones = [part for part in found if "canceled" in allowed_moves(cast(State, part.state), "administrator")]
    open_ones.sort(key=lambda part: part.placed_at)
    under_way = sum(part.state == "sent" for part in found)
    return OpenParts(open_ones[:COUNTED], under_way, more or len(open_ones) > COUNTED)


def affected_by_block(user: User) -> Affected:
    """Return what blocking the account would end and leave."""
    sessions = count_sessions(user.user_id)
    if user.shop_id:
        found = open_parts(user.shop_id)
        return Affected(sessions, len(found.parts) + found.under_way, found.more)
    if user.role != "buyer":
        return Affected(sessions, 0, more=False)
    keys, more = first_of(order_keys(OrderFilter(buyer_id=user.user_id), "", _LOOKED_AT + 1), _LOOKED_AT)
    heads = read(*map(Order.placed, keys), consistent=False, only=("state",)).all(Order)
    return Affected(sessions, sum(not is_over(cast(State, head.state)) for head in heads), more)
