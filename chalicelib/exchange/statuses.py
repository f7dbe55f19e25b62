"""What 1C says of orders, applied as the shop's own calls are: by the table of states, each document on its own.

The same document may come any number of times: what it says is compared with the part as it is.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import cast

from chalicelib.accounts import limits
from chalicelib.accounts.limits import ORDER_CHANGES
from chalicelib.documents.views import one_line
from chalicelib.errors import AnswerTooLarge, AppError, Busy, NotFound, TooManyAttempts
from chalicelib.exchange import orders
from chalicelib.exchange.errors import AREA, ExchangeFailed, said
from chalicelib.exchange.order_documents import DELIVERY
from chalicelib.exchange.status_file import DocumentRow, OrderDocument
from chalicelib.exchange.status_words import steps, wanted_state
from chalicelib.ids import as_id
from chalicelib.models.orders import Part, StoredRow
from chalicelib.ordering.orders import part_of_shop
from chalicelib.ordering.shortages import MAX_ROWS, RowAnswer, ShopAnswer, answer_rows
from chalicelib.ordering.states import State, shrinkable_states
from chalicelib.ordering.transitions import By, move_order
from chalicelib.texts import Language, text

# A call is answered within 29 seconds; one document takes a few at most.
SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose 1C speaks: the shop, its session, and who its acts are recorded as."""

    shop_id: int
    session: str
    by: By
    language: Language


def apply(documents: Sequence[OrderDocument], sender: Sender, done: int) -> tuple[int, list[str]]:
    """Apply the documents from the ``done``-th on, for SECONDS at most.

    Returns how many have been dealt with, and a line about each that was refused. Raises TooManyAttempts and Busy
    before a document if they hold for all that follow and nothing was dealt with.
    """
    until, lines = time.monotonic() + SECONDS, list[str]()
    for place in range(done, len(documents)):
        if time.monotonic() > until:
            return place, lines
        document = documents[place]
        try:
            _apply(document, sender)
        except (TooManyAttempts, Busy) as failure:
            if place == done:
                raise
            return place, [*lines, _line(document, failure.plain(sender.language), sender.language)]
        except NotFound:
            lines.append(_line(document, text(AREA, "failure.no_order", sender.language), sender.language))
        except ExchangeFailed as failed:
            lines.append(_line(document, said(failed.failure, sender.language), sender.language))
        except AppError as refused:
            lines.append(_line(document, refused.plain(sender.language), sender.language))
    return len(documents), lines


def _line(document: OrderDocument, why: str, language: Language) -> str:
    number = one_line(document.number or document.item_id)[:100]
    return text(AREA, "document", language, number=number, text=one_line(why))


def _apply(document: OrderDocument, sender: Sender) -> None:
    part = _part(document, sender)
    wanted = wanted_state(document.facts)
    fewer = [] if wanted == "canceled" or part.state == "canceled" else _fewer(part, document.rows)
    moves = [] if wanted is None else steps(cast(State, part.state), wanted)
    if not fewer and not moves:
        return
    limits.spend(ORDER_CHANGES, sender.shop_id)
    if fewer and _answer(part, fewer, sender) == "canceled":
        # Nothing is left of it, so it was canceled.
        return
    reason = text(AREA, "reason.canceled", "ru")
    for state in moves:
        given = reason if state == "canceled" else None
        move_order(part.order_id, state, shop_id=sender.shop_id, by=sender.by, reason=given)


def _part(document: OrderDocument, sender: Sender) -> Part:
    """Return the part that a document is about: by our id, or by the number of the order where 1C puts its own id."""
    order_id, number = as_id(document.item_id), as_id(document.number)
    if order_id is not None:
        try:
            return part_of_shop(sender.shop_id, order_id)
        except NotFound:
            if number is None:
                raise
    order_id = orders.order_numbered(sender.shop_id, sender.session, number) if number is not None else None
    if order_id is None:
        raise NotFound
    return part_of_shop(sender.shop_id, order_id)


def _fewer(part: Part, rows: list[DocumentRow] | None) -> list[RowAnswer]:
    """Return the rows that a document has less of than the part; those that it lacks will not be delivered.

    A document without goods says nothing of them. Raises ExchangeFailed for a row that the part does not have: then
    what is missing proves nothing.
    """
    goods = [row for row in rows or () if not row.service and row.item_id != DELIVERY]
    if not goods:
        return []
    said_of: Counter[str] = Counter()
    for row in goods:
        said_of[_plain(row.item_id)] += _pieces(row)
    own: dict[str, StoredRow] = {_plain(row["ext_id"]): row for row in part.rows}
    if unknown := [item_id for item_id in said_of if item_id not in own]:
        raise ExchangeFailed("unknown_goods", goods=", ".join(unknown[:5])[:200], count=len(unknown))
    reason = text(AREA, "reason.fewer", "ru")
    if part.state in shrinkable_states() and (
        grown := [one for one, count in said_of.items() if count > own[one]["quantity"]]
    ):
        raise ExchangeFailed("more_goods", goods=", ".join(grown[:5])[:200], count=len(grown))
    return [
        RowAnswer(row["id"], said_of[item_id], reason)
        for item_id, row in own.items()
        if said_of[item_id] < row["quantity"]
    ]


def _answer(part: Part, rows: list[RowAnswer], sender: Sender) -> str:
    """Answer the rows, as many at a time as one transaction holds; return the part's state afterwards."""
    state, left = part.state, rows
    while left:
        batch = left[:MAX_ROWS]
        try:
            _, parts = answer_rows(ShopAnswer(part.order_id, sender.shop_id, batch), sender.by)
        except AnswerTooLarge as failure:
            batch = left[: int(str(failure.detail["possible"]))]
            if not batch:
                raise
            _, parts = answer_rows(ShopAnswer(part.order_id, sender.shop_id, batch), sender.by)
        left = left[len(batch) :]
        state = next(one.state for one in parts if one.shop_id == sender.shop_id)
    return state


def _pieces(row: DocumentRow) -> int:
    written = row.quantity.replace("\u00a0", "").replace(" ", "").replace(",", ".") or "0"
    try:
        count = Decimal(written)
        if count < 0 or count.adjusted() > 15 or count != int(count):
            raise InvalidOperation
    except (InvalidOperation, ValueError, OverflowError):
        raise ExchangeFailed("quantity", value=row.quantity[:50], goods=row.item_id[:100]) from None
    return int(count)


def _plain(item_id: str) -> str:
    return one_line(item_id)
