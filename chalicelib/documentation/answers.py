"""What calls answer: the schema of each success and refusal, made from the types of ``answers``."""

from collections.abc import Iterable

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from chalicelib.answers.refusals import DETAILED, Refusal
from chalicelib.documentation.shapes import REF, Described, exclusive, readable, renamed, told_apart, without_titles
from chalicelib.documentation.words import Words
from chalicelib.errors import AppError
from chalicelib.routes import DECLARED

_MODE: JsonSchemaMode = "serialization"


def answer_schemas(words: Words) -> tuple[dict[str, Described], Described]:
    """Return the schema of each call's success by the name of its view, and the components of all answers."""
    refusals = {one.__name__: one for one in [Refusal, *DETAILED.values()]}
    types = {route.name: route.answer for route in DECLARED} | refusals
    inputs = [(name, _MODE, TypeAdapter(answer)) for name, answer in types.items()]
    schemas, shared = TypeAdapter.json_schemas(inputs, ref_template=REF)
    successes = {route.name: exclusive(renamed(without_titles(schemas[route.name, _MODE]))) for route in DECLARED}
    components = {readable(name): renamed(without_titles(schema)) for name, schema in shared["$defs"].items()}
    return successes, {name: told_apart(_worded(name, schema, words)) for name, schema in components.items()}


def refusal_schema(situations: Iterable[type[AppError]]) -> Described:
    """Return the schema of the refusals that one status stands for; one without details fits everything, so is last."""
    types = dict.fromkeys(DETAILED.get(one, Refusal) for one in situations)
    names = sorted((one.__name__ for one in types), key=lambda name: (name == Refusal.__name__, name))
    references = [{"$ref": REF.format(model=name)} for name in names]
    return references[0] if len(references) == 1 else {"anyOf": references}


def _worded(name: str, schema: Described, words: Words) -> Described:
    if "properties" not in schema:
        return {**schema, "description": words.schema(name)}
    fields = {key: {**field, "description": words.field(name, key)} for key, field in schema["properties"].items()}
    return {**schema, "properties": fields, "description": words.schema(name)}
