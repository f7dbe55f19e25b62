"""Items in DynamoDB's wire form: what an import makes a million times.

A model takes ten times as long to be made and serialised; this gives what it would.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from chalicelib.models.base import Item

_Column = tuple[str, str, Callable[[Any], Any] | None, Any]
# These attributes hold what the wire holds.
_PLAIN = frozenset({"UnicodeAttribute", "BooleanAttribute"})


def wire_item(model: type[Item], values: dict[str, Any]) -> dict[str, Any]:
    """The item of this model with these attributes; one that is not named has its default, and None is left out."""
    item = {}
    for name, kind, serialize, default in _columns(model):
        value = values.get(name, default)
        if value is not None:
            item[name] = {kind: value if serialize is None else serialize(value)}
    return item


@cache
def _columns(model: type[Item]) -> list[_Column]:
    return [
        (
            name,
            attribute.attr_type,
            None if type(attribute).__name__ in _PLAIN else attribute.serialize,
            attribute.default() if callable(attribute.default) else attribute.default,
        )
        for name, attribute in model.get_attributes().items()
    ]
