"""What became of many rows that were put into the basket at once."""

from collections.abc import Mapping
from operator import itemgetter
from typing import Literal, NotRequired, cast

from typing_extensions import TypedDict

from chalicelib.answers.catalogue import ListedFields, money_or_none
from chalicelib.answers.common import Done, Money, Named
from chalicelib.answers.fitting import has_room
from chalicelib.errors import FieldErrors
from chalicelib.models.catalogue import Offer, Shop
from chalicelib.money import as_number
from chalicelib.ordering.bulk import ADDED, FULL, NOT_FOUND, Repeated
from chalicelib.ordering.codes import AMBIGUOUS, CANDIDATES, NOT_SEARCHED
from chalicelib.ordering.codes import NOT_FOUND as CODE_NOT_FOUND
from chalicelib.ordering.entries import Entered, EntryOutcome
from chalicelib.ordering.terms import Terms, TermsChange
from chalicelib.requests.orders import Entry
from chalicelib.texts import Language, text

Result = Literal["added", "not_found", "too_many", "wrong_quantity", "closed", "full", "invalid"]
EnteredResult = Literal[Result, "code_not_found", "ambiguous_code", "code_not_searched"]
INVALID: Literal["invalid"] = "invalid"
_TEXTS = {NOT_FOUND: "row.gone", FULL: "row.full"}
_OF_CODES = {CODE_NOT_FOUND, AMBIGUOUS, NOT_SEARCHED}
# The length to which an answer cuts suppliers' texts.
_SHORT = 120


class RowResult(TypedDict):
    """What became of one of many rows; ``quantity`` is what the basket holds of the offer now.

    A row that was not added has a ``message``, and ``possible``, the most that the basket could hold; one of a wrong
    quantity has ``nearest``, the valid quantities around it.
    """

    id: int | None
    quantity: int
    possible: NotRequired[int | None]
    nearest: NotRequired[list[int]]
    message: NotRequired[str]


class FoundOffer(ListedFields):
    """One shop's offer with a code; ``quantity`` is its stock, and long texts are cut."""

    id: int
    shop: Named
    name: str
    model: str
    price: Money
    quantity: int


class EntryResult(RowResult):
    """The result of the entry at ``position``, from 0; one that is ``invalid`` has ``errors`` by field.

    An entry with a code, and every one of a dry run, has its ``offer``; ``chosen`` is there if that is one of several.
    An ``ambiguous_code`` has ``candidates``, in stock first, then the cheapest; ``more_candidates`` says that there are
    others. ``same_offer`` is the position of the first entry of this offer: what they ask for adds up.
    """

    result: EnteredResult
    position: int
    errors: NotRequired[dict[str, list[str]]]
    offer: NotRequired[FoundOffer]
    chosen: NotRequired[Literal[True]]
    candidates: NotRequired[list[FoundOffer]]
    more_candidates: NotRequired[bool]
    same_offer: NotRequired[int]


class EntryResults(Done):
    """The result of each entry; ``added`` counts those added to the basket, or that a ``dry_run`` would add."""

    added: int
    results: list[EntryResult]
    dry_run: NotRequired[Literal[True]]
    shortened: NotRequired[Literal[True]]


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

    result: Result
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


def bulk_body(
    entries: list[Entry], entered: list[Entered], language: Language, *, dry_run: bool = False
) -> EntryResults:
    """Return a result for each entry, in their order; ``entered`` are those that could be read.

    If the answer cannot hold all candidates, the last ones of each entry are left out first.
    """
    positions = [position for position, entry in enumerate(entries) if not isinstance(entry, FieldErrors)]
    results = [
        _invalid(position, entry, language) for position, entry in enumerate(entries) if isinstance(entry, FieldErrors)
    ]
    results += [
        _entry(position, one, positions, language, dry_run=dry_run)
        for position, one in zip(positions, entered, strict=True)
    ]
    results.sort(key=itemgetter("position"))
    body: EntryResults = {"Status": True, "added": _added([one.outcome for one in entered]), "results": results}
    if dry_run:
        body["dry_run"] = True
    return _with_fewer_candidates(body)


def _entry(position: int, one: Entered, positions: list[int], language: Language, *, dry_run: bool) -> EntryResult:
    told = {"result": one.outcome.result, **_outcome(one.outcome, language), "position": position}
    result = cast("EntryResult", told)
    if one.offer is not None and (dry_run or one.match is not None):
        result["offer"] = _found_offer(one.offer, one.shops)
    if one.match is not None and one.match.chosen:
        result["chosen"] = True
    if one.match is not None and one.match.refused == AMBIGUOUS:
        result["candidates"] = [_found_offer(offer, one.shops) for offer in one.match.candidates]
        result["more_candidates"] = one.match.more
    if one.first is not None:
        result["same_offer"] = positions[one.first]
    return result


def _found_offer(offer: Offer, shops: Mapping[int, Shop]) -> FoundOffer:
    shop = shops.get(offer.shop_id)
    return {
        "id": offer.offer_id,
        "shop": {"id": offer.shop_id, "name": shop.name[:_SHORT] if shop is not None else ""},
        "name": offer.name[:_SHORT],
        "model": offer.model[:_SHORT],
        "price": as_number(offer.price),
        "quantity": offer.quantity,
        "unit": offer.unit[:_SHORT],
        "min_quantity": offer.min_quantity,
        "step_quantity": offer.step_quantity,
        "max_quantity": offer.max_quantity,
    }


def _with_fewer_candidates(body: EntryResults) -> EntryResults:
    for most in range(CANDIDATES - 1, -1, -1):
        if has_room(body):
            break
        for result in body["results"]:
            if len(result.get("candidates", ())) > most:
                result["candidates"] = result["candidates"][:most]
                result["more_candidates"] = True
        body["shortened"] = True
    return body


def repeat_body(rows: list[Repeated], language: Language) -> OrderRepeated:
    """Return a result for each row of the order, with its price, name, unit and quantities then and now."""
    results: list[RepeatedRow] = [
        {
            "result": cast("Result", row.outcome.result),
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


def refusal(outcome: EntryOutcome, language: Language) -> str:
    """Return why an entry was not added, in words; "" for one that was."""
    return _outcome(outcome, language).get("message", "")


def _outcome(outcome: EntryOutcome, language: Language) -> RowResult:
    body: RowResult = {"id": outcome.offer_id, "quantity": outcome.quantity}
    if outcome.fault is not None:
        body["possible"] = outcome.possible
        body["nearest"] = list(outcome.fault.nearest)
        body["message"] = outcome.fault.message(language)
    elif outcome.result in _OF_CODES:
        body["message"] = text("errors", f"row.{outcome.result}", language)
    elif outcome.result in _TEXTS:
        body["possible"] = outcome.possible
        body["message"] = text("errors", _TEXTS[outcome.result], language, possible=outcome.possible)
    return body
