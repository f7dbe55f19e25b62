"""A buyer's receipt of a sent part: how much of each row arrived, and why any is missing. Pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.errors import FieldErrors
from chalicelib.errors.base import Fault


@dataclass(frozen=True, slots=True)
class Arrival:
    """How many pieces of a row arrived, 0 for none, and the reason if some are missing, else ""."""

    row_id: int
    quantity: int
    reason: str


# (pieces that arrived, reason for missing ones) by row id. A row that is not in it has not been counted yet.
Stated = dict[int, tuple[int, str]]


def state(sent: Mapping[int, int], before: Stated, arrivals: Sequence[Arrival], *, rest: bool) -> Stated:
    """Return the receipt of a part after ``arrivals``; ``sent`` are the quantities of all of its rows, by id.

    With ``rest``, all rows not stated so far count as arrived in full. Raises FieldErrors naming the entries whose row
    is not in the part or comes twice, and those with more than was sent or with less but no reason.
    """
    _require_valid(sent, arrivals)
    after = dict(before)
    for one in arrivals:
        after[one.row_id] = one.quantity, one.reason if one.quantity < sent[one.row_id] else ""
    if rest:
        after |= {row_id: (quantity, "") for row_id, quantity in sent.items() if row_id not in after}
    return after


def differences(sent: Mapping[int, int], before: Stated, after: Stated) -> list[int]:
    """Return the ids of changed rows to report to the supplier: rows that lack pieces now, or did before."""
    news = [row_id for row_id in sent if row_id in after and after[row_id] != before.get(row_id)]
    return [row_id for row_id in news if lacks(sent, after, row_id) or lacks(sent, before, row_id)]


def lacks(sent: Mapping[int, int], stated: Stated, row_id: int) -> bool:
    """Return whether less of the row arrived than was sent, according to the buyer."""
    return row_id in stated and stated[row_id][0] < sent[row_id]


def _require_valid(sent: Mapping[int, int], arrivals: Sequence[Arrival]) -> None:
    left = set(sent)
    faults: dict[str, list[Fault]] = {}
    for place, one in enumerate(arrivals):
        if one.row_id not in left:
            faults[f"items.{place}.id"] = [("unknown_row", {"id": one.row_id})]
        elif one.quantity > sent[one.row_id]:
            faults[f"items.{place}.quantity"] = [("too_large", {"limit": sent[one.row_id]})]
        elif one.quantity < sent[one.row_id] and not one.reason:
            faults[f"items.{place}.reason"] = [("missing", {})]
        left.discard(one.row_id)
    if faults:
        raise FieldErrors(faults)
