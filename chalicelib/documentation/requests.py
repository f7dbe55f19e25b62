"""What requests look like on the wire: a schema's fields as JSON, as a form, and as parameters of a query.

Forms and queries hold strings only, without null, lists and objects. JSON accepts numbers where strings are expected.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, cast

from chalicelib.documentation.examples import PARAMETERS
from chalicelib.documentation.shapes import Media, Parameter
from chalicelib.json_types import JsonObject, JsonSchema
from chalicelib.requests.base import Schema
from chalicelib.requests.described import BLANK, IDS, NULL

REF = "#/components/schemas/{model}"
JSON, URLENCODED, MULTIPART = "application/json", "application/x-www-form-urlencoded", "multipart/form-data"
ID_DIGITS = "IdDigits"
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_TEXT = f"^[^{_CONTROLS}]*$"
_NOT_BLANK = rf"^[^{_CONTROLS}]*[^{_CONTROLS}\s][^{_CONTROLS}]*$"
_OWN_RULES = {"pattern", "format", "enum", "const", "contentMediaType"}
_FILE_KINDS = "A price list: YAML, JSON, CSV or YML, packed by gzip or not."
_FILE: JsonSchema = {"type": "string", "format": "binary", "description": _FILE_KINDS}


def components(models: set[type[Schema]], described: Mapping[str, JsonSchema]) -> dict[str, JsonSchema]:
    """Return the component schemas of bodies, derived from pydantic's: one for JSON and one for forms."""
    bodies = {model.__name__: model for model in models}
    named: dict[str, JsonSchema] = {
        ID_DIGITS: {**IDS[1], "description": "The digits of a positive number below 2**53."}
    }
    for name, schema in described.items():
        named[name] = _refer(_as_json(schema))
        if name in bodies:
            named[f"{name}Fields"] = _refer(_as_form(_without_file(schema)))
        if "file" in _fields(schema):
            named[f"{name}Upload"] = _refer(_as_form(schema))
    return named


def content(model: type[Schema], example: JsonObject | None) -> dict[str, Media]:
    """Return the encodings that a body may have, each with its schema and the example in that encoding."""
    name = model.__name__
    whole = model.model_json_schema()
    file = "file" in whole["properties"]
    encodings = {JSON: name, URLENCODED: f"{name}Fields", MULTIPART: f"{name}Upload" if file else f"{name}Fields"}
    if whole.get("required") == ["file"]:
        encodings = {MULTIPART: encodings[MULTIPART]}
    described: dict[str, Media] = {}
    for encoding, schema in encodings.items():
        described[encoding] = {"schema": {"$ref": REF.format(model=schema)}}
        if example is not None:
            described[encoding]["example"] = example if encoding == JSON else _texts_of(example)
    return described


def _texts_of(example: JsonObject) -> JsonObject:
    return {
        name: json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)
        for name, value in example.items()
    }


def needed(model: type[Schema]) -> bool:
    """Return whether a request without a body is refused."""
    schema = model.model_json_schema()
    return bool(schema.keys() & {"required", "anyOf", "oneOf"})


def query_parameters(query: type[Schema] | None) -> list[Parameter]:
    """Return the parameters of a query; none without a schema."""
    if query is None:
        return []
    schema = cast(JsonSchema, query.model_json_schema(ref_template=REF))
    required = set(schema.get("required", ()))
    return [_parameter(name, field, name in required) for name, field in _fields(schema).items()]


def path_parameters(path: str) -> list[Parameter]:
    """Return the ids in a path as parameters."""
    return [
        {"name": name, "in": "path", "required": True, "schema": IDS[0], "example": PARAMETERS[name]}
        for name in re.findall(r"{(\w+)}", path)
    ]


def _parameter(name: str, field: JsonSchema, required: bool) -> Parameter:
    described: Parameter = {"name": name, "in": "query", "required": required, "schema": field}
    if name in PARAMETERS:
        described["example"] = PARAMETERS[name]
    if field.get("type") == "object":
        # Its keys are parameters themselves: ?param.color=red&param.memory=64
        return {**described, "style": "form", "explode": True}
    blank = [BLANK] if NULL in field.get("anyOf", ()) and BLANK not in field["anyOf"] else []
    texts = _texts(field)
    if blank:
        texts["anyOf"] = [*texts["anyOf"], *blank]
    return {**described, "schema": _refer(_strict(texts))}


def _as_json(schema: JsonSchema) -> JsonSchema:
    plain = _without_file(schema)
    return {**plain, "properties": {name: _strict(field, number=True) for name, field in _fields(plain).items()}}


def _without_file(schema: JsonSchema) -> JsonSchema:
    """Only multipart/form-data carries files; other encodings require what replaces it."""
    fields = _fields(schema)
    if "file" not in fields:
        return schema
    del fields["file"]
    plain = cast(JsonSchema, {key: value for key, value in schema.items() if key != "anyOf"})
    without = (branch for branch in schema.get("anyOf", ()) if "file" not in branch["required"])
    other = next(without, JsonSchema())
    return {**plain, **other, "properties": {**fields, **other.get("properties", {})}}


def _as_form(schema: JsonSchema) -> JsonSchema:
    fields = _fields(schema)
    texts = {name: _FILE if name == "file" else _strict(_texts(field)) for name, field in fields.items()}
    return {**schema, "properties": texts}


def _fields(schema: JsonSchema) -> dict[str, JsonSchema]:
    return {
        name: _flat(
            cast(JsonSchema, {key: value for key, value in field.items() if key != "default" or value is not None})
        )
        for name, field in schema.get("properties", {}).items()
    }


def _flat(field: JsonSchema) -> JsonSchema:
    """The field with nested alternatives flattened into one list."""
    if "anyOf" not in field:
        return field
    forms = [deep for form in field["anyOf"] for deep in form.get("anyOf", [form])]
    return {**field, "anyOf": forms}


def _texts(field: JsonSchema) -> JsonSchema:
    """The alternatives of a field that a string can express."""
    if "anyOf" not in field:
        return field
    forms = [form for form in field["anyOf"] if form.get("type", "array") not in {"null", "array", "object"}]
    return {**field, "anyOf": forms}


def _strict(field: JsonSchema, *, number: bool = False) -> JsonSchema:
    """The field with the rules of every string; with ``number``, numbers are allowed in place of strings."""
    if "anyOf" in field:
        return {**field, "anyOf": [_strict(form, number=number) for form in field["anyOf"]]}
    if field.get("type") != "string" or field.keys() & _OWN_RULES:
        return field
    kind: str | list[str] = ["string", "number"] if number else "string"
    return {**field, "type": kind, "pattern": _NOT_BLANK if field.get("minLength") else _TEXT}


def _refer(schema: Any) -> Any:
    """The schema with the long pattern of ids replaced by a reference."""
    if schema == IDS[1]:
        return {"$ref": REF.format(model=ID_DIGITS)}
    if isinstance(schema, dict):
        return {key: _refer(value) for key, value in schema.items()}
    return [_refer(value) for value in schema] if isinstance(schema, list) else schema
