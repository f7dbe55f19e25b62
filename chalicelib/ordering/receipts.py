"""A buyer's receipt of a part that was sent: how much of each row arrived, and why not all. Pure rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.errors import FieldErrors
from chalicelib.errors.base import Fault


@dataclass(frozen=True, slots=True)
class Arrival:
    """How many pieces of a row arrived (0: none), and why not all of them, "" if they did."""

    row_id: int
    quantity: int
    reason: str


# By the ids of rows: how many pieces arrived, and why not all. A row that is missing has not been counted yet.
Stated = dict[int, tuple[int, str]]


def state(sent: Mapping[int, int], before: Stated, arrivals: Sequence[Arrival], *, rest: bool) -> Stated:
    """Return the receipt of a part after ``arrivals``; ``sent`` are the quantities of all of its rows, by id.

    With ``rest``, all that nothing has been stated of arrived as it was sent. Raises FieldErrors that name the entries
    of rows that are not in the part or come twice, of more than was sent, and of less without a reason.
    """
    _require_valid(sent, arrivals)
    after = dict(before)
    for one in arrivals:
        after[one.row_id] = one.quantity, one.reason if one.quantity < sent[one.row_id] else ""
    if rest:
        after |= {row_id: (quantity, "") for row_id, quantity in sent.items() if row_id not in after}
    return after


def differences(sent: Mapping[int, int], before: Stated, after: Stated) -> list[int]:
    """Return the rows to report to the supplier: less arrived, or had been reported as less before."""
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
