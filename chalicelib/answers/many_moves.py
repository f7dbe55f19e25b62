"""What became of the parts of many orders that were moved at once."""

from collections.abc import Sequence
from typing import Literal, NotRequired

from typing_extensions import TypedDict

from chalicelib.answers.common import Done
from chalicelib.ordering.many_moves import MoveOutcome, MoveResult
from chalicelib.ordering.states import State
from chalicelib.texts import Language


class PartResult(TypedDict):
    """What became of the shop's part of one order: its state now, null if that is not known.

    A part that was ``refused`` has the states that it can go to; every one that is not in the wanted state has a
    ``message``.
    """

    order: int
    result: Literal["moved", "already", "refused", "not_found", "later"]
    state: State | None
    allowed: NotRequired[list[State]]
    message: NotRequired[str]


class PartsMoved(Done):
    """What became of each part; ``moved`` counts those that this request moved."""

    moved: int
    results: list[PartResult]


def parts_moved(outcomes: Sequence[MoveOutcome], language: Language) -> PartsMoved:
    """Return a result for each part, in their order."""
    moved = sum(outcome.result is MoveResult.MOVED for outcome in outcomes)
    return {"Status": True, "moved": moved, "results": [_result(outcome, language) for outcome in outcomes]}


def _result(outcome: MoveOutcome, language: Language) -> PartResult:
    result: PartResult = {"order": outcome.order_id, "result": outcome.result.value, "state": outcome.state}
    if outcome.refusal is not None:
        result["message"] = outcome.refusal.plain(language)
        if "allowed" in outcome.refusal.detail:
            result["allowed"] = outcome.refusal.detail["allowed"]  # type: ignore[typeddict-item]
    return result
