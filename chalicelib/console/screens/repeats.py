"""Repeats a buyer's order, as far as its goods are available."""

from chalicelib.console.screens.adding import added_notice, key_of
from chalicelib.console.screens.quick import left_over
from chalicelib.console.screens.quick_lines import Typed
from chalicelib.console.visit import Page, Redirect, Visit
from chalicelib.ordering.bulk import ADDED, repeat_order
from chalicelib.path_ids import path_id


def repeat(visit: Visit, order_id: str) -> Page | Redirect:
    """Put the rows of an order into the basket again; show unavailable ones as lines of a quick order.

    Sent twice, it adds once.
    """
    rows, again = repeat_order(visit.caller.user_id, path_id(order_id), key_of(visit, order_id))
    refused = [row for row in rows if row.outcome.result != ADDED]
    if not refused:
        return Redirect("basket", added_notice(len(rows), again=again))
    lines = [
        Typed(row.terms.model or row.terms.name or "", str(row.wanted), row.outcome.offer_id or 0) for row in refused
    ]
    return left_over(visit, lines, len(rows) - len(refused), again=again)
