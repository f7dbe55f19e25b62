"""The base of all request schemas: tolerant of how clients write values, strict about what they mean."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, ClassVar, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError

from chalicelib.cursors import MAX_LENGTH
from chalicelib.errors import Fault, FieldErrors
from chalicelib.ids import as_id
from chalicelib.requests import described

SchemaT = TypeVar("SchemaT", bound="Schema")

# No text of a request may be longer than this, in characters. One that is longer is not looked at: putting combining
# marks in order takes quadratic time.
MAX_TEXT = 4_000
# The longest name of a field that an error repeats.
_MAX_NAME = 200

# pydantic's error types -> our text keys; a type that is missing here is reported as "wrong value".
_TEXTS = {
    "missing": "missing",
    "string_type": "text",
    "string_unicode": "characters",
    "int_type": "integer",
    "int_parsing": "integer",
    "int_from_float": "integer",
    "decimal_parsing": "number",
    "decimal_type": "number",
    "list_type": "list",
    "tuple_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_long",
    "too_short": "too_short",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_large",
    "literal_error": "choice",
}
_QUOTED = re.compile(r"'([^']*)'")
_ROUBLES = re.compile(r"(-?)([0-9]{1,20})(?:[.]([0-9]{1,20}))?")
_ON = frozenset({"on", "true", "1", "yes", "y", "t"})
_OFF = frozenset({"off", "false", "0", "no", "n", "f"})
# The line breaks of every system, and those within a paragraph: what people paste.
_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n{3,}")
_LIMITS = ("max_length", "min_length", "ge", "gt", "le", "lt")


class Schema(BaseModel):
    """A request: unknown keys are ignored, numbers are accepted as texts, texts are stripped.

    A blank text in an optional field counts as not sent, because forms send all of their fields. Exceptions are the
    fields in ``BLANK_COUNTS``, for which a blank text is a value of its own. Null counts as not sent in any optional
    field, because typed clients send it for what they have no value for.

    Schemas are built on first use, so a cold start pays only for the one it needs.
    """

    model_config = ConfigDict(
        extra="ignore", str_strip_whitespace=True, coerce_numbers_to_str=True, defer_build=True, frozen=True
    )
    BLANK_COUNTS: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def takes_several(cls, _name: str) -> bool:
        """Whether a parameter of a query may come several times; of any other one the last counts."""
        return False

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, values: object) -> object:
        if not isinstance(values, Mapping):
            return values
        blank = {name for name in cls._optional() if _is_blank(values.get(name))}
        blank |= {name for name in cls._nullable() if name in values and values[name] is None}
        return {name: value for name, value in values.items() if name not in blank} if blank else values

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        made = handler(schema)
        model = handler.resolve_ref_schema(made)
        fields = model.get("properties", {})
        for name in set(cls._optional()) - described.demanded(model):
            fields[name] = described.or_blank(fields[name])
        for name in set(cls._nullable()) - described.demanded(model):
            fields[name] = described.or_null(fields[name])
        return made

    @classmethod
    @cache
    def _optional(cls) -> tuple[str, ...]:
        """Return the keys of the fields that may be left out and for which blank is not a value."""
        names = {cls.model_fields[name].alias or name for name in cls.BLANK_COUNTS}
        return tuple(name for name in cls._nullable() if name not in names)

    @classmethod
    @cache
    def _nullable(cls) -> tuple[str, ...]:
        """Return the keys of the fields that may be left out."""
        return tuple(field.alias or name for name, field in cls.model_fields.items() if not field.is_required())


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def fault(key: str, **params: object) -> PydanticCustomError:
    """Return the error for a validator to raise; ``key`` names the text ``field.<key>``."""
    return PydanticCustomError("ours", "{key}", {"key": key, "params": params})


def _told(error: ErrorDetails) -> Fault:
    context = error.get("ctx", {})
    if error["type"] == "ours":
        return context["key"], context["params"]
    params = {"limit": next((context[name] for name in _LIMITS if name in context), "")}
    if "expected" in context:
        # pydantic says "'buyer' or 'shop'", in English whatever the language.
        params["expected"] = ", ".join(_QUOTED.findall(context["expected"]))
    key = _TEXTS.get(error["type"], "invalid")
    if key == "too_long" and context.get("field_type") == "List":
        key = "too_many"
    blank = key == "too_short" and context.get("min_length") == 1
    return ("blank" if blank else key), params


def parse(schema: type[SchemaT], values: Mapping[str, object]) -> SchemaT:
    """Return ``values`` as an instance of the schema.

    Raises FieldErrors naming every field that is missing or wrong, nested ones as ``items.0.quantity``.
    """
    try:
        return schema.model_validate(values)
    except ValidationError as failure:
        faults: dict[str, list[Fault]] = {}
        for error in failure.errors(include_url=False, include_input=False):
            field = ".".join(str(part) for part in error["loc"])[:_MAX_NAME] or "body"
            faults.setdefault(field, []).append(_told(error))
        raise FieldErrors(faults) from None


def clean(value: str) -> str:
    """Return a text as it is kept, its letters composed. Raises a field error for characters of no use in texts."""
    if len(value) > MAX_TEXT:
        return value  # as it is, for the limit of its field to refuse
    text = unicodedata.normalize("NFC", value)
    # Control characters and line separators have no place in names and would travel into mails, PDF and logs.
    # Surrogates cannot be stored.
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text):
        raise fault("characters")
    return text


def _clean_lines(value: str) -> str:
    lines = [clean(line.replace("\t", " ")).strip() for line in _BREAK.split(value)]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def _clean_words(value: str) -> str:
    return " ".join(clean(_BREAK.sub(" ", value).replace("\t", " ")).split())


def _id(value: object) -> int:
    found = as_id(value)
    if found is None:
        raise fault("id")
    return found


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word not in _ON | _OFF:
        raise fault("flag")
    return word in _ON


def at_most(limit: int) -> Callable[[object], object]:
    """For a BeforeValidator: refuse a list or mapping of more than ``limit`` entries before any entry is validated."""

    def check(value: object) -> object:
        if isinstance(value, list | dict) and len(value) > limit:
            raise fault("too_many", limit=limit)
        return value

    return check


def no_flag(value: object) -> object:
    """For a BeforeValidator: refuse a boolean, which pydantic would read as a number, ``true`` as 1."""
    if isinstance(value, bool):
        raise fault("integer")
    return value


def lowered(value: object) -> object:
    """Strip and lower-case a string; return anything else unchanged."""
    return value.strip().lower() if isinstance(value, str) else value


def roubles(most: int) -> Callable[[object], int]:
    """For a BeforeValidator: read an amount from 0 to ``most`` roubles, a number or a text with at most two decimals.

    The validator returns kopecks.
    """

    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            raise fault("number")
        digits = f"{value:f}" if isinstance(value, Decimal) else str(value).strip().replace(",", ".")
        match = _ROUBLES.fullmatch(digits)
        if match is None:
            raise fault("number")
        if len(match[3] or "") > 2:
            raise fault("kopecks")
        kopecks = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
        if match[1] and kopecks:
            raise fault("too_small", limit=0)
        if kopecks > most * 100:
            raise fault("too_large", limit=most)
        return kopecks

    return read


Flag = Annotated[bool, BeforeValidator(_flag), described.FLAG]
Text = Annotated[str, AfterValidator(clean)]
# What people write in sentences: keeps its line breaks, as "\n", and at most one blank line in a row.
Lines = Annotated[str, AfterValidator(_clean_lines)]
# Words of which the white space between them says nothing: one space each.
Words = Annotated[str, AfterValidator(_clean_words)]
Cursor = Annotated[Text, Field(max_length=MAX_LENGTH)]
Id = Annotated[int, BeforeValidator(_id), described.ID]
