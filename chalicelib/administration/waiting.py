"""What waits for an administrator, the oldest first: reviews, late orders, failed mails, failed imports."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from chalicelib import clock
from chalicelib.dynamo.reading import first_of, read
from chalicelib.models.catalogue import Shop
from chalicelib.models.imports import Import
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Order, Part
from chalicelib.ordering.orders import whole_orders
from chalicelib.pricelists.records import is_newest
from chalicelib.pricelists.states import Status

# How many are counted; of more, that they are more.
COUNTED = 50
# A failed import is a matter of the present for so long, unless a later list of the shop came through.
_FAILED_FOR = timedelta(days=7)
_T = TypeVar("_T")
_Other = TypeVar("_Other")


@dataclass(frozen=True, slots=True)
class Waiting(Generic[_T]):
    """The oldest of what waits, and how many wait; ``more`` says that only the first COUNTED are counted."""

    first: list[_T]
    count: int
    more: bool

    def showing(self, first: list[_Other]) -> "Waiting[_Other]":
        """Return the same with its first as they are shown."""
        return Waiting(first, self.count, self.more)


@dataclass(frozen=True, slots=True)
class FailedImports:
    """A shop whose price lists fail: the newest of them, and how many have failed."""

    newest: Import
    shop: Shop
    count: int


def reviews_waiting(shown: int) -> Waiting[Import]:
    """Return the imports that wait for a decision."""
    partition = Import.status_partition(Status.NEEDS_REVIEW)
    listed, more = _counted(Import.by_status.query(partition, page_size=COUNTED + 1))
    found = [record for record in read(*listed[:shown]).all(Import) if record.status == Status.NEEDS_REVIEW]
    # The index may lag behind what has just been decided.
    return Waiting(found, len(listed) - len(listed[:shown]) + len(found), more)


def next_review(record: Import) -> tuple[int | None, int]:
    """Return the id of the import that waits behind this one, or first of all, and how many wait beside this one.

    At most COUNTED are counted. The id is None if no other waits.
    """
    partition = Import.status_partition(Status.NEEDS_REVIEW)
    listed, _ = _counted(Import.by_status.query(partition, page_size=COUNTED + 1))
    others = [one for one in listed if one.pk != record.pk]
    behind = [one for one in others if one.created_key > record.created_key] or others
    found = next(iter(read(*behind[:1]).all(Import)), None)
    return (found.import_id if found is not None else None), len(others)


def orders_waiting(shown: int, seconds: int) -> Waiting[tuple[Order, list[Part]]]:
    """Return the orders of which a part has been new for more than ``seconds``."""
    before = Order.placed_key < clock.stamp(clock.after(-seconds))
    listed, more = _counted(Order.by_state.query(Order.state_partition("new"), before, page_size=COUNTED + 1))
    heads = read(*(Order.placed(one.placed_key) for one in listed[:shown])).all(Order)
    found = list(whole_orders(head for head in heads if head.state == "new"))
    return Waiting(found, len(listed) - len(listed[:shown]) + len(found), more)


def mails_failed(shown: int) -> Waiting[Mail]:
    """Return the mails that could not be sent."""
    listed, more = _counted(Mail.by_status.query(Mail.status_partition("failed"), page_size=COUNTED + 1))
    return Waiting(listed[:shown], len(listed), more)


def imports_failed(shown: int) -> Waiting[FailedImports]:
    """Return the shops whose lists have failed lately without one that came through since; newest failure first."""
    since = Import.created_key > clock.stamp(clock.now() - _FAILED_FOR)
    stored = Import.by_status.query(
        Import.status_partition(Status.FAILED), since, scan_index_forward=False, page_size=COUNTED
    )
    listed, _ = _counted(stored)
    records = [one for one in read(*listed, consistent=False).all(Import) if one.status == Status.FAILED]
    shops = {one.entity_id: one for one in read(*(Shop.at(record.shop_id) for record in records)).all(Shop)}
    by_shop: dict[int, list[Import]] = {}
    for record in sorted(records, key=lambda one: one.created_key, reverse=True):
        shop = shops.get(record.shop_id)
        if shop is not None and is_newest(record, shop):
            by_shop.setdefault(shop.entity_id, []).append(record)
    found = [FailedImports(failed[0], shops[shop_id], len(failed)) for shop_id, failed in by_shop.items()]
    return Waiting(found[:shown], len(found), more=False)


def _counted(stored: Iterable[_T]) -> tuple[list[_T], bool]:
    return first_of(stored, COUNTED)
