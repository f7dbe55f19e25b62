"""What became of many rows that were put into the basket at once."""

from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from chalicelib.answers.catalogue import money_or_none
from chalicelib.answers.common import Done, Money
from chalicelib.errors import FieldErrors
from chalicelib.money import as_number
from chalicelib.ordering.bulk import ADDED, FULL, NOT_FOUND, EntryOutcome, Repeated
from chalicelib.requests.orders import Entry
from chalicelib.texts import Language, text

Result = Literal["added", "not_found", "too_many", "wrong_quantity", "closed", "full", "invalid"]
INVALID: Literal["invalid"] = "invalid"
_TEXTS = {NOT_FOUND: "row.gone", FULL: "row.full"}


class RowResult(TypedDict):
    """What became of one of many rows; ``quantity`` is what the basket holds of the offer now.

    A row that was not added has a ``message``, and ``possible``, the most that the basket could hold; one of a wrong
    quantity has ``nearest``, the valid quantities around it.
    """

    result: Result
    id: int | None
    quantity: int
    possible: NotRequired[int | None]
    nearest: NotRequired[list[int]]
    message: NotRequired[str]


class EntryResult(RowResult):
    """What became of the entry at ``position``, from 0; one that is ``invalid`` has ``errors`` by field."""

    position: int
    errors: NotRequired[dict[str, list[str]]]


class EntryResults(Done):
    """What became of each entry; ``added`` counts those that went into the basket."""

    added: int
    results: list[EntryResult]


class RepeatedRow(RowResult):
    """What became of a row of an order; ``was`` is its price then, ``now`` is null if the offer is gone."""

    name: str
    ordered: int
    was: Money
    now: Money | None


class OrderRepeated(Done):
    """What became of each row of the order; ``added`` counts those that went into the basket."""

    added: int
    results: list[RepeatedRow]
    shortened: NotRequired[bool]


def bulk_body(entries: list[Entry], outcomes: list[EntryOutcome], language: Language) -> EntryResults:
    """Return a result for each entry, in their order; ``outcomes`` are of those that could be read."""
    remaining = iter(outcomes)
    results: list[EntryResult] = []
    for position, entry in enumerate(entries):
        if isinstance(entry, FieldErrors):
            results.append(_invalid(position, entry, language))
        else:
            result = cast("EntryResult", _outcome(next(remaining), language))
            result["position"] = position
            results.append(result)
    return {"Status": True, "added": _added(outcomes), "results": results}


def repeat_body(rows: list[Repeated], language: Language) -> OrderRepeated:
    """Return a result for each row of the order, with its price then and now."""
    results: list[RepeatedRow] = [
        {
            **_outcome(row.outcome, language),
            "name": row.name,
            "ordered": row.wanted,
            "was": as_number(row.was),
            "now": money_or_none(row.outcome.price),
        }
        for row in rows
    ]
    return {"Status": True, "added": _added([row.outcome for row in rows]), "results": results}


def _added(outcomes: list[EntryOutcome]) -> int:
    return sum(outcome.result == ADDED for outcome in outcomes)


def _invalid(position: int, faults: FieldErrors, language: Language) -> EntryResult:
    return {
        "position": position,
        "result": INVALID,
        "id": None,
        "quantity": 0,
        "errors": faults.errors(language),
    }


def _outcome(outcome: EntryOutcome, language: Language) -> RowResult:
    result = cast("Result", outcome.result)
    body: RowResult = {"result": result, "id": outcome.offer_id, "quantity": outcome.quantity}
    if outcome.fault is not None:
        body["possible"] = outcome.possible
        body["nearest"] = list(outcome.fault.nearest)
        body["message"] = outcome.fault.message(language)
    elif outcome.result in _TEXTS:
        body["possible"] = outcome.possible
        body["message"] = text("errors", _TEXTS[outcome.result], language, possible=outcome.possible)
    return body
