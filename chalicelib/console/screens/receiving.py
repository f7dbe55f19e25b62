"""The receipt of a part, counted row by row, mostly on a phone beside the pallet."""

from dataclasses import dataclass

from chalicelib.answers.order_events import part_number
from chalicelib.console.acting import acting
from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.errors import FieldErrors, NotFound
from chalicelib.models.orders import Order, Part, StoredRow, stated_rows
from chalicelib.ordering import receiving
from chalicelib.ordering.orders import order_of_buyer
from chalicelib.ordering.states import receivable_states
from chalicelib.path_ids import path_id
from chalicelib.requests.base import parse
from chalicelib.requests.receipts import ArrivedRows

_QUANTITY, _REASON = "quantity.", "reason."


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A row that was sent, the quantity stated to have arrived (None: not counted yet), and the reason if less."""

    row: StoredRow
    arrived: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A part with the rows to be delivered; ``may_count`` means that it has been sent."""

    order: Order
    part: Part
    number: str
    rows: list[CountedRow]
    may_count: bool

    @property
    def counted(self) -> int:
        """How many rows have been counted."""
        return sum(row.arrived is not None for row in self.rows)


def receipt(visit: Visit, order_id: str, shop_id: str) -> Page:
    """Show the rows of one of the buyer's own parts, to be counted."""
    order, part = _own(visit, order_id, shop_id)
    stated = stated_rows(part)
    rows = [CountedRow(row, *stated.get(row["id"], (None, ""))) for row in part.rows if row["quantity"]]
    may_count = part.state in receivable_states()
    names = {str(one.row["id"]): one.row["name"] for one in rows}
    return Page("orders/receipt", ReceiptView(order, part, part_number(part), rows, may_count), rows=names)


def receive_rows(visit: Visit, order_id: str, shop_id: str) -> Redirect:
    """Store the counted rows, and mark the others as arrived if that button was pressed."""
    order, part = _own(visit, order_id, shop_id)
    counted = [str(row["id"]) for row in part.rows if visit.form.get(f"{_QUANTITY}{row['id']}", "").strip()]
    try:
        form = parse(ArrivedRows, {**visit.form, "shop": shop_id, "items": [_typed(visit, one) for one in counted]})
        given = receiving.Receipt(order.order_id, form.shop, form.arrivals, form.rest, form.version)
        _, parts = receiving.receive_rows(given, acting(visit, "buyer"))
    except FieldErrors as wrong:
        raise _of_fields(wrong, counted) from wrong
    stated = stated_rows(next(one for one in parts if one.shop_id == part.shop_id))
    sent = {row["id"]: row["quantity"] for row in part.rows if row["quantity"]}
    lacking = sum(row_id in stated and stated[row_id][0] < quantity for row_id, quantity in sent.items())
    done = sum(row_id in stated for row_id in sent)
    if done < len(sent):
        said = Notice("receipt.counted", {"count": done, "all": len(sent)})
        return Redirect(f"orders/{order.order_id}/receipt/{part.shop_id}", said)
    said = Notice("receipt.lacking", {"count": lacking}) if lacking else Notice("receipt.complete")
    return Redirect(f"orders/{order.order_id}", said)


def _typed(visit: Visit, row_id: str) -> dict[str, str]:
    quantity, reason = (visit.form.get(f"{name}{row_id}", "").strip() for name in (_QUANTITY, _REASON))
    return {"id": row_id, "quantity": quantity, "reason": reason}


def _of_fields(wrong: FieldErrors, counted: list[str]) -> FieldErrors:
    """Return the faults of entries ``items.<place>.<name>`` as those of the fields ``<name>.<row>``."""
    renamed = {}
    for field, faults in wrong.faults.items():
        _, _, rest = field.partition("items.")
        place, _, name = rest.partition(".")
        renamed[f"{name}.{counted[int(place)]}" if name and place.isdecimal() else field] = faults
    return FieldErrors(renamed)


def _own(visit: Visit, order_id: str, shop_id: str) -> tuple[Order, Part]:
    """Return the order and the part. Raises NotFound."""
    order, parts = order_of_buyer(visit.caller.user_id, path_id(order_id))
    for part in parts:
        if str(part.shop_id) == shop_id:
            return order, part
    raise NotFound
