"""What calls answer: the schema of each success and refusal, made from the types of ``answers``."""

from collections.abc import Iterable

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from chalicelib.answers.refusals import DETAILED, Refusal
from chalicelib.documentation.shapes import REF, Schemas
from chalicelib.documentation.tidy import exclusive, readable, tidied, told_apart
from chalicelib.documentation.words import Words
from chalicelib.errors import AppError
from chalicelib.json_types import JsonSchema
from chalicelib.routes import DECLARED

_MODE: JsonSchemaMode = "serialization"


def answer_schemas(words: Words) -> tuple[Schemas, Schemas]:
    """Return the schema of each call's success by the name of its view, and the components of all answers."""
    refusals = {one.__name__: one for one in [Refusal, *DETAILED.values()]}
    types = {route.name: route.answer for route in DECLARED} | refusals
    inputs = [(name, _MODE, TypeAdapter(answer)) for name, answer in types.items()]
    made, shared = TypeAdapter.json_schemas(inputs, ref_template=REF)
    successes: Schemas = {}
    for route in DECLARED:
        schema: JsonSchema = made[route.name, _MODE]  # type: ignore[assignment] # pydantic's schemas are plain dicts
        successes[route.name] = exclusive(tidied(schema))
    components: Schemas = {readable(name): exclusive(tidied(schema)) for name, schema in shared["$defs"].items()}
    return successes, {name: told_apart(_worded(name, schema, words)) for name, schema in components.items()}


def refusal_schema(situations: Iterable[type[AppError]]) -> JsonSchema:
    """Return the schema of the refusals that one status stands for.

    Clients take the first that fits, so those that require most come first; the one without details fits everything.
    """
    types = {DETAILED.get(one, Refusal) for one in situations}
    ordered = sorted(types, key=lambda one: (one is Refusal, -len(one.__required_keys__), one.__name__))
    names = [one.__name__ for one in ordered]
    references: list[JsonSchema] = [{"$ref": REF.format(model=name)} for name in names]
    return references[0] if len(references) == 1 else {"anyOf": references}


def _worded(name: str, schema: JsonSchema, words: Words) -> JsonSchema:
    if "properties" not in schema:
        return {**schema, "description": words.schema(name)}
    fields: Schemas = {}
    for key, field in schema["properties"].items():
        fields[key] = {**field, "description": words.field(name, key)}
    return {**schema, "properties": fields, "description": words.schema(name)}
