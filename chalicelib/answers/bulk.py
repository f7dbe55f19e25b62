"""What became of many rows that were put into the basket at once."""

from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from chalicelib.answers.catalogue import money_or_none
from chalicelib.answers.common import Done, Money
from chalicelib.errors import FieldErrors
from chalicelib.money import as_number
from chalicelib.ordering.bulk import ADDED, FULL, NOT_FOUND, EntryOutcome, Repeated
from chalicelib.ordering.terms import Terms, TermsChange
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


class SoldAs(TypedDict):
    """What a good is called and how it is sold; null is what an order placed long ago did not record."""

    name: str
    model: str
    unit: str | None
    min_quantity: int | None
    step_quantity: int | None
    max_quantity: int | None


class RepeatedRow(RowResult):
    """What became of a row of an order.

    ``name`` and ``was``, the price, are those of the order; so is ``sold_was``. ``now``, the price, and ``sold_now``
    are those of the offer, null if it is gone. ``changed`` names the keys of ``sold_now`` that differ.
    """

    name: str
    ordered: int
    was: Money
    now: Money | None
    sold_was: SoldAs
    sold_now: SoldAs | None
    changed: list[str]


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
    """Return a result for each row of the order, with its price, name, unit and quantities then and now."""
    results: list[RepeatedRow] = [
        {
            **_outcome(row.outcome, language),
            "name": row.terms.name or "",
            "ordered": row.wanted,
            "was": as_number(row.was),
            "now": money_or_none(row.outcome.price),
            "sold_was": _sold_as(row.terms),
            "sold_now": None if row.outcome.terms is None else _sold_as(row.outcome.terms),
            "changed": _changed(row),
        }
        for row in rows
    ]
    return {"Status": True, "added": _added([row.outcome for row in rows]), "results": results}


def _sold_as(terms: Terms) -> SoldAs:
    rule = terms.rule
    return {
        "name": terms.name or "",
        "model": terms.model or "",
        "unit": terms.unit,
        "min_quantity": rule.minimum if rule else None,
        "step_quantity": rule.step if rule else None,
        "max_quantity": rule.maximum if rule else None,
    }


def _changed(row: Repeated) -> list[str]:
    """Return the keys whose values are known to differ between the order and the offer."""
    if row.outcome.terms is None:
        return []
    change = TermsChange(row.outcome.offer_id or 0, row.terms, row.outcome.terms)
    was, now = _sold_as(change.was), _sold_as(change.now)
    known = {"name": True, "model": True, "unit": change.of_unit}
    return [key for key in was if known.get(key, change.of_rule) and was[key] != now[key]]  # type: ignore[literal-required]


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
