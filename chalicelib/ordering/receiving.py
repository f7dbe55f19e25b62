"""Receiving by row: the buyer reports what arrived of a part; the supplier is mailed if something is missing.

This changes neither states nor sums nor stock: docs/decisions/0093-lists-receipts-and-what-is-usual.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from chalicelib import clock, outbox
from chalicelib.dynamo.conditions import is_still
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import Contended, Transaction
from chalicelib.errors import AnswerTooLarge, Busy, ChangeRefused, NotFound, ReceiptChanged, ReceiptSettled
from chalicelib.models.mails import About, Mail
from chalicelib.models.orders import Event, Order, Part, stated_rows
from chalicelib.ordering.orders import order_of_buyer
from chalicelib.ordering.receipts import Arrival, Stated, differences, state
from chalicelib.ordering.states import receivable_states
from chalicelib.ordering.transitions import By, new_event
from chalicelib.packing import compact

# The most bytes of a receipt in its part, whose item may take 400 KB together with the rows.
_MOST_BYTES = 100_000
# The most bytes of one event, and the most receipts of a part: every view of the order reads all of its events.
_EVENT_BYTES = 50_000
MAX_RECEIPTS = 30


@dataclass(frozen=True, slots=True)
class Receipt:
    """A buyer's statement: the part, the rows, and the version of the receipt that it is based on (None: any).

    With ``rest``, all other rows count as arrived in full.
    """

    order_id: int
    shop_id: int
    rows: Sequence[Arrival]
    rest: bool
    version: int | None = None


def receive_rows(given: Receipt, by: By) -> tuple[Order, list[Part]]:
    """Store what arrived of one of the buyer's own parts, with an event; return the order as it is now.

    The supplier is mailed if less arrived than was sent, or if such a statement is withdrawn. Repeating a statement
    changes nothing, so the same receipt may be sent again. Raises NotFound, ChangeRefused before the part is sent,
    ReceiptChanged, ReceiptSettled, AnswerTooLarge, Busy, and FieldErrors as ``receipts.state`` does.
    """

    # Lost to another report in between.
    def attempt(_: frozenset[str]) -> tuple[Order, list[Part]]:
        order, parts = order_of_buyer(by.user_id, given.order_id)
        part = next((one for one in parts if one.shop_id == given.shop_id), None)
        if part is None:
            raise NotFound
        if part.state not in receivable_states():
            raise ChangeRefused(state=part.state, detail={"state": part.state, "possible_in": receivable_states()})
        sent, before = {row["id"]: row["quantity"] for row in part.rows}, stated_rows(part)
        after = state(sent, before, given.rows, rest=given.rest)
        if after == before:
            return order, parts
        version = part.receipt_version or 0
        if given.version not in {None, version}:
            raise ReceiptChanged(version=version, detail={"version": version})
        if version >= MAX_RECEIPTS:
            raise ReceiptSettled(limit=MAX_RECEIPTS)
        _commit(part, after, _event(part, before, after, given, by))
        return order, parts

    try:
        return retry_lost(attempt)
    except Contended as failure:
        raise Busy from failure


def _event(part: Part, before: Stated, after: Stated, given: Receipt, by: By) -> Event:
    event = new_event("received", part.order_id, by, None)
    event.shop_id = part.shop_id
    sent, names = ({row["id"]: row[key] for row in part.rows} for key in ("quantity", "name"))
    event.rows = [
        {
            "shop": part.shop_id,
            "id": one,
            "name": names[one],
            "was": sent[one],
            "now": after[one][0],
            "reason": after[one][1],
        }
        for one in differences(sent, before, after)
    ]
    _require_fitting(event, after, given)
    return event


def _require_fitting(event: Event, after: Stated, given: Receipt) -> None:
    """Raise AnswerTooLarge, naming how many of the first entries fit, if the event or the part would be too large."""
    sizes = {row["id"]: len(compact(row).encode()) for row in event.rows}
    others = sum(_size(row) for row_id, row in after.items() if row_id not in {one.row_id for one in given.rows})
    used = accumulate(_size((one.quantity, one.reason)) for one in given.rows)
    shown = accumulate(sizes.get(one.row_id, 0) for one in given.rows)
    for place, (part_bytes, event_bytes) in enumerate(zip(used, shown, strict=True)):
        if others + part_bytes > _MOST_BYTES or event_bytes > _EVENT_BYTES:
            raise AnswerTooLarge(possible=place, detail={"possible": place})


def _size(row: tuple[int, str]) -> int:
    # Plus the id of the row, at most 16 digits, and the JSON around it.
    return len(compact(row).encode()) + 20


def _commit(part: Part, after: Stated, event: Event) -> None:
    stored = {str(row_id): [*row] for row_id, row in after.items()}
    version = (part.receipt_version or 0) + 1
    transaction = Transaction()
    # The version of the receipt suffices: after a part is sent, it can only be delivered, and its rows do not change.
    seen = Part.state.is_in(*receivable_states()) & is_still(Part.receipt_version, part.receipt_version)
    stamp = clock.stamp(clock.now())
    actions = [Part.received.set(stored), Part.received_at.set(stamp), Part.receipt_version.set(version)]
    transaction.update("part", part, actions, seen)
    transaction.create("event", event)
    mails: list[Mail] = []
    if event.rows:
        about: About = {"order_id": part.order_id, "shop_id": part.shop_id, "event": event.sk}
        mails.append(outbox.compose_of_order("part_received", f"shop:{part.shop_id}", about))
    for mail in mails:
        transaction.create("mail", mail)
    transaction.commit()
    part.received, part.received_at, part.receipt_version = stored, stamp, version
    outbox.dispatch(mails)
