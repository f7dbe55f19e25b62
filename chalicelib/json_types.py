"""JSON as types, for documents that have no type of their own. Nothing here is needed at run time."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypedDict

#: What JSON can express, read-only: a dict or list of anything narrower fits too.
Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
JsonObject: TypeAlias = Mapping[str, Json]

#: The keywords of JSON Schema 2020-12 (https://json-schema.org/draft/2020-12/schema) that our schemas use.
JsonSchema = TypedDict(
    "JsonSchema",
    {
        "$schema": str,
        "$ref": str,
        "$defs": "dict[str, JsonSchema]",
        "title": str,
        "description": str,
        "default": Json,
        "example": Json,
        "type": str | list[str],
        "enum": Sequence[Json],
        "const": Json,
        "format": str,
        "contentMediaType": str,
        "anyOf": "Sequence[JsonSchema]",
        "oneOf": "Sequence[JsonSchema]",
        "allOf": "Sequence[JsonSchema]",
        "not": "JsonSchema",
        "if": "JsonSchema",
        "then": "JsonSchema",
        "else": "JsonSchema",
        "pattern": str,
        "minLength": int,
        "maxLength": int,
        "minimum": int,
        "maximum": int,
        "exclusiveMinimum": int,
        "multipleOf": float,
        "items": "JsonSchema",
        "minItems": int,
        "maxItems": int,
        "uniqueItems": bool,
        "properties": "dict[str, JsonSchema]",
        "required": list[str],
        "additionalProperties": "JsonSchema | bool",
        "propertyNames": "JsonSchema",
        "minProperties": int,
        "maxProperties": int,
    },
    total=False,
)
