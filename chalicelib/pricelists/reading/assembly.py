"""A good from what a row says of it and, if the list merges, from what is stored."""

from dataclasses import replace
from typing import NamedTuple

from chalicelib.goods import FIELDS, LONG, Field, FieldValues, Good
from chalicelib.pricelists.reading.faults import Limits
from chalicelib.pricelists.reading.order_quantities import QUANTITIES, Quantities, reconciled
from chalicelib.pricelists.reading.text_sizes import may_be_oversized, oversized

_EMPTY = {field.name: field.empty for field in FIELDS if field.empty is not ...}
_NAMES = tuple(field.name for field in FIELDS)
_QUANTITIES = frozenset(QUANTITIES)


class LeftOut(NamedTuple):
    """A value that was not taken, as a warning about ``field`` (its column) says."""

    code: str
    field: str
    value: str
    hint: dict[str, int]


def assembled(
    line: int, ext_id: str, given: FieldValues, limits: Limits, before: Good | None = None
) -> tuple[Good, list[LeftOut]]:
    """Return the good and the values that cannot be kept beside the others.

    ``given`` is as in GoodPatch. What it lacks is as ``before``, or empty; without ``before``, it has every field that
    a good must have. Values that contradict each other or are too long together are left out.
    """
    left_out: list[LeftOut] = []
    values = {**(_EMPTY if before is None else {name: getattr(before, name) for name in _NAMES}), **given}
    if "parameters" in given:
        values["parameters"] = _parameters(given["parameters"], before, limits, left_out)
    if not _QUANTITIES.isdisjoint(given):
        known = Quantities() if before is None else Quantities(*(getattr(before, name) for name in QUANTITIES))
        found, wrong = reconciled(known, given)
        values.update(found)
        left_out += [LeftOut(code, field, str(value), hint) for code, field, value, hint in wrong]
    values["line"], values["ext_id"] = line, ext_id
    good = Good(**values)
    if may_be_oversized(good, limits.max_good_texts):
        good = _fitting(good, given, limits.max_good_texts, before, left_out)
    return good, left_out


def _parameters(
    given: tuple[tuple[str, str], ...], before: Good | None, limits: Limits, left_out: list[LeftOut]
) -> tuple[tuple[str, str], ...]:
    """Return the parameters, those of ``before`` first; a list that merges says nothing of those it does not name."""
    kept = {**dict(before.parameters), **dict(given)}.items() if before is not None and given else given
    pairs = [pair for pair in kept if pair[1]]
    most = limits.max_parameters
    if before is None and len(pairs) == len(given) <= most:
        return given
    if len(pairs) > most:
        left_out.append(LeftOut("too_many_parameters", "parameters", str(len(pairs)), {"limit": most}))
    return tuple(pairs[:most])


def _fitting(good: Good, given: FieldValues, most: int, before: Good | None, left_out: list[LeftOut]) -> Good:
    """Return the good without the texts that are too long together, or with those it had before."""
    for field, size in oversized(good, most) if before is None else _given_long(good, given, most):
        left_out.append(LeftOut("texts_too_long", field.column, str(size), {"limit": most}))
        value = field.empty if before is None else getattr(before, field.name)
        good = replace(good, **{field.name: value})
    return good


def _given_long(good: Good, given: FieldValues, most: int) -> list[tuple[Field, int]]:
    """Return every long text of the row if they do not fit beside the stored ones, which did fit."""
    _, size = next(oversized(good, most), (None, 0))
    return [(field, size) for field in LONG if size and field.name in given]
