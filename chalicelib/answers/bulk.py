"""Many rows at once: reading each for itself, and what became of each."""

from typing import Any

from chalicelib.answers.basket import amount_or_none
from chalicelib.errors import FieldErrors
from chalicelib.money import as_number
from chalicelib.ordering.bulk import ADDED, FULL, NOT_FOUND, EntryOutcome, Repeated
from chalicelib.requests.orders import Entry
from chalicelib.texts import Language, text

INVALID = "invalid"
_TEXTS = {NOT_FOUND: "row.gone", FULL: "row.full"}


def bulk_body(entries: list[Entry], outcomes: list[EntryOutcome], language: Language) -> dict[str, Any]:
    """A result for each entry, in their order; ``outcomes`` are of those that could be read."""
    told = iter(outcomes)
    results = [
        {
            "position": position,
            **(_invalid(entry, language) if isinstance(entry, FieldErrors) else _outcome(next(told), language)),
        }
        for position, entry in enumerate(entries)
    ]
    return {"Status": True, "added": _added(outcomes), "results": results}


def repeat_body(rows: list[Repeated], language: Language) -> dict[str, Any]:
    """A result for each row of the order, with its price then and now."""
    results = [
        {
            **_outcome(row.outcome, language),
            "name": row.name,
            "ordered": row.wanted,
            "was": as_number(row.was),
            "now": amount_or_none(row.outcome.price),
        }
        for row in rows
    ]
    return {"Status": True, "added": _added([row.outcome for row in rows]), "results": results}


def _added(outcomes: list[EntryOutcome]) -> int:
    return sum(outcome.result == ADDED for outcome in outcomes)


def _invalid(faults: FieldErrors, language: Language) -> dict[str, Any]:
    return {"result": INVALID, "id": None, "quantity": 0, "errors": faults.errors(language)}


def _outcome(outcome: EntryOutcome, language: Language) -> dict[str, Any]:
    told: dict[str, Any] = {"result": outcome.result, "id": outcome.offer_id, "quantity": outcome.quantity}
    if outcome.fault is not None:
        nearest = list(outcome.fault.nearest)
        told |= {"possible": outcome.possible, "nearest": nearest, "message": outcome.fault.message(language)}
    elif outcome.result in _TEXTS:
        message = text("errors", _TEXTS[outcome.result], language, possible=outcome.possible)
        told |= {"possible": outcome.possible, "message": message}
    return told
