"""Picking lists to print, one sheet per part: for one part, or for several chosen in the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from chalicelib.answers.order_events import part_number
from chalicelib.console.visit import Page, Visit
from chalicelib.ids import ids_in
from chalicelib.models.orders import Part
from chalicelib.ordering.many_moves import MAX_PARTS
from chalicelib.ordering.orders import PORTION_ROWS, in_portions, own_parts, part_of_shop, rows_in, whole_parts
from chalicelib.ordering.picking import PickedRow, picked_rows
from chalicelib.path_ids import path_id

ORDERS = "orders"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows to pick for a part."""

    part: Part
    number: str
    rows: list[PickedRow]

    @property
    def pieces(self) -> int:
        """The sum of all quantities."""
        return sum(row.quantity for row in self.rows)


@dataclass(frozen=True, slots=True)
class PickingView:
    """Sheets to print. ``rest`` is the address of the sheets for ``left`` more parts that do not fit on the page.

    ``back`` is the page of the part, or the list in which the parts were chosen.
    """

    sheets: list[Sheet]
    back: str
    rest: str = ""
    left: int = 0


def picking(visit: Visit, order_id: str) -> Page:
    """Show the picking list of a part, to be printed."""
    part = part_of_shop(visit.caller.shop_id, path_id(order_id))
    return Page("partner/picking", PickingView(_sheets([part]), f"partner/orders/{part.order_id}"))


def picking_of_many(visit: Visit) -> Page:
    """Show the picking lists of the parts that the address names, at most as many as a page of the queue shows.

    Orders in which the shop has no part are left out. Parts whose rows do not fit on the page follow on another one.
    """
    asked = list(dict.fromkeys(ids_in(visit.query.get(ORDERS, ""))))
    parts = own_parts(visit.caller.shop_id, asked[:MAX_PARTS])
    portions = list(in_portions(parts, lambda part: rows_in([part]), PORTION_ROWS))
    now = portions[0] if portions else []
    later = [part.order_id for part in parts[len(now) :]] + asked[MAX_PARTS:]
    view = PickingView(
        *(_sheets(list(whole_parts(now))), "partner/orders" + _state(parts)),
        *(printed(later) if later else "", len(later)),
    )
    return Page("partner/picking", view)


def printed(order_ids: Sequence[int]) -> str:
    """Return the address of the picking lists of these orders."""
    return "partner/orders/picking?" + urlencode({"print": 1, ORDERS: ",".join(map(str, order_ids))}, safe=",")


def _sheets(parts: Sequence[Part]) -> list[Sheet]:
    return [Sheet(part, part_number(part), rows) for part, rows in zip(parts, picked_rows(parts), strict=True)]


def _state(parts: Sequence[Part]) -> str:
    """Return the query that filters the queue by the state of the parts, "" if they have several states."""
    states = {part.state for part in parts}
    return f"?state={states.pop()}" if len(states) == 1 else ""
