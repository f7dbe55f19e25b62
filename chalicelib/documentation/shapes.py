"""Schemas as client generators can read them, whatever made them."""

import re
from typing import Any

Described = dict[str, Any]

REF = "#/components/schemas/{model}"
_REF = REF.format(model="")
_PAGE = re.compile(r"(Numbered|)Page_(\w+)_")


def without_titles(schema: Any) -> Any:
    """Return the schema without titles: generators name types by them, and two of one name collide."""
    if isinstance(schema, list):
        return [without_titles(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    # A field may be called "title": only a text is one of a schema.
    return {key: without_titles(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}


def readable(name: str) -> str:
    """Return the name of a component: ``OrderPage`` for pydantic's ``Page_Order_``."""
    return _PAGE.sub(r"\2\1Page", name)


def renamed(schema: Any) -> Any:
    """Return the schema with every reference to a component by its readable name."""
    if isinstance(schema, list):
        return [renamed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _reference(value) if key == "$ref" else renamed(value) for key, value in schema.items()}


def _reference(value: str) -> str:
    return _REF + readable(value.removeprefix(_REF))


def exclusive(schema: Described) -> Described:
    """Return a choice between a list and an object as ``oneOf``: generators merge the branches of ``anyOf``."""
    branches = schema.get("anyOf", [])
    if not any(one.get("type") == "array" for one in branches):
        return schema
    return {**{key: value for key, value in schema.items() if key != "anyOf"}, "oneOf": branches}


def told_apart(schema: Described) -> Described:
    """Return an object's schema in which no two fields are named alike but for case.

    Few generators can hold both ``Status`` and ``status``. The lower one becomes a pattern, which binds the answer and
    makes no field; the answer has the same value under another name.
    """
    fields = schema.get("properties", {})
    twins = {name for name in fields if name != name.capitalize() and name.capitalize() in fields}
    if not twins:
        return schema
    return {
        **schema,
        "properties": {name: field for name, field in fields.items() if name not in twins},
        "patternProperties": {f"^{name}$": fields[name] for name in sorted(twins)},
        "required": [name for name in schema["required"] if name not in twins],
    }


def reachable(paths: Described, components: Described) -> Described:
    """Return the components that the paths refer to, and those that these refer to, in their order."""
    found: set[str] = set()
    waiting: list[Any] = [paths]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            name = str(node.get("$ref", "")).removeprefix(_REF)
            if name in components and name not in found:
                found.add(name)
                waiting.append(components[name])
    return {name: schema for name, schema in components.items() if name in found}
