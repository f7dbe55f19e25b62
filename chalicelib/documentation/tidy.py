"""Schemas as client generators can read them, whatever made them."""

import re
from collections.abc import Mapping
from typing import TypeVar, cast

from chalicelib.documentation.shapes import REF, Schemas
from chalicelib.json_types import JsonSchema

_REF = REF.format(model="")
_PAGE = re.compile(r"(Numbered|)Page_(\w+)_")
NodeT = TypeVar("NodeT")


def tidied(schema: NodeT) -> NodeT:
    """Return a schema, or anything that holds schemas, without titles and with readable references.

    Generators name types by titles, and two of one name collide.
    """
    if isinstance(schema, list):
        return cast("NodeT", [tidied(one) for one in schema])
    if not isinstance(schema, dict):
        return schema
    # A field may be called "title": only a text is one of a schema.
    kept = {key: one for key, one in schema.items() if key != "title" or not isinstance(one, str)}
    return cast("NodeT", {key: _reference(one) if key == "$ref" else tidied(one) for key, one in kept.items()})


def readable(name: str) -> str:
    """Return the name of a component: ``OrderPage`` for pydantic's ``Page_Order_``."""
    return _PAGE.sub(r"\2\1Page", name)


def _reference(value: object) -> str:
    return _REF + readable(str(value).removeprefix(_REF))


def exclusive(schema: NodeT) -> NodeT:
    """Return a schema, or anything that holds schemas, in which a choice of lists and objects is ``oneOf``.

    Generators merge the branches of ``anyOf``.
    """
    if isinstance(schema, list):
        return cast("NodeT", [exclusive(one) for one in schema])
    if not isinstance(schema, dict):
        return schema
    large = [one for one in schema.get("anyOf", ()) if "$ref" in one or one.get("type") == "array"]
    kept = {"oneOf" if key == "anyOf" and len(large) > 1 else key: exclusive(one) for key, one in schema.items()}
    return cast("NodeT", kept)


def told_apart(schema: JsonSchema) -> JsonSchema:
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


def reachable(paths: object, components: Schemas) -> Schemas:
    """Return the components that the paths refer to, and those that these refer to, in their order."""
    found: set[str] = set()
    waiting = [paths]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, Mapping):
            waiting += node.values()
            name = str(node.get("$ref", "")).removeprefix(_REF)
            if name in components and name not in found:
                found.add(name)
                waiting.append(components[name])
    return {name: schema for name, schema in components.items() if name in found}
