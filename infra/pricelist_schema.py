"""The JSON Schema of price lists, generated from the table of fields: ``python -m infra.pricelist_schema`` writes it.

It omits rules that a schema cannot express: repeated ids, undeclared categories, check digits, multiples of the step.
"""

import json
from collections.abc import Callable
from pathlib import Path

from chalicelib.goods import BY_COLUMN, FIELDS, Field, Kind
from chalicelib.json_types import JsonSchema
from chalicelib.pricelists.reading.faults import DEFAULT_LIMITS as LIMITS
from chalicelib.pricelists.reading.raw import REPEATS
from chalicelib.vat import all_rates

PATH = Path(__file__).parents[1] / "docs/pricelist.schema.json"
_SPACES = "\u00a0\u2009\u202f"
_NEEDED = ("category", "name", "price")
# Fields whose rules differ from those of their kind.
_OF_ITS_OWN: dict[str, JsonSchema] = {
    "id": {"pattern": "^[^\\t\\n\\r]*$"},
    "name": {"type": ["string", "number", "boolean"]},
}
_NUMBERS_TOO = frozenset({"id", "category", "model"})


def pricelist_schema() -> JsonSchema:
    """Return the schema of a price list in YAML or JSON."""
    text: JsonSchema = {"type": ["string", "number", "null"]}
    lists = {"categories": LIMITS.max_categories, "goods": LIMITS.max_goods}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Price list in YAML or JSON",
        "description": "What is valid here is taken without errors, but for what a schema cannot say: repeated ids, "
        "undeclared categories, check digits, multiples of the step.",
        "type": "object",
        "required": ["goods"],
        "properties": {
            "shop": {**text, "maxLength": BY_COLUMN["name"].limit},
            "url": {},
            "mode": {
                "enum": ["replace", "merge", None],
                "description": "Whether goods that are absent are withdrawn or stay.",
            },
            "_error": {},
            "_left_out": {},
            "categories": {"type": ["array", "null"], "maxItems": lists["categories"], "items": _ref("category")},
            "goods": {"type": "array", "minItems": 1, "maxItems": lists["goods"]},
        },
        "if": {"required": ["mode"], "properties": {"mode": {"const": "merge"}}},
        "then": {"properties": {"goods": {"items": _ref("patch")}}},
        "else": {"properties": {"goods": {"items": _ref("good")}}},
        "$defs": _definitions(),
    }


def _definitions() -> dict[str, JsonSchema]:
    name: JsonSchema = {"type": ["string", "number"], "minLength": 1}
    category_name: JsonSchema = {**name, "maxLength": BY_COLUMN["category"].limit}
    properties = _properties()
    known: JsonSchema = {"anyOf": [{"required": ["id"]}, {"required": ["model"]}]}
    return {
        "category": {
            "anyOf": [
                {**category_name, "type": "string"},
                {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "id": {"type": ["string", "number", "null"], "maxLength": BY_COLUMN["id"].limit},
                        "name": category_name,
                    },
                },
            ]
        },
        "parameters": _parameters(name),
        "good": {
            "type": "object",
            "required": list(_NEEDED),
            "allOf": [known, {"anyOf": [{"required": ["quantity"]}, {"required": ["available"]}]}],
            "properties": properties,
        },
        "patch": {
            "description": "A good of a list with mode: merge. What is absent stays as it is; an optional field that "
            "is null or empty is emptied.",
            "type": "object",
            **known,
            "properties": {column: {"$ref": f"#/$defs/good/properties/{column}"} for column in properties},
        },
    }


def _properties() -> dict[str, JsonSchema]:
    return {
        **{field.column: _field(field) for field in FIELDS},
        "currency": {"enum": ["RUB", "RUR", "руб", "руб.", "₽", None]},
        "available": {"enum": [True, False, "true", "false", "yes", "no", "да", "нет"]},
        "_error": {},
        REPEATS: {},
    }


def _parameters(name: JsonSchema) -> JsonSchema:
    value: JsonSchema = {"type": ["string", "number", "boolean", "null"], "maxLength": LIMITS.max_parameter_value}
    longest = LIMITS.max_parameter_name
    pair: dict[str, JsonSchema] = {"name": {**name, "maxLength": longest}, "value": value}
    return {
        "anyOf": [
            {"type": "null"},
            {
                "type": "object",
                "maxProperties": LIMITS.max_parameters,
                "propertyNames": {"minLength": 1, "maxLength": longest},
                "additionalProperties": value,
            },
            {
                "type": "array",
                "maxItems": LIMITS.max_parameters,
                "items": {"type": "object", "required": ["name"], "properties": pair},
            },
        ]
    }


def _field(field: Field) -> JsonSchema:
    schema: JsonSchema = {**_BY_KIND[field.kind](field), **_OF_ITS_OWN.get(field.column, {})}
    required = field.column in {*_NEEDED, "quantity"} or field.kind in {"text", "lines", "pairs", "urls", "gtin", "vat"}
    return schema if required else {"anyOf": [{"type": "null"}, schema]}


def _text(field: Field) -> JsonSchema:
    kinds = ["string", "number"] if field.column in _NUMBERS_TOO else ["string"]
    if field.column in _NEEDED:
        return {"type": kinds, "minLength": 1, "maxLength": field.limit}
    return {"type": [*kinds, "null"], "maxLength": field.limit}


def _price(field: Field) -> JsonSchema:
    return {
        "description": "Roubles, at most two decimals.",
        "anyOf": [
            {"type": "number", "exclusiveMinimum": 0, "maximum": field.limit // 100, "multipleOf": 0.01},
            {"type": "string", "pattern": f"^\\s*[0-9][0-9 {_SPACES}]*([.,][0-9]{{1,2}})?\\s*$", "maxLength": 100},
        ],
    }


def _stock(field: Field) -> JsonSchema:
    return {
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": field.limit},
            {"type": "string", "pattern": f"^\\s*[0-9][0-9 {_SPACES}]*([.,]0{{1,2}})?\\s*$", "maxLength": 100},
        ]
    }


def _gtin(_: Field) -> JsonSchema:
    return {
        "anyOf": [
            {"type": "null"},
            {"type": "integer", "minimum": 10_000_000, "maximum": 99_999_999_999_999},
            {"type": "string", "pattern": "^([0-9]{8}|[0-9]{12,14})?$"},
        ]
    }


def _vat(_: Field) -> JsonSchema:
    rates = "|".join(map(str, all_rates()))
    return {
        "anyOf": [
            {"enum": [*all_rates(), "none", "NO_VAT", "без НДС", None]},
            {"type": "string", "pattern": f"^(VAT_)?({rates})( ?%)?$"},
        ]
    }


def _urls(field: Field) -> JsonSchema:
    url: JsonSchema = {
        "type": "string",
        "pattern": "^[hH][tT][tT][pP][sS]?://[^\\s]+$",
        "maxLength": field.element_limit,
    }
    return {"anyOf": [{"type": ["string", "null"]}, {"type": "array", "maxItems": field.limit, "items": url}]}


def _ref(name: str) -> JsonSchema:
    return {"$ref": f"#/$defs/{name}"}


_BY_KIND: dict[Kind, Callable[[Field], JsonSchema]] = {
    "text": _text,
    "lines": _text,
    "gtin": _gtin,
    "vat": _vat,
    "price": _price,
    "stock": _stock,
    "amount": _stock,
    "urls": _urls,
    "pairs": lambda _: _ref("parameters"),
}


def written() -> str:
    """Return the schema as the text of its file."""
    return json.dumps(pricelist_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    PATH.write_text(written(), "utf-8")
