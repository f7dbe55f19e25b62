"""What requests look like: bodies, parameters of queries and paths.

The service accepts most values in several forms (``requests.described``) and every body in three encodings. A client
needs one of each: a value is described by the first form that its schema lists, a body as JSON, or as a form if it
carries a file. Decision 32 says why.
"""

import re
from typing import cast

from pydantic.json_schema import models_json_schema

from chalicelib.documentation.examples import PARAMETERS
from chalicelib.documentation.shapes import REF, Media, Parameter, Schemas
from chalicelib.documentation.tidy import tidied
from chalicelib.documentation.words import Words
from chalicelib.json_types import JsonObject, JsonSchema
from chalicelib.requests.base import Schema
from chalicelib.requests.described import IDS
from chalicelib.requests.orders import BulkItem, BulkItems

JSON, MULTIPART = "application/json", "multipart/form-data"
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_TEXT = f"^[^{_CONTROLS}]*$"
_NOT_BLANK = rf"^[^{_CONTROLS}]*[^{_CONTROLS}\s][^{_CONTROLS}]*$"
_OWN_RULES = {"pattern", "format", "enum", "const", "contentMediaType"}
_FILE: JsonSchema = {"type": "string", "format": "binary"}
# Lists that accept entries of any form and report what is wrong with each: what an entry should be.
_ENTRIES: dict[type[Schema], type[Schema]] = {BulkItems: BulkItem}


def body_components(models: set[type[Schema]], words: Words) -> Schemas:
    """Return the component schemas of bodies, each with its canonical form."""
    every = {*models, *_ENTRIES.values()}
    inputs = [(model, "validation") for model in sorted(every, key=lambda one: one.__name__)]
    _, described = models_json_schema(inputs, ref_template=REF, by_alias=True)  # type: ignore[arg-type]
    found = {name: _body(name, schema, words) for name, schema in described["$defs"].items()}
    for model, entry in _ENTRIES.items():
        found[model.__name__]["properties"]["items"]["items"] = {"$ref": REF.format(model=entry.__name__)}
    return found


def content(model: type[Schema], example: JsonObject | None) -> dict[str, Media]:
    """Return the canonical encoding of a body with its schema and the example: JSON, but a form for one with a file."""
    encoding = MULTIPART if "file" in model.model_json_schema()["properties"] else JSON
    schema: JsonSchema = {"$ref": REF.format(model=model.__name__)}
    return {encoding: {"schema": schema} if example is None else {"schema": schema, "example": example}}


def needed(model: type[Schema]) -> bool:
    """Return whether a request without a body is refused."""
    schema = model.model_json_schema()
    return bool(schema.keys() & {"required", "if"})


def query_parameters(query: type[Schema] | None, words: Words) -> list[Parameter]:
    """Return the parameters of a query; none without a schema."""
    if query is None:
        return []
    schema = query.model_json_schema(ref_template=REF)
    required = set(schema.get("required", ()))
    return [
        _parameter(query.__name__, name, field, name in required, words)
        for name, field in schema.get("properties", {}).items()
    ]


def path_parameters(path: str, words: Words) -> list[Parameter]:
    """Return the ids in a path as parameters."""
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": words.field("", name),
            "schema": canonical(IDS[0]),
            "example": PARAMETERS[name],
        }
        for name in re.findall(r"{(\w+)}", path)
    ]


def canonical(field: JsonSchema) -> JsonSchema:
    """Return a value's schema with the first of its forms only; texts get the rules that hold for all of them."""
    rest = cast("JsonSchema", {key: value for key, value in field.items() if key not in {"anyOf", "title"}})
    if rest.get("default", "") in (None, "", {}, []):
        rest.pop("default", None)
    if "anyOf" in field:
        return {**canonical(field["anyOf"][0]), **rest}
    if "items" in rest:
        return {**rest, "items": canonical(rest["items"])}
    if rest.get("type") != "string" or rest.keys() & _OWN_RULES:
        return rest
    return {**rest, "pattern": _NOT_BLANK if rest.get("minLength") else _TEXT}


def _parameter(query: str, name: str, field: JsonSchema, required: bool, words: Words) -> Parameter:
    own = f"{query}.{name}"
    described: Parameter = {
        "name": name,
        "in": "query",
        "required": required,
        "description": words.field(query if words.has_field(query, name) else "query", name),
        "schema": canonical(field),
    }
    if name in PARAMETERS:
        described["example"] = PARAMETERS.get(own, PARAMETERS[name])
    if field.get("type") == "object":
        # Its keys are parameters themselves: ?param.color=red&param.memory=64
        described["style"], described["explode"] = "form", True
    return described


def _body(name: str, schema: JsonSchema, words: Words) -> JsonSchema:
    fields: Schemas = {}
    for key, field in schema["properties"].items():
        fields[key] = {**(_FILE if key == "file" else canonical(field)), "description": words.field(name, key)}
    return {**tidied(schema), "properties": fields, "description": words.schema(name)}
