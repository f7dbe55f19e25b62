"""The lines of a saved list: each offer once, with the quantity to order, in order. Pure rules."""

from collections.abc import Collection, Iterable

MAX_LINES = 1_000
# An offer's id and a quantity in its unit.
Line = tuple[int, int]


def joined(lines: Iterable[Line], most: int) -> list[Line]:
    """Return the lines with each offer once, at its first place; its quantities add up to at most ``most``."""
    found: dict[int, int] = {}
    for offer_id, quantity in lines:
        found[offer_id] = min(found.get(offer_id, 0) + quantity, most)
    return list(found.items())


def with_lines(lines: Iterable[Line], changed: Iterable[Line]) -> list[Line]:
    """Return the lines with the quantities of ``changed``; new offers come last."""
    return list((dict(lines) | dict(changed)).items())


def without(lines: Iterable[Line], offer_ids: Collection[int]) -> list[Line]:
    """Return the lines without those of these offers."""
    return [line for line in lines if line[0] not in offer_ids]
