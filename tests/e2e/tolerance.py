"""What the service accepts beyond what openapi.json describes: every form of each value, as request schemas list them.

Forms and queries hold strings only, without null, lists and objects. JSON accepts numbers where strings are expected.
"""

from functools import cache
from typing import Any

import jsonschema_rs

from chalicelib.documentation.requests import _NOT_BLANK, _OWN_RULES, _TEXT, JSON
from chalicelib.requests.base import Schema
from chalicelib.requests.described import BLANK, NULL
from chalicelib.routes import DECLARED

_ROUTES = {route.name: route for route in DECLARED}
Described = dict[str, Any]


def body_is_tolerated(operation_id: str, media: str, body: object) -> bool:
    """Whether the service accepts this body of the call, although the description may not have it."""
    model = _ROUTES[operation_id].body
    if model is None or not isinstance(body, dict):
        return False
    is_json = media == JSON
    return bool(_accepts(model, is_json).is_valid(body if is_json else _on_the_wire(body)))


def query_is_tolerated(operation_id: str, query: dict[str, object]) -> bool:
    """Whether the service accepts this query of the call; every value is a text on the wire."""
    model = _ROUTES[operation_id].query
    return model is None or bool(_accepts(model, False, query=True).is_valid(_on_the_wire(query)))


def _on_the_wire(values: dict[str, Any]) -> dict[str, Any]:
    """The values as a form or a query carries them, as texts; bytes are a file's."""
    return {name: one if isinstance(one, bytes) else _text(one) for name, one in values.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@cache
def _accepts(model: type[Schema], json: bool, query: bool = False) -> Any:
    schema = model.model_json_schema()
    fields = {name: _flat(field) for name, field in schema["properties"].items()}
    if json:
        made = {name: _strict(field, number=True) for name, field in fields.items()}
        made.pop("file", None)
    else:
        made = {name: {} if name == "file" else _strict(_texts(field, query)) for name, field in fields.items()}
    nested = {name: _nested(one) for name, one in schema.get("$defs", {}).items()}
    return jsonschema_rs.validator_for({**schema, "properties": made, "$defs": nested}, validate_formats=True)


def _nested(schema: Described) -> Described:
    return {
        **schema,
        "properties": {name: _strict(_flat(field), number=True) for name, field in schema["properties"].items()},
    }


def _flat(field: Described) -> Described:
    """The field with nested alternatives flattened into one list."""
    if "anyOf" not in field:
        return field
    return {**field, "anyOf": [deep for form in field["anyOf"] for deep in form.get("anyOf", [form])]}


def _texts(field: Described, query: bool) -> Described:
    """The alternatives of a field that a string can express; an optional parameter may be empty."""
    if "anyOf" not in field:
        return _as_text(field)
    forms = [_as_text(form) for form in field["anyOf"] if form.get("type", "array") not in {"null", "array", "object"}]
    return {**field, "anyOf": [*forms, *([BLANK] if query and NULL in field["anyOf"] else [])]}


def _as_text(form: Described) -> Described:
    """Numbers and flags are their texts, whose own forms are listed beside them."""
    return form if form.get("type") == "string" or "enum" in form else {"not": {}}


def _strict(field: Described, *, number: bool = False) -> Described:
    """The field with the rules of every string; with ``number``, numbers are allowed in place of strings."""
    if "anyOf" in field:
        return {**field, "anyOf": [_strict(form, number=number) for form in field["anyOf"]]}
    if field.get("type") != "string" or field.keys() & _OWN_RULES:
        return field
    kind: Any = ["string", "number"] if number else "string"
    return {**field, "type": kind, "pattern": _NOT_BLANK if field.get("minLength") else _TEXT}
