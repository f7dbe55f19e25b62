"""The OpenAPI 3.1 description of the API, built from the table of routes."""

from collections.abc import Iterable
from functools import cache

from chalicelib import errors
from chalicelib.accounts.programs import COOKIE
from chalicelib.answers.common import Description
from chalicelib.bodies import MAX_BYTES
from chalicelib.catalogue.listing import Cut
from chalicelib.documentation.answers import answer_schemas, refusal_schema
from chalicelib.documentation.examples import ANSWERS as EXAMPLES
from chalicelib.documentation.examples import BODIES
from chalicelib.documentation.groups import GROUPS, tag_of
from chalicelib.documentation.requests import (
    body_components,
    content,
    needed,
    path_parameters,
    query_parameters,
)
from chalicelib.documentation.shapes import Header, Media, Operation, Parameter, Paths, Response
from chalicelib.documentation.tidy import reachable
from chalicelib.documentation.words import Words
from chalicelib.errors import AppError
from chalicelib.json_types import JsonSchema
from chalicelib.routes import DECLARED, MAX_KEY, Access, Route
from chalicelib.texts import DEFAULT_LANGUAGE, Language

_TOKEN_ERRORS = (errors.NotAuthenticated, errors.WrongRole)
_BODY_ERRORS = (errors.UnreadableBody, errors.FieldErrors, errors.BodyTooLarge, errors.UnsupportedMediaType)
_ANY_ERRORS = (errors.Busy, errors.InternalError)


def openapi(base_url: str, language: Language = DEFAULT_LANGUAGE) -> Description:
    """Return the whole description; ``base_url`` is the address clients know the API by."""
    return {**_description(language), "servers": [{"url": base_url}]}


@cache
def _description(language: Language) -> Description:
    """The description without addresses. Making it takes longer than most calls."""
    words = Words(language)
    answers, components_of_answers = answer_schemas(words)
    bodies = {route.body for route in DECLARED if route.body is not None}
    paths: Paths = {}
    for route in sorted(DECLARED, key=lambda one: _place(tag_of(one))):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, answers[route.name], words)
    tags = [tag for group in GROUPS.values() for tag in group]
    return {
        "openapi": "3.1.0",
        "info": {"title": words.plain("title"), "version": "1", "description": words.plain("about")},
        "servers": [],
        "tags": [{"name": tag, "x-displayName": words.plain(f"tag.{tag}")} for tag in tags],
        "x-tagGroups": [{"name": words.plain(f"group.{name}"), "tags": [*group]} for name, group in GROUPS.items()],
        "paths": paths,
        "components": {
            "schemas": reachable(paths, {**components_of_answers, **body_components(bodies, words)}),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": words.plain("token")},
                "basic": {"type": "http", "scheme": "basic", "description": words.plain("basic")},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": words.plain("cookie")},
            },
        },
    }


def _place(tag: str) -> int:
    return [one for group in GROUPS.values() for one in group].index(tag)


def _operation(route: Route, answer: JsonSchema, words: Words) -> Operation:
    described: Operation = {
        "operationId": route.name,
        "summary": words.plain(f"call.{route.name}"),
        "description": words.callers(route.access),
        "tags": [tag_of(route)],
        "parameters": [
            *path_parameters(route.path, words),
            *query_parameters(route.query, words),
            *_key_parameter(route, words),
        ],
        "responses": _responses(route, answer, words),
        "security": _security(route),
    }
    if route.access is not Access.ANYONE:
        described["x-roles"] = sorted(route.access.value)
    if route.body is not None:
        described["requestBody"] = {
            "required": needed(route.body),
            "description": words.plain("body").replace("4.5", f"{MAX_BYTES / 1_000_000:g}"),
            "content": content(route.body, BODIES.get(route.name)),
        }
    if route.of_1c and route.method == "POST":
        sent: JsonSchema = {"type": "string", "format": "binary"}
        described["requestBody"] = {
            "required": False,
            "description": words.plain("body_1c"),
            "content": {"application/octet-stream": {"schema": sent}},
        }
    return described


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.access is Access.ANYONE:
        return []
    return [{"basic": []}, {"cookie": []}, {"token": []}] if route.of_1c else [{"token": []}]


def _key_parameter(route: Route, words: Words) -> list[Parameter]:
    if not route.idempotent:
        return []
    return [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": words.plain("header.idempotency_key"),
            "schema": {"type": "string", "maxLength": MAX_KEY},
        }
    ]


def _responses(route: Route, answer: JsonSchema, words: Words) -> dict[str, Response]:
    answered: dict[str, Response] = {
        str(route.success): {
            "description": words.plain("success"),
            "headers": _headers(words) | _own_headers(route, words),
            "content": {media: _success(route, answer) for media in _media(route)},
        }
    }
    for status, situations in sorted(_by_status(possible_errors(route)).items()):
        answered[str(status)] = {
            "description": "; ".join(f"`{one.code}`: {words.refusal(one)}" for one in situations),
            "headers": _headers(words),
            "content": _refused(route, situations),
        }
    return answered


def _success(route: Route, answer: JsonSchema) -> Media:
    return {"schema": answer, "example": EXAMPLES[route.name]} if route.name in EXAMPLES else {"schema": answer}


def _media(route: Route) -> tuple[str, ...]:
    if route.of_1c:
        return ("text/plain", "application/xml")
    return ("text/html",) if route.answer is str else ("application/json",)


def _refused(route: Route, situations: list[type[AppError]]) -> dict[str, Media]:
    if route.of_1c:
        return {"text/plain": {"schema": {"type": "string"}}}
    return {"application/json": {"schema": refusal_schema(situations)}}


def _headers(words: Words) -> dict[str, Header]:
    return {"X-Request-Id": {"schema": {"type": "string"}, "description": words.plain("header.request_id")}}


def _own_headers(route: Route, words: Words) -> dict[str, Header]:
    if route.name == "products":
        cut: JsonSchema = {"type": "string", "enum": [*Cut]}
        return {"List-Cut": {"schema": cut, "description": words.plain("header.list_cut")}}
    return _replayed(route, words) if route.idempotent else {}


def _replayed(route: Route, words: Words) -> dict[str, Header]:
    replayed = words.plain("header.replayed")
    described: dict[str, Header] = {
        "Idempotent-Replayed": {"schema": {"type": "string", "const": "true"}, "description": replayed}
    }
    if errors.OrderInProgress in route.errors:  # it places orders
        waiting = words.plain("header.waiting_basket")
        described["Waiting-Basket"] = {"schema": {"type": "string", "pattern": "^[0-9]+$"}, "description": waiting}
    return described


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
