"""Items in DynamoDB's wire form, for what imports write a million times and every call reads.

PynamoDB takes ten times as long to create and serialize a model, and three times as long to read one. The results here
are the same.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from pynamodb.models import Model

if TYPE_CHECKING:
    from chalicelib.dynamo.wire import AttributeMap

# Its name in Python, its name in the table, its wire type, its (de)serializer and its default.
_Column = tuple[str, str, str, Callable[[Any], Any] | None, Any]
# The values of these attributes equal their wire form.
_PLAIN = frozenset({"UnicodeAttribute", "BooleanAttribute"})


def wire_item(model: type[Model], values: Mapping[str, object]) -> "AttributeMap":
    """Return the item with these attributes in wire form; missing ones get their default, None is left out."""
    item = {}
    for name, stored_name, kind, serialize, default in _writing(model):
        value = values.get(name, default)
        if value is not None:
            item[stored_name] = {kind: value if serialize is None else serialize(value)}
    return cast("AttributeMap", item)


def read_values(model: type[Model], raw: "AttributeMap") -> dict[str, object]:
    """Return the values of the model's attributes in an item in wire form, or their defaults.

    Raises PynamoDB's AttributeDeserializationError if one is stored as another type.
    """
    values = {}
    attributes = cast("dict[str, dict[str, object]]", raw)
    for name, stored_name, kind, deserialize, default in _reading(model):
        stored = attributes.get(stored_name)
        if stored and "NULL" not in stored:
            value = stored[kind] if kind in stored else model.get_attributes()[name].get_value(stored)
            values[name] = value if deserialize is None else deserialize(value)
        elif default is not None:
            values[name] = default() if callable(default) else default
    return values


@cache
def _writing(model: type[Model]) -> list[_Column]:
    return [
        (
            name,
            attribute.attr_name,
            attribute.attr_type,
            None if type(attribute).__name__ in _PLAIN else attribute.serialize,
            attribute.default() if callable(attribute.default) else attribute.default,
        )
        for name, attribute in model.get_attributes().items()
    ]


@cache
def _reading(model: type[Model]) -> list[_Column]:
    return [
        (
            name,
            attribute.attr_name,
            attribute.attr_type,
            None if type(attribute).__name__ in _PLAIN else attribute.deserialize,
            attribute.default,
        )
        for name, attribute in model.get_attributes().items()
    ]
