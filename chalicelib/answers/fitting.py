"""What one answer can hold: a function's ends at 6 MB, counted as its runtime sends it."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, cast

import simplejson

from chalicelib.answers.common import Shortenable
from chalicelib.ordering import orders

# Headers and what encloses the body take little beside it.
ANSWER_BYTES = 5_500_000
_SHORT = 100
FoundT = TypeVar("FoundT")
EntryT = TypeVar("EntryT")
BodyT = TypeVar("BodyT", bound=Shortenable)
AnyBodyT = TypeVar("AnyBodyT", bound=Mapping[str, object])


def fitting(
    found: Iterable[FoundT], body: Callable[[FoundT], BodyT], key: Callable[[FoundT], str], after: str | None
) -> tuple[list[BodyT], str | None]:
    """Return the bodies of as many orders or parts as one answer can hold, and the position after them.

    Always includes the first one, shortened if necessary. The position is ``after`` if nothing was left out, else the
    key of the last one taken. Reads no more of ``found`` than it needs.
    """
    taken: list[BodyT] = []
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


def fits(text: str) -> bool:
    """Return whether one answer can hold this text."""
    return len(json.dumps(text)) <= ANSWER_BYTES


def bounded(body: AnyBodyT) -> AnyBodyT:
    """Return a body that one answer can hold: itself, or one with ``shortened``.

    If it is too large, its texts are cut to their first 100 characters and then its lists to their first 100 entries.
    For answers that hold as many rows as were asked for.
    """
    if has_room(body):
        return body
    cut = {**_with_short_texts(body), "shortened": True}
    if _size(cut) > ANSWER_BYTES:
        cut |= {key: value[:_SHORT] for key, value in cut.items() if isinstance(value, list)}
    return cast("AnyBodyT", cut)


def _with_short_texts(value: Any) -> Any:
    if isinstance(value, str):
        return value[:_SHORT]
    if isinstance(value, dict):
        return {key: _with_short_texts(part) for key, part in value.items()}
    return [_with_short_texts(part) for part in value] if isinstance(value, list) else value


def has_room(body: Mapping[str, object]) -> bool:
    """Return whether one answer can hold this body."""
    return _size(body) <= ANSWER_BYTES


def first_of(bodies: Iterable[EntryT]) -> list[EntryT]:
    """Return as many of the first bodies as one answer can hold."""
    taken: list[EntryT] = []
    used = 0
    for body in bodies:
        used += _size(body) + 1
        if used > ANSWER_BYTES:
            break
        taken.append(body)
    return taken


def size_of(body: Shortenable) -> int:
    """Return the bytes of a body within an answer: JSON in JSON, where the runtime writes a Cyrillic letter as six."""
    # Row by row: the text of a whole order that is too large would take some hundred MB.
    return _size({**body, "ordered_items": []}) + sum(_size(row) + 1 for row in body["ordered_items"])


def _size(value: object) -> int:
    return len(json.dumps(simplejson.dumps(value, ensure_ascii=False, use_decimal=True, separators=(",", ":"))))


def shortened(body: BodyT) -> BodyT:
    """Return the body of an order, part or basket, cut until one answer can hold it; a flag says that it was cut.

    First the parameters of goods are left out, then the rows of events, then what texts of rows have beyond their first
    100 characters; the export in JSON Lines has everything. Changes ``body`` itself.
    """
    for shorten in (_leave_out_parameters, _leave_out_rows_of_events, _shorten_texts):
        if size_of(body) <= ANSWER_BYTES:
            break
        shorten(body)
        body["shortened"] = True
    return body


def _leave_out_parameters(body: Shortenable) -> None:
    for row in _with_product(body):
        row["product_info"]["product_parameters"] = []


def _leave_out_rows_of_events(body: Shortenable) -> None:
    # Cards alone have events.
    for event in cast("dict[str, list[dict[str, object]]]", body).get("events", []):
        event["rows"] = []


def _shorten_texts(body: Shortenable) -> None:
    for row in _with_product(body):
        info = row["product_info"]
        info["model"] = info["model"][:_SHORT]
        info["product"].update({name: info["product"][name][:_SHORT] for name in ("name", "category")})
        row.update({name: row[name][:_SHORT] for name in ("reason", "received_reason") if row.get(name)})


def _with_product(body: Shortenable) -> Iterable[Any]:
    """Return the rows that show a product; the offer of a row of a basket may be gone."""
    return (row for row in body["ordered_items"] if row["product_info"])
