"""A supplier's part of one order: the quantity delivered of each row, the next state, the waybill."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from chalicelib.accounts import limits
from chalicelib.answers.order_events import EventBase, concerns, event_base, part_number
from chalicelib.console.acting import acting
from chalicelib.console.screens.documents import documents_page
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.documents.kept import part_documents
from chalicelib.errors import AnswerTooLarge, FieldErrors, PartChanged
from chalicelib.errors.base import Fault
from chalicelib.errors.reasons import ReasonDiffers, RowGrown
from chalicelib.ids import as_id
from chalicelib.models.orders import Part, StoredRow, stated_rows
from chalicelib.ordering.orders import events_of, part_of_shop
from chalicelib.ordering.shortages import RowAnswer, ShopAnswer, answer_rows, changed_rows
from chalicelib.ordering.states import State, allowed_moves, moves_on, shrinkable_states
from chalicelib.ordering.transitions import move_order
from chalicelib.path_ids import path_id
from chalicelib.requests.base import parse
from chalicelib.requests.orders import AnsweredRow, PartMove


@dataclass(frozen=True, slots=True)
class AnsweredView:
    """A row of the part, why the answer to it was refused, and how much arrived, if the buyer has counted it."""

    row: StoredRow
    problem: str
    arrived: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class PartView:
    """A part as its shop sees it; ``moves`` are its possible next states, without cancellation.

    ``may_answer`` means that less can still be delivered. ``events`` are sorted newest first.
    """

    part: Part
    number: str
    rows: list[AnsweredView]
    moves: Sequence[State]
    may_answer: bool
    may_cancel: bool
    events: list[EventBase]


def part(visit: Visit, order_id: str) -> Page:
    """Show the shop's own part of one order."""
    found = _own(visit, order_id)
    moves = allowed_moves(cast(State, found.state), "shop")
    events = [(event, event_base(event, [found])) for event in reversed(events_of(found.order_id))]
    view = PartView(
        *(found, part_number(found)),
        answered_rows(found, problems_of(visit)),
        moves_on(cast(State, found.state), "shop"),
        *(found.state in shrinkable_states(), "canceled" in moves),
        [body for event, body in events if concerns(event, body, found.shop_id)],
    )
    return Page("partner/part", view, rows={str(row["id"]): row["name"] for row in found.rows})


def documents(visit: Visit, order_id: str) -> Page:
    """Show the waybills of the shop's own part of one order."""
    found = _own(visit, order_id)
    return documents_page(part_number(found), f"partner/orders/{found.order_id}", part_documents(found))


def answer(visit: Visit, order_id: str) -> Redirect:
    """Reduce the rows in which less was typed, and confirm the part if that button was pressed.

    If any row is refused, neither happens: the buyer gets one answer and one mail. Only if the rows do not fit into one
    transaction are there several.
    """
    found, caller = _own(visit, order_id), visit.caller
    seen = as_id(visit.form.get("version", ""))
    answers = typed_answers(visit, found.rows)
    if seen not in {None, found.version}:
        raise PartChanged(version=found.version, detail={"version": found.version})
    if answers:
        found = _answered(visit, found, answers)
    if found.state == "canceled" or not visit.form.get("then"):
        key = "part.canceled" if found.state == "canceled" else "part.answered" if answers else "part.unchanged"
        return Redirect(f"partner/orders/{found.order_id}", Notice(key, {"count": len(answers)}))
    if answers:
        limits.spend(limits.ORDER_CHANGES, caller.shop_id)
    move_order(found.order_id, "confirmed", shop_id=caller.shop_id, by=acting(visit, "shop"))
    key = "part.confirmed_less" if answers else "part.confirmed"
    return Redirect(f"partner/orders/{found.order_id}", Notice(key, {"count": len(answers)}))


def _answered(visit: Visit, found: Part, answers: Sequence[RowAnswer]) -> Part:
    """Answer the rows at the version that was shown, in as many transactions as they need; return the part.

    If a later transaction fails, the earlier ones stay saved, and the page shows the rest as it was typed. Rows that
    are not in the part, or would grow, are refused before anything is saved.
    """
    changed_rows(found.rows, answers)
    left, at_once = list(answers), len(answers)
    while left:
        given = ShopAnswer(found.order_id, found.shop_id, left[:at_once], found.version)
        try:
            _, parts = answer_rows(given, acting(visit, "shop"))
        except AnswerTooLarge as refusal:
            at_once = int(str(refusal.detail["possible"]))
            if not at_once:
                raise
            continue
        found = next(one for one in parts if one.shop_id == found.shop_id)
        left = left[at_once:]
    return found


def move(visit: Visit, order_id: str) -> Redirect:
    """Move the shop's own part to its next state."""
    return _moved(visit, order_id, visit.read(PartMove), "part.moved")


def cancel(visit: Visit, order_id: str) -> Redirect:
    """Cancel the shop's own part, with a reason."""
    return _moved(visit, order_id, visit.read(PartMove, state="canceled"), "part.canceled")


def _moved(visit: Visit, order_id: str, form: PartMove, said: str) -> Redirect:
    found = _own(visit, order_id)
    move_order(found.order_id, form.state, shop_id=found.shop_id, by=acting(visit, "shop"), reason=form.reason)
    return Redirect(f"partner/orders/{found.order_id}", Notice(said))


def typed_answers(visit: Visit, rows: Sequence[StoredRow]) -> list[RowAnswer]:
    """Return the answers to rows in which less was typed. Raises FieldErrors that name the fields of each row.

    A ticked box means a quantity of 0; a row without a reason of its own gets the common one.
    """
    answers: list[RowAnswer] = []
    faults: dict[str, list[Fault]] = {}
    shared = visit.form.get("reason", "")
    for row in rows:
        row_id = row["id"]
        typed = "0" if f"none.{row_id}" in visit.form else visit.form.get(f"quantity.{row_id}")
        if typed is None or typed.strip() == str(row["quantity"]):
            continue
        reason = visit.form.get(f"reason.{row_id}", "").strip() or shared
        try:
            form = parse(AnsweredRow, {"id": row_id, "quantity": typed, "reason": reason})
        except FieldErrors as wrong:
            faults |= {f"{name}.{row_id}": found for name, found in wrong.faults.items()}
            continue
        answers.append(RowAnswer(form.id, form.quantity, form.reason))
    if faults:
        raise FieldErrors(faults)
    return answers


def answered_rows(part: Part, problems: Mapping[int, str]) -> list[AnsweredView]:
    """Return the rows of a part with their problems, by row id in ``problems``, and what has arrived of them."""
    arrived = stated_rows(part)
    return [AnsweredView(row, problems.get(row["id"], ""), arrived.get(row["id"])) for row in part.rows]


def problems_of(visit: Visit) -> dict[int, str]:
    """Return the reasons for which rows of an answer were refused, by row id."""
    reasons = visit.error.detail.get("rows") if visit.error is not None else None
    found = [one for one in reasons if isinstance(one, RowGrown | ReasonDiffers)] if isinstance(reasons, list) else []
    return {one.row_id: one.message(visit.language) for one in found}


def _own(visit: Visit, order_id: str) -> Part:
    return part_of_shop(visit.caller.shop_id, path_id(order_id))
