"""A shop's answer to an order: rows that it will deliver in part or not at all.

The ordered quantity is kept beside the one to be delivered. The cost of delivery stays as agreed: a smaller sum of
goods never lowers it, and the shop's answer must not raise it (docs/decisions/0013-suppliers-answer.md).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from chalicelib import outbox
from chalicelib.dynamo.retry import retry_lost
from chalicelib.dynamo.transaction import TRANSACTION_LIMIT, Contended, Transaction
from chalicelib.errors import AnswerTooLarge, Busy, ChangeRefused, FieldErrors, NotFound, PartChanged, RowsRefused
from chalicelib.errors.base import Reason
from chalicelib.errors.reasons import ReasonDiffers, RowGrown
from chalicelib.models.mails import About, Mail
from chalicelib.models.orders import Event, Order, Part, RowChange, RowsPage, Stock, StoredRow
from chalicelib.ordering import pages, stock
from chalicelib.ordering.orders import get_order
from chalicelib.ordering.states import State, live_total, order_state, shrinkable_states
from chalicelib.ordering.transitions import By, new_event, order_actions

# So many rows, with stock, head, part, pages, event and mails, usually fit into one transaction: not if they are spread
# over many pages, or over large ones.
MAX_ROWS = 80
# Head, part, event and two mails.
_OTHERS = 5
# The most bytes of the event, which has a name and a reason for each row.
_EVENT_BYTES = 350_000


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """How many pieces of a row the shop will deliver (0: none), and the reason why not all."""

    row_id: int
    quantity: int
    reason: str


@dataclass(frozen=True, slots=True)
class ShopAnswer:
    """A shop's answer: the part, the rows, and the version of the part that it is based on (None: any)."""

    order_id: int
    shop_id: int
    rows: Sequence[RowAnswer]
    version: int | None = None


def answer_rows(given: ShopAnswer, by: By) -> tuple[Order, list[Part]]:
    """Reduce these rows of a part that is new or confirmed: all of them or none.

    Stock is returned once, the sums of part and order are updated, and a part with nothing left is canceled. The buyer
    is mailed, and so is the shop if somebody else answered for it. Quantities that the part already has change nothing,
    so the same answer may be sent again. Returns the order as it is now. Raises NotFound, ChangeRefused (wrong state),
    PartChanged (wrong version), FieldErrors for a row that is not in the part, RowsRefused if a quantity would grow or
    was reduced before for another reason, AnswerTooLarge if not all rows can be changed at once, Busy.
    """

    # Lost means: moved, canceled or answered in between, or an offer was deleted, so there is no stock to return to.
    def attempt(vanished: frozenset[str]) -> tuple[Order, list[Part]] | None:
        order, parts = get_order(given.order_id)
        part = next((one for one in parts if one.shop_id == given.shop_id), None)
        if part is None:
            raise NotFound
        _require_open(part, given.version)
        rows, changed = changed_rows(part.rows, given.rows)
        if not changed:
            return order, parts
        changed_pages = pages.changed_pages(part, rows)
        _require_fitting(changed_pages, [one["id"] for one in changed], [one.row_id for one in given.rows])
        event = new_event("answered", order.order_id, by, None)
        event.rows = [{"shop": part.shop_id, **change} for change in changed]
        _commit(order, parts, part, rows, changed_pages, event, vanished)
        return None

    try:
        unchanged = retry_lost(attempt)
    except Contended as failure:
        raise Busy from failure
    return unchanged or get_order(given.order_id)


def _require_open(part: Part, version: int | None) -> None:
    possible_in = shrinkable_states()
    if part.state not in possible_in:
        raise ChangeRefused(state=part.state, detail={"state": part.state, "possible_in": possible_in})
    if version is not None and version != part.version:
        raise PartChanged(version=part.version, detail={"version": part.version})


def changed_rows(rows: Sequence[StoredRow], answers: Sequence[RowAnswer]) -> tuple[list[StoredRow], list[RowChange]]:
    """Return the rows as answered, and the changes.

    Raises FieldErrors for rows that are not there or come twice, RowsRefused for those that would grow, and for those
    that have this quantity for another reason, which the buyer has seen.
    """
    known = {row["id"]: row for row in rows}
    _require_known(known.keys(), answers)
    refused = [reason for one in answers if (reason := _refusal(known[one.row_id], one))]
    if refused:
        raise RowsRefused(detail={"rows": refused})
    wanted = {one.row_id: one for one in answers if one.quantity < known[one.row_id]["quantity"]}
    answered = [_answered(row, wanted[row["id"]]) if row["id"] in wanted else row for row in rows]
    changes: list[RowChange] = [
        {
            "id": row_id,
            "name": known[row_id]["name"],
            "was": known[row_id]["quantity"],
            "now": one.quantity,
            "reason": one.reason,
        }
        for row_id, one in wanted.items()
    ]
    return answered, changes


