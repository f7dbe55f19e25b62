"""Goods as a price list has them: which fields are written, under which names, and what is left out. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
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


def written_values(good: Good) -> Iterator[tuple[Field, Any]]:
    """Yield every field but the parameters in the order of a price list; None stands for what need not be written."""
    for field in WRITTEN:
        value = written_id(good) if field.column == "id" else getattr(good, field.name)
        yield field, value if field.is_given(value) else None
