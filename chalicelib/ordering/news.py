"""Changes of an order that others than the buyer made: canceled parts and reduced rows, with their reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from chalicelib import clock
from chalicelib.models.orders import Event, Part, RowChange
from chalicelib.ordering.search import Found
from chalicelib.ordering.states import State, is_over

# An order that is over does not change any more. Its events are read only if it was placed at most this long before.
_STILL_CHANGED = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class PartNews:
    """A change of a part by others: whether it was canceled, the reason, and the reduced rows; ``at`` is a stamp."""

    part: Part
    at: str
    is_canceled: bool
    reason: str
    rows: Sequence[RowChange]


def news_since(orders: Iterable[Found], since: str, limit: int) -> list[PartNews]:
    """Return at most ``limit`` parts that others have changed since the stamp ``since``, latest change first.

    ``orders`` must be sorted newest first. Costs a Query for each order with a canceled part or a reduced row, unless
    it was over long before.
    """
    oldest = clock.stamp(clock.from_stamp(since) - _STILL_CHANGED)
    found: list[PartNews] = []
    for head, parts in orders:
        if any(map(_departs, parts)) and not (is_over(cast(State, head.state)) and head.placed_at < oldest):
            found += news_in(parts, Event.of_order(head.order_id, since))
    return sorted(found, key=lambda one: one.at, reverse=True)[:limit]


def news_in(parts: Iterable[Part], events: Iterable[Event]) -> list[PartNews]:
    """Return the parts that events, sorted oldest first, have canceled or reduced, without the buyer's own changes."""
    known: dict[int, PartNews] = {}
    by_shop = {part.shop_id: part for part in parts}
    for event in events:
        if event.actor_role == "buyer":
            continue
        canceled = {int(shop_id) for shop_id, (_, now) in event.changes.items() if now == "canceled"}
        rows = event.rows if event.kind == "answered" else []
        for shop_id in (canceled | {row["shop"] for row in rows}) & by_shop.keys():
            before = known.get(shop_id)
            more = [row for row in rows if row["shop"] == shop_id]
            known[shop_id] = PartNews(
                *(by_shop[shop_id], event.at_time, shop_id in canceled or bool(before and before.is_canceled)),
                *(event.reason or (before.reason if before else ""), [*(before.rows if before else ()), *more]),
            )
    return list(known.values())


def _departs(part: Part) -> bool:
    return part.state == "canceled" or any(row.get("reason") for row in part.rows)
