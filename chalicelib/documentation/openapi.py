"""The OpenAPI 3.1 description of the API, built from the table of routes."""

from collections.abc import Iterable
from typing import cast

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from chalicelib import errors
from chalicelib.answers.common import Description, Refusal
from chalicelib.bodies import MAX_BYTES
from chalicelib.documentation.examples import ANSWERS as EXAMPLES
from chalicelib.documentation.examples import BODIES
from chalicelib.documentation.requests import REF, components, content, needed, path_parameters, query_parameters
from chalicelib.documentation.shapes import Header, Media, Operation, Parameter, Paths, Response
from chalicelib.errors import AppError
from chalicelib.json_types import JsonSchema
from chalicelib.routes import DECLARED, MAX_KEY, Access, Route

_TOKEN_ERRORS = (errors.NotAuthenticated, errors.WrongRole)
_BODY_ERRORS = (errors.UnreadableBody, errors.FieldErrors, errors.BodyTooLarge, errors.UnsupportedMediaType)
_REPLAYED: dict[str, Header] = {
    "Idempotent-Replayed": {
        "schema": {"type": "string", "const": "true"},
        "description": "The answer is that of an earlier request.",
    },
    "Waiting-Basket": {
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "description": "The id of another basket, which has not been ordered, if the answer is that of an earlier "
        "request.",
    },
}
_ANY_ERRORS = (errors.Busy, errors.InternalError)
_MODE: JsonSchemaMode = "serialization"
_MAX_BODY: JsonSchema = {"const": MAX_BYTES, "description": "A body has at most this many bytes."}


def openapi(base_url: str, version: str = "1") -> Description:
    """Return the whole description; ``base_url`` is the address clients know the API by."""
    answers, components_of_answers = _answers()
    paths: Paths = {}
    for route in DECLARED:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, answers[route.name])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "retail-orders",
            "version": version,
            "description": "Orders from the catalogues of many suppliers in one basket. Unknown fields are ignored. "
            "Numbers with an exponent beyond 30 are refused.",
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": {**components_of_answers, **_bodies(), "MaxBody": _MAX_BODY},
            "securitySchemes": {
                "token": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "`Token <token>` or `Bearer <token>`, the token being that of user/login.",
                }
            },
        },
    }


def _operation(route: Route, answer: JsonSchema) -> Operation:
    described: Operation = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.path.split("/")[1]],
        "parameters": [*path_parameters(route.path), *query_parameters(route.query), *_key_parameter(route)],
        "responses": _responses(route, answer),
    }
    if route.access is not Access.ANYONE:
        described["security"] = [{"token": []}]
        described["x-roles"] = sorted(route.access.value)
    if route.body is not None:
        described["requestBody"] = {
            "required": needed(route.body),
            "content": content(route.body, BODIES.get(route.name)),
        }
    return described


def _key_parameter(route: Route) -> list[Parameter]:
    if not route.idempotent:
        return []
    return [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key and body return the same answer for 24 hours, "
            "with `Idempotent-Replayed: true`.",
            "schema": {"type": "string", "maxLength": MAX_KEY},
        }
    ]


def _responses(route: Route, answer: JsonSchema) -> dict[str, Response]:
    success: Media = {"schema": answer}
    if route.name in EXAMPLES:
        success["example"] = EXAMPLES[route.name]
    answered: dict[str, Response] = {
        str(route.success): {
            "description": "Success",
            "headers": _headers() | (_REPLAYED if route.idempotent else {}),
            "content": {_media(route): success},
        }
    }
    for status, situations in sorted(_by_status(possible_errors(route)).items()):
        answered[str(status)] = {
            "description": "; ".join(f"`{one.code}`: {_first_line(one)}" for one in situations),
            "headers": _headers(),
            "content": {
                "application/json": {
                    "schema": {"$ref": REF.format(model="Refusal")},
                    "example": {"Status": False, "Errors": _first_line(situations[0]), "code": situations[0].code},
                }
            },
        }
    return answered


def _media(route: Route) -> str:
    return "text/html" if route.answer is str else "application/json"


def _headers() -> dict[str, Header]:
    return {"X-Request-Id": {"schema": {"type": "string"}, "description": "Names the request in our logs."}}


def possible_errors(route: Route) -> list[type[AppError]]:
    """Return every refusal that the call may end in."""
    found: list[type[AppError]] = [*route.errors, *_ANY_ERRORS]
    if route.limit is not None:
        found.append(errors.TooManyAttempts)
    if route.access is not Access.ANYONE:
        found += _TOKEN_ERRORS
    if route.body is not None:
        found += _BODY_ERRORS
    elif route.query is not None:
        found.append(errors.FieldErrors)
    if "{" in route.path:
        found.append(errors.NotFound)
    return list(dict.fromkeys(found))


def _by_status(situations: Iterable[type[AppError]]) -> dict[int, list[type[AppError]]]:
    found: dict[int, list[type[AppError]]] = {}
    for situation in situations:
        found.setdefault(situation.status, []).append(situation)
    return found


def _first_line(situation: type[AppError]) -> str:
    return (situation.__doc__ or situation.code).strip().splitlines()[0]


def _answers() -> tuple[dict[str, JsonSchema], dict[str, JsonSchema]]:
    """Return the schema of each call's answer by the name of its view, and the components that these refer to."""
    types = {route.name: route.answer for route in DECLARED} | {Refusal.__name__: Refusal}
    inputs = [(name, _MODE, TypeAdapter(answer)) for name, answer in types.items()]
    schemas, shared = TypeAdapter.json_schemas(inputs, ref_template=REF)
    return {name: cast(JsonSchema, schemas[name, _MODE]) for name in types}, shared["$defs"]


def _bodies() -> dict[str, JsonSchema]:
    models = {route.body for route in DECLARED if route.body is not None}
    _, described = models_json_schema([(model, "validation") for model in models], ref_template=REF, by_alias=True)
    return components(models, described["$defs"])
