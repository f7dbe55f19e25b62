"""What one answer can hold: a function's ends at 6 MB, counted as its runtime sends it."""

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import simplejson

from chalicelib.ordering import orders

# Headers and what encloses the body take little beside it.
ANSWER_BYTES = 5_500_000
_SHORT = 100
_Found = TypeVar("_Found")
Body = dict[str, Any]


def fitting(
    found: Iterable[_Found], body: Callable[[_Found], Body], key: Callable[[_Found], str], after: str | None
) -> tuple[list[Body], str | None]:
    """The bodies of as many of the first orders or parts as one answer can hold, and the position behind them.

    The first one always is among them, ``shortened`` where it must be. The position is ``after`` where nothing was left
    out, else the key of the last one taken. No more is read of ``found`` than is needed.
    """
    taken: list[Body] = []
    rows = used = 0
    last = ""
    for one in found:
        made = shortened(body(one)) if not taken else body(one)
        rows += len(made["ordered_items"])
        used += size_of(made)
        if taken and (rows > orders.ROWS_LIMIT or used > ANSWER_BYTES):
            return taken, last
        taken.append(made)
        last = key(one)
    return taken, after


def first_of(bodies: Iterable[Body]) -> list[Body]:
    """As many of the first bodies as one answer can hold."""
    taken: list[Body] = []
    used = 0
    for body in bodies:
        used += _size(body) + 1
        if used > ANSWER_BYTES:
            break
        taken.append(body)
    return taken


def size_of(body: Body) -> int:
    """Bytes of a body within an answer: JSON in JSON, in which the runtime writes a Cyrillic letter as six signs."""
    # Row by row: the text of a whole order that is too large would take some hundred MB.
    return _size({**body, "ordered_items": []}) + sum(_size(row) + 1 for row in body["ordered_items"])


def _size(value: Body) -> int:
    return len(json.dumps(simplejson.dumps(value, ensure_ascii=False, use_decimal=True, separators=(",", ":"))))


def shortened(body: Body) -> Body:
    """The body of an order, part or basket as it is, or changed until one answer can hold it, with a flag that says so.

    First the parameters of goods are left out, then the rows of events, then what texts of rows have beyond their first
    100 characters; the export in JSON Lines has everything.
    """
    for shorten in (_leave_out_parameters, _leave_out_rows_of_events, _shorten_texts):
        if size_of(body) <= ANSWER_BYTES:
            break
        shorten(body)
        body["shortened"] = True
    return body


def _leave_out_parameters(body: Body) -> None:
    for row in _shown(body):
        row["product_info"]["product_parameters"] = []


def _leave_out_rows_of_events(body: Body) -> None:
    for event in body.get("events", []):
        event["rows"] = []


def _shorten_texts(body: Body) -> None:
    for row in _shown(body):
        info = row["product_info"]
        info["model"] = info["model"][:_SHORT]
        info["product"].update({name: info["product"][name][:_SHORT] for name in ("name", "category")})
        if row.get("reason"):
            row["reason"] = row["reason"][:_SHORT]


def _shown(body: Body) -> Iterable[Body]:
    """The rows that show a good; one of a basket may be gone."""
    return (row for row in body["ordered_items"] if row["product_info"])