def _refusal(row: StoredRow, one: RowAnswer) -> Reason | None:
    if one.quantity > row["quantity"]:
        return RowGrown(one.row_id, one.quantity, row["quantity"])
    known = row.get("reason")
    if known and one.quantity == row["quantity"] and one.reason != known:
        return ReasonDiffers(one.row_id, one.quantity, known)
    return None


def _require_known(known: Iterable[int], answers: Sequence[RowAnswer]) -> None:
    left = set(known)
    faults: dict[str, list[tuple[str, dict[str, object]]]] = {}
    for place, one in enumerate(answers):
        if one.row_id not in left:
            faults[f"items.{place}.id"] = [("unknown_row", {"id": one.row_id})]
        left.discard(one.row_id)
    if faults:
        raise FieldErrors(faults)


def _answered(row: StoredRow, one: RowAnswer) -> StoredRow:
    ordered = row.get("ordered", row["quantity"])
    return {**row, "quantity": one.quantity, "ordered": ordered, "reason": one.reason}


def _require_fitting(changed_pages: list[RowsPage], changed: Iterable[int], answered: Sequence[int]) -> None:
    """Raise AnswerTooLarge, naming how many of the first answers fit, if one transaction cannot hold all of them."""
    page_of = {row["id"]: page for page in changed_pages for row in page.rows}
    touched: set[str] = set()
    left = set(changed)
    items, offers, used = _OTHERS, 0, _EVENT_BYTES
    for place, row_id in enumerate(answered):
        if row_id not in left:
            continue
        items, offers = items + 1, offers + 1
        page = page_of.get(row_id)
        if page is not None and page.sk not in touched:
            touched.add(page.sk)
            items, used = items + 1, used + pages.size_of(page.rows)
        if items > TRANSACTION_LIMIT or not pages.fit_together(used, offers):
            raise AnswerTooLarge(possible=place, detail={"possible": place})


def _commit(
    order: Order,
    parts: list[Part],
    part: Part,
    rows: list[StoredRow],
    changed_pages: list[RowsPage],
    event: Event,
    vanished: Collection[str],
) -> None:
    goods_sum = sum(row["price"] * row["quantity"] for row in rows)
    left = any(row["quantity"] for row in rows)
    target = part.state if left else "canceled"
    after = [(target, goods_sum, part.delivery) if one is part else _as_is(one) for one in parts]
    state = order_state(cast(State, one[0]) for one in after)
    transaction = Transaction()
    transaction.update("order", order, order_actions(state, live_total(after)), Order.version == order.version)
    actions = [Part.goods_sum.set(goods_sum), Part.state.set(target), Part.version.set(Part.version + 1)]
    if not part.pages:
        actions.append(Part.rows.set(rows))
    seen = (Part.state == part.state) & (Part.version == part.version)
    transaction.update(f"part:{part.shop_id}", part, actions, seen)
    for page in changed_pages:
        # The condition on the part's version guards pages too: every change of a row raises it.
        transaction.update(page.sk, page, [RowsPage.rows.set(page.rows)], RowsPage.pk.exists())
    returned: list[Stock] = [{"id": change["id"], "quantity": change["was"] - change["now"]} for change in event.rows]
    stock.give_back(transaction, part.shop_id, returned, vanished)
    if target != part.state:
        event.changes = {str(part.shop_id): [part.state, target]}
    transaction.create("event", event)
    mails = _mails(order, part, event)
    for mail in mails:
        transaction.create(f"mail:{mail.kind}", mail)
    transaction.commit()
    outbox.dispatch(mails)


def _as_is(part: Part) -> tuple[str, int, int]:
    return part.state, part.goods_sum, part.delivery


def _mails(order: Order, part: Part, event: Event) -> list[Mail]:
    about: About = {"order_id": order.order_id, "shop_id": part.shop_id, "event": event.sk}
    mails = [
        outbox.compose_of_order("order_answered", f"user:{order.buyer_id}", about),
        outbox.compose_of_order(outbox.DOCUMENTS, outbox.DOCUMENTS, {"order_id": order.order_id}),
    ]
    if event.actor_role != "shop":
        kind = "part_canceled" if event.changes else "part_answered"
        mails.append(outbox.compose_of_order(kind, f"shop:{part.shop_id}", about))
    return mails
