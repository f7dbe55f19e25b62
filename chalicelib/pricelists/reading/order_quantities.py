"""Minimum, step and maximum of an order, which depend on each other."""

from typing import NamedTuple

from chalicelib.goods import FieldValues

# The fields in the order of ``Quantities``.
QUANTITIES = ("min_quantity", "step_quantity", "max_quantity")


class Quantities(NamedTuple):
    """How a good is ordered: in multiples of ``step``, at least ``least`` and at most ``most`` (None: no limit)."""

    least: int = 1
    step: int = 1
    most: int | None = None


class Contradiction(NamedTuple):
    """A quantity that cannot be kept beside the others; ``hint`` is what the text of the fault needs."""

    code: str
    field: str
    value: int
    hint: dict[str, int]


def reconciled(before: Quantities, given: FieldValues) -> tuple[FieldValues, list[Contradiction]]:
    """Return the three fields of a good of which a row has some of ``given``, and what had to be left out.

    ``given`` may hold fields of other names. None means that the row empties the field, and a field that is not
    ``given`` stays as it was ``before``. The step wins: a minimum that is not a multiple of it becomes one step, as
    does a minimum that was one step before.
    """
    wrong: list[Contradiction] = []
    step = (given["step_quantity"] or 1) if "step_quantity" in given else before.step
    kept = None if before.least == before.step else before.least
    least = given.get("min_quantity", kept)
    if least is not None and least % step:
        wrong.append(Contradiction("min_not_multiple", "min_quantity", least, {"step": step}))
        least = None
    least = least or step
    most = given.get("max_quantity", before.most)
    if most is not None and most < least:
        wrong.append(Contradiction("max_below_min", "max_quantity", most, {"least": least}))
        most = None
    return dict(zip(QUANTITIES, (least, step, most), strict=True)), wrong
