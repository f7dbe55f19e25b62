"""Describes values that have several accepted forms: annotations that affect only the documentation.

The description of the API shows the first form of each; tests hold the service to all of them.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import GetJsonSchemaHandler, WithJsonSchema
from pydantic.config import JsonDict
from pydantic_core import CoreSchema

from chalicelib.ids import LIMIT
from chalicelib.ordering.states import STATES
from chalicelib.pricelists.states import Status
from chalicelib.roles import ROLES

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

    from chalicelib.json_types import JsonSchema


def one_of(*forms: "JsonSchema") -> WithJsonSchema:
    """Describe a value that may have any of these forms; the first is the one that clients are shown."""
    return WithJsonSchema({"anyOf": [*forms]})


def matching(pattern: str) -> "JsonSchema":
    """Describe a text that matches this pattern."""
    return {"type": "string", "pattern": f"^(?:{pattern})$"}


def below(limit: int) -> str:
    """Return a pattern that matches the digits of every number from 1 to ``limit`` - 1."""
    digits = str(limit)
    same_length = [
        f"{digits[:place]}[{int(place == 0)}-{int(digit) - 1}]" + f"[0-9]{{{len(digits) - 1 - place}}}"
        for place, digit in enumerate(digits)
        if int(digit) > int(place == 0)
    ]
    return "|".join([f"[1-9][0-9]{{0,{len(digits) - 2}}}", *same_length])


def whole(most: int, least: int = 1) -> "list[JsonSchema]":
    """Describe a number from ``least`` (0 or 1) to ``most``, or its digits as a text."""
    zero = "" if least else "0|"
    return [{"type": "integer", "minimum": least, "maximum": most}, matching(zero + below(most + 1))]


def roubles(most: int) -> "list[JsonSchema]":
    """Describe an amount with at most two decimals, as a number or as a text with a point or a comma."""
    whole_part = f"[0-9]{{1,{len(str(most)) - 1}}}(?:[.,][0-9]{{1,2}})?|{most}"
    return [{"type": "number", "minimum": 0, "maximum": most, "multipleOf": 0.01}, matching(whole_part)]


BLANK: "JsonSchema" = {"type": "string", "const": ""}
NULL: "JsonSchema" = {"type": "null"}
# Rules that the empty text does not meet, and keys that rule nothing.
_RULES = {"minLength", "pattern", "format", "enum", "const"}
_ABOUT = {"title", "description", "default", "examples"}
JSON_TEXT: "JsonSchema" = {"type": "string", "contentMediaType": "application/json"}
IDS = whole(LIMIT - 1)
# The years accepted in dates: 1971 to 9998.
_YEARS: "JsonSchema" = {"pattern": "^(?:197[1-9]|19[89][0-9]|[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-"}
MOMENTS: "list[JsonSchema]" = [{"type": "string", "format": form, **_YEARS} for form in ("date-time", "date")]

ID = one_of(*IDS)
OPTIONAL_ID = one_of(*IDS, BLANK, NULL)
# The number of an order or of a part of it, also with what people write before it.
ORDER_NUMBER = one_of(*IDS, matching("(?:№ ?)?[1-9][0-9]{0,14}(?:-[0-9]{1,3})?"), BLANK, NULL)
# One id, or several in a text with commas.
SOME_IDS = one_of(*IDS, matching(f"(?:{below(LIMIT)})(?:,(?:{below(LIMIT)})){{1,19}}"), BLANK, NULL)
FACETS = one_of(matching("(?:category|shop|param)(?:,(?:category|shop|param)){0,2}"), BLANK, NULL)
# Anything in a list or a text with commas that is not an id of the caller's is skipped.
ID_LIST = one_of(
    {"type": "array", "items": IDS[0]},
    {"type": "array"},
    {"type": "number"},
    {"type": "string", "contentMediaType": "text/plain"},
)
_FLAGS: "list[JsonSchema]" = [
    {"type": "boolean"},
    {"type": "integer", "enum": [0, 1]},
    {"type": "string", "enum": ["on", "true", "1", "yes", "y", "t", "off", "false", "0", "no", "n", "f"]},
]
# Words are accepted in upper case, too.
FLAG = one_of(*_FLAGS)
OPTIONAL_FLAG = one_of(*_FLAGS, BLANK, NULL)
OPEN_PASSWORD = one_of({"type": "string", "format": "password", "maxLength": 1000}, {"type": "number"})
# If it is sent, it must be right; an operator may require it for a new password or address.
CURRENT_PASSWORD = one_of({"type": "string", "format": "password", "maxLength": 1000}, {"type": "number"}, NULL)
EMAIL = WithJsonSchema({"type": "string", "format": "email", "maxLength": 254})
_PASSWORD: JsonDict = {
    "type": "string",
    "minLength": 8,
    "maxLength": 128,
    "pattern": "[^0-9]",
}
PASSWORD = WithJsonSchema(_PASSWORD)
OPTIONAL_PASSWORD = WithJsonSchema({"anyOf": [_PASSWORD, BLANK, NULL]})
MOMENT = one_of(*MOMENTS, BLANK, NULL)
CURSOR = one_of({"type": "string", "maxLength": 2000}, NULL)


_ADDRESS: JsonDict = {
    "type": "string",
    "maxLength": 2000,
    "pattern": r"^[hH][tT][tT][pP][sS]?://[^\s/\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f\u2028\u2029]*$",
}
# The host may not be empty; whether there is a file at the address is found out later.
ADDRESS = WithJsonSchema(_ADDRESS)
ANY_ADDRESS = WithJsonSchema({"type": "string", "maxLength": 2000})
# Conditions, because client generators make classes of alternatives and pass over conditions.
# If both are sent, the file wins.
ADDRESS_OR_FILE: JsonDict = {
    "if": {"required": ["file"]},
    "else": {"required": ["url"], "properties": {"url": _ADDRESS}},
}
# An empty key counts as absent.
_KEY: JsonDict = {"required": ["key"], "properties": {"key": {"type": "string", "minLength": 1}}}
ADDRESS_OR_KEY: JsonDict = {"if": {"required": ["url"]}, "then": {"not": _KEY}, "else": _KEY}
KEY = one_of({"type": "string", "maxLength": 1000}, NULL)
_STATES: "JsonSchema" = {"type": "string", "enum": [*STATES]}
STATE = WithJsonSchema({**_STATES})
OPTIONAL_STATE = one_of(_STATES, BLANK, NULL)
IMPORT_STATUS = one_of({"type": "string", "enum": [*Status]}, BLANK, NULL)
ROLE = one_of({"type": "string", "enum": list(ROLES)}, BLANK, NULL)
WORDS = one_of(
    {"type": "string", "maxLength": 100, "pattern": r"^[^\x00-\x1f\x7f-\x9f]*[A-Za-zА-яЁё0-9][^\x00-\x1f\x7f-\x9f]*$"},
    BLANK,
)
PARAMETERS = WithJsonSchema(
    {
        "type": "object",
        "maxProperties": 10,
        "propertyNames": {"pattern": r"^param\.[A-Za-zА-яЁё0-9_ -]*[A-Za-zА-яЁё0-9_-]$"},
        "additionalProperties": {
            "type": "string",
            "maxLength": 500,
            "pattern": r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$",
        },
    }
)


def or_blank(field: "JsonSchemaValue") -> "JsonSchemaValue":
    """Return the description of an optional field, which may also be blank."""
    return field if any(_takes_blank(form) for form in _forms(field)) else _with_form(field, BLANK)


def or_null(field: "JsonSchemaValue") -> "JsonSchemaValue":
    """Return the description of an optional field, which may also be null."""
    return (
        field
        if any(form == NULL or form.get("type") == "object" for form in _forms(field))
        else _with_form(field, NULL)
    )


def _forms(field: "JsonSchemaValue") -> "list[JsonSchemaValue]":
    plain = {key: value for key, value in field.items() if key not in _ABOUT}
    return [deep for form in plain.get("anyOf", [plain]) for deep in form.get("anyOf", [form])]


def _with_form(field: "JsonSchemaValue", added: "JsonSchema") -> "JsonSchemaValue":
    """Return the description with one more form at the end; as it is if it does not say what it consists of."""
    forms = _forms(field)
    if not all("type" in form for form in forms):
        return field
    return {**{key: value for key, value in field.items() if key in _ABOUT}, "anyOf": [*forms, added]}


def demanded(schema: "JsonSchemaValue") -> set[str]:
    """Return the fields that the description of a model requires, be it under a condition."""
    found = set(schema.get("required", ()))
    for key, value in schema.items():
        branches = (
            value if key in {"anyOf", "oneOf", "allOf"} else [value] if key in {"if", "then", "else", "not"} else ()
        )
        found |= {name for branch in branches for name in demanded(branch)}
    return found


def _takes_blank(form: "JsonSchemaValue") -> bool:
    kind = form.get("type")
    return form == BLANK or kind == "object" or (kind == "string" and not form.keys() & _RULES)


def page_size(most: int) -> WithJsonSchema:
    """Describe the number of entries on a page, which may be empty."""
    return one_of(*whole(most), BLANK, NULL)


@dataclass(frozen=True, slots=True)
class Rows:
    """Describes a list of rows, a single row, or either of them as a JSON text."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> "JsonSchemaValue":
        listed = handler(schema)
        row = {"type": "object"} if not listed.get("items") else listed["items"]
        return {"anyOf": [listed, row, JSON_TEXT]}


@dataclass(frozen=True, slots=True)
class ObjectOrText:
    """Describes an object, or it as a JSON text, as forms send it."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> "JsonSchemaValue":
        return {"anyOf": [handler(schema), JSON_TEXT]}
