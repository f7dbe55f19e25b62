"""The OpenAPI 3.1 description of the API, built from the declared calls: what is not declared is not described."""

import re
from collections.abc import Iterable
from typing import Any, get_args

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from chalicelib import errors
from chalicelib.bodies import MAX_BYTES
from chalicelib.documentation.answers import ANSWERS
from chalicelib.documentation.answers.base import Answer, Refusal
from chalicelib.errors import AppError
from chalicelib.routes import MAX_KEY, ROUTES, Access, Route
from chalicelib.schemas.base import Schema

_REF = "#/components/schemas/{model}"
_MEDIA = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
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
    routes = [route for route in ROUTES.all if "+" not in route.path]
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "retail-orders",
            "version": version,
            "description": "Orders from the catalogues of many suppliers in one basket.",
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
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
        "parameters": [*_path_parameters(route.path), *_query_parameters(route.query), *_key_parameter(route)],
        "responses": _responses(route),
    }
    if route.access is not Access.ANYONE:
        described["security"] = [{"token": []}]
        described["x-roles"] = sorted(route.access.value)
    if route.body is not None:
        schema = {"$ref": _REF.format(model=route.body.__name__)}
        described["requestBody"] = {"required": True, "content": {media: {"schema": schema} for media in _MEDIA}}
    return described


def _path_parameters(path: str) -> list[dict[str, Any]]:
    schema = {"type": "string", "pattern": "^[0-9]{1,16}$"}
    return [{"name": name, "in": "path", "required": True, "schema": schema} for name in re.findall(r"{(\w+)}", path)]


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


def _query_parameters(query: type[Schema] | None) -> list[dict[str, Any]]:
    if query is None:
        return []
    described = query.model_json_schema(ref_template=_REF)
    required = set(described.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in described["properties"].items()
    ]


def _responses(route: Route) -> dict[str, Any]:
    schema = TypeAdapter(ANSWERS[route.name]).json_schema(ref_template=_REF, by_alias=True, mode="serialization")
    schema.pop("$defs", None)
    answered: dict[str, Any] = {
        str(route.success): {
            "description": "Success",
            "headers": _headers() | (_REPLAYED if route.idempotent else {}),
            "content": {_media(route): {"schema": _named(route, schema)}},
        }
    }
    for status, situations in sorted(_by_status(possible_errors(route)).items()):
        answered[str(status)] = {
            "description": "; ".join(f"`{one.code}`: {_first_line(one)}" for one in situations),
            "headers": _headers(),
            "content": {
                "application/json": {
                    "schema": {"$ref": _REF.format(model="Refusal")},
                    "example": {"Status": False, "Errors": _first_line(situations[0]), "code": situations[0].code},
                }
            },
        }
    return answered


def _named(route: Route, schema: dict[str, Any]) -> dict[str, Any]:
    model = ANSWERS[route.name]
    return (
        {"$ref": _REF.format(model=model.__name__)} if isinstance(model, type) and issubclass(model, Answer) else schema
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


def _schemas(routes: list[Route]) -> dict[str, Any]:
    requests = {route.body for route in routes if route.body is not None}
    answers = {model for answer in ANSWERS.values() for model in _models(answer)} | {Refusal}
    modes = [(model, "validation") for model in requests] + [(model, "serialization") for model in answers]
    _, described = models_json_schema(modes, ref_template=_REF, by_alias=True)  # type: ignore[arg-type]
    schemas: dict[str, Any] = described["$defs"]
    for model in requests:
        if "file" in model.model_fields:
            schemas[model.__name__]["properties"]["file"] = {"type": "string", "contentMediaType": "application/yaml"}
    return {**schemas, "MaxBody": {"const": MAX_BYTES, "description": "A body has at most this many bytes."}}


def _models(answer: Any) -> set[type[Answer]]:
    """The schemas in an answer: of one object, of a list of them, or of either; none in a page of HTML."""
    if isinstance(answer, type) and issubclass(answer, Answer):
        return {answer}
    return {model for part in get_args(answer) for model in _models(part)}
