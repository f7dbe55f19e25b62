"""Goods as a price list has them: which fields are written, under which names, and what is left out. Pure."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from chalicelib.goods import BY_COLUMN, FIELDS, Field, Good

# The parameters have a place of their own in every format.
WRITTEN = tuple(field for field in FIELDS if field.kind != "pairs")
_MAX_ID = BY_COLUMN["id"].limit


@dataclass(frozen=True, slots=True)
class AboutGoods:
    """What must be known of all the goods before the first is written.

    ``parameter_names`` is None if there are too many for a column each; ``made_at`` is an ISO time.
    """

    shop: str
    made_at: str
    categories: tuple[str, ...]
    parameter_names: tuple[str, ...] | None


def written_id(good: Good) -> str:
    """Return the supplier's id, or "" if the good is known by its model, which may be longer than an id."""
    return good.ext_id if len(good.ext_id) <= _MAX_ID else ""


def written_cells(good: Good) -> list[Any]:
    """Return the values of WRITTEN; None stands for what need not be written: it is empty or the default."""
    values = [None if value == empty or value == "" else value for value, empty in zip(_of(good), _EMPTY, strict=True)]
    if len(good.ext_id) > _MAX_ID:
        values[_ID] = None
    return values


def written_values(good: Good) -> list[tuple[Field, Any]]:
    """Return the fields to write, without the parameters, in the order of a price list."""
    return [(field, value) for field, value in zip(WRITTEN, written_cells(good), strict=True) if value is not None]


_of = attrgetter(*(field.name for field in WRITTEN))
_EMPTY = tuple("" if field.required else field.default for field in WRITTEN)
_ID = WRITTEN.index(BY_COLUMN["id"])
