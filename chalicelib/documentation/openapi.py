"""The OpenAPI 3.1 description of the API, built from the declared calls: what is not declared is not described."""

from collections.abc import Iterable
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from chalicelib import errors
from chalicelib.bodies import MAX_BYTES
from chalicelib.documentation.answers import ANSWERS
from chalicelib.documentation.answers.base import Answer, Refusal
from chalicelib.documentation.examples import ANSWERS as EXAMPLES
from chalicelib.documentation.examples import BODIES
from chalicelib.documentation.requests import REF, components, content, needed, path_parameters, query_parameters
from chalicelib.errors import AppError
from chalicelib.routes import DECLARED, MAX_KEY, Access, Route

_TOKEN_ERRORS = (errors.NotAuthenticated, errors.WrongRole)
_BODY_ERRORS = (errors.UnreadableBody, errors.FieldErrors, errors.BodyTooLarge, errors.UnsupportedMediaType)
_REPLAYED = {
    "Idempotent-Replayed": {
        "schema": {"type": "string", "const": "true"},
        "description": "The answer is that of an earlier request.",
    }
}
_ANY_ERRORS = (errors.Busy, errors.InternalError)


def openapi(base_url: str, version: str = "1") -> dict[str, Any]:
    """The whole description, for the address clients know the API by."""
    paths: dict[str, dict[str, Any]] = {}
    for route in DECLARED:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
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
            "schemas": _schemas(),
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


def _operation(route: Route) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.path.split("/")[1]],
        "parameters": [*path_parameters(route.path), *query_parameters(route.query), *_key_parameter(route)],
        "responses": _responses(route),
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


def _key_parameter(route: Route) -> list[dict[str, Any]]:
    if not route.idempotent:
        return []
    return [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "The same key and body give the same answer for 24 hours, with `Idempotent-Replayed: true`.",
            "schema": {"type": "string", "maxLength": MAX_KEY},
        }
    ]


def _responses(route: Route) -> dict[str, Any]:
    schema = TypeAdapter(ANSWERS[route.name]).json_schema(ref_template=REF, by_alias=True, mode="serialization")
    schema.pop("$defs", None)
    answered: dict[str, Any] = {
        str(route.success): {
            "description": "Success",
            "headers": _headers() | (_REPLAYED if route.idempotent else {}),
            "content": {_media(route): {"schema": _named(route, schema), **_example(route)}},
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


def _example(route: Route) -> dict[str, Any]:
    return {"example": EXAMPLES[route.name]} if route.name in EXAMPLES else {}


def _named(route: Route, schema: dict[str, Any]) -> dict[str, Any]:
    model = ANSWERS[route.name]
    return (
        {"$ref": REF.format(model=model.__name__)} if isinstance(model, type) and issubclass(model, Answer) else schema
    )


def _media(route: Route) -> str:
    return "text/html" if ANSWERS[route.name] is str else "application/json"


def _headers() -> dict[str, Any]:
    return {"X-Request-Id": {"schema": {"type": "string"}, "description": "Names the request in our logs."}}


def possible_errors(route: Route) -> list[type[AppError]]:
    """Everything that the call may be refused with."""
    found: list[type[AppError]] = [*route.errors, *_ANY_ERRORS]
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


def _schemas() -> dict[str, Any]:
    requests = {route.body for route in DECLARED if route.body is not None}
    answers = {model for answer in ANSWERS.values() for model in _models(answer)} | {Refusal}
    return {
        **_described(answers, "serialization"),
        **components(requests, _described(requests, "validation")),
        "MaxBody": {"const": MAX_BYTES, "description": "A body has at most this many bytes."},
    }


def _described(models: Iterable[type[BaseModel]], mode: JsonSchemaMode) -> dict[str, Any]:
    _, described = models_json_schema([(model, mode) for model in models], ref_template=REF, by_alias=True)
    schemas: dict[str, Any] = described["$defs"]
    return schemas


def _models(answer: Any) -> set[type[Answer]]:
    """The schemas in an answer: of one object, of a list of them, or of either; none in a page of HTML."""
    if isinstance(answer, type) and issubclass(answer, Answer):
        return {answer}
    return {model for part in get_args(answer) for model in _models(part)}
