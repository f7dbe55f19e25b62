"""Whether a row can be applied to what the shop has, and what its errors leave on sale."""

from dataclasses import replace

from chalicelib.goods import ESSENTIAL, Good, GoodPatch
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.reading.faults import KEPT, Fault, fault, of_optional
from chalicelib.pricelists.reading.reader import ReadRow, explained

# With these an earlier row of the file says what is on sale.
_REPEATED = frozenset({"duplicate_id"})
_NEEDED = tuple(field for field in ESSENTIAL if field.column != "id")


def judged(row: ReadRow, known: Known) -> tuple[Good | GoodPatch | None, list[Fault]]:
    """Return what the row says, or None if it is refused or says nothing to this shop, and all its faults.

    An error in a row of a good that stays on sale says at which price (the hint KEPT). The result is the same before
    and after the file was planned.
    """
    found, faults = row.good, row.faults
    if isinstance(found, GoodPatch) and takes_new_stock(found, known):
        found = replace(found, given={**found.given, "quantity": found.new_stock})
    if isinstance(found, GoodPatch) and (refusal := _refusal(row, found, known)) is not None:
        found, faults = None, [*faults, explained(refusal, row.entry)]
    if any(each.severity == "error" for each in faults):
        faults = [_with_kept_price(each, known) for each in faults]
    return found, faults


def takes_new_stock(patch: GoodPatch, known: Known) -> bool:
    """Whether the row says nothing of the stock of a good that is not on sale, and the list of none."""
    if patch.new_stock is None or "quantity" in patch.given:
        return False
    place = known.find(patch.ext_id)
    return place is None or not known.at(place, patch.ext_id).listed


def unknown_good(row: ReadRow, patch: GoodPatch) -> Fault:
    """Return the fault of a row that changes a good which does not exist."""
    missing = [field.column for field in _NEEDED if field.name not in patch.given and field.name not in patch.if_new]
    known_by = "model" if patch.given.get("model") == patch.ext_id else "id"
    about = {"ext_id": patch.ext_id, "field": known_by, "value": patch.ext_id}
    return fault("good_unknown", row.entry.line, **about, missing=", ".join(missing))


def _refusal(row: ReadRow, patch: GoodPatch, known: Known) -> Fault | None:
    if patch.withdrawn:
        return None
    place = known.find(patch.ext_id)
    if place is None:
        if all(field.name in patch.given or field.name in patch.if_new for field in _NEEDED):
            return None
        refusal = unknown_good(row, patch)
        return of_optional(refusal) if patch.if_known else refusal
    if known.at(place, patch.ext_id).listed or "quantity" in patch.given:
        return None
    # Nobody knows what is left of a good that was taken off sale.
    refusal = fault("good_withdrawn", row.entry.line, ext_id=patch.ext_id, field="quantity", value=patch.ext_id)
    return of_optional(refusal) if patch.if_known else refusal


def _with_kept_price(each: Fault, known: Known) -> Fault:
    if each.severity != "error" or each.ext_id is None or each.code in _REPEATED:
        return each
    place = known.find(each.ext_id)
    stored = known.at(place, each.ext_id) if place is not None else None
    return replace(each, hint={**each.hint, KEPT: stored.price}) if stored is not None and stored.listed else each
