"""Holds every answer of the integration tests against the description of the API, keys and all."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs

from chalicelib.documentation.openapi import openapi, possible_errors
from chalicelib.routes import DECLARED, Route

_REF = "#/components/schemas/"
# A field of a component.
Field = tuple[str, str]


def require_described(method: str, path: str, status: int, body: Any) -> None:
    """Fail where the answer is not what the description says of this call and status, or has a key that it lacks."""
    route = _route(method, path.split("?")[0])
    if route is None or isinstance(body, str):
        return
    if status != route.success:
        known = {error.code for error in possible_errors(route)}
        assert body["code"] in known, f"{method} {path} answered {body['code']}, which its description does not name"
    _validator(route, status).validate(body)


def fields_of(method: str, path: str, status: int, body: Any) -> set[Field]:
    """Every described field that the answer has, with the component that it belongs to."""
    route = _route(method, path.split("?")[0])
    return set() if route is None or isinstance(body, str) else set(_fields(_schema(route, status), body))


def described_fields() -> set[Field]:
    """Every field of every component that an answer is made of."""
    answered = [
        media.get("schema", {})
        for path in description()["paths"].values()
        for call in path.values()
        for answer in call["responses"].values()
        for media in answer["content"].values()
    ]
    found: set[Field] = set()
    seen: set[str] = set()
    waiting: list[Any] = answered
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            waiting += node.values()
            name = node.get("$ref", "").removeprefix(_REF) if isinstance(node.get("$ref"), str) else ""
            if name and name not in seen:
                seen.add(name)
                component = _components()[name]
                found |= {(name, field) for field in _named(component)}
                waiting.append(component)
    return found


@cache
def description() -> dict[str, Any]:
    """The description as it is published."""
    return dict(openapi("https://api.example/v1", "en"))


def _components() -> dict[str, Any]:
    found: dict[str, Any] = description()["components"]["schemas"]
    return found


def _named(schema: dict[str, Any]) -> set[str]:
    twins = {pattern.strip("^$") for pattern in schema.get("patternProperties", {})}
    return {*schema.get("properties", {}), *twins}


def _fields(schema: dict[str, Any], value: Any, owner: str = "") -> Iterator[Field]:
    if "$ref" in schema:
        owner = schema["$ref"].removeprefix(_REF)
        yield from _fields(_components()[owner], value, owner)
        return
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if _may_be(choice, value):
            yield from _fields(choice, value)
            return
    if isinstance(value, list):
        for one in value:
            yield from _fields(schema.get("items", {}), one)
    elif isinstance(value, dict):
        for name in value.keys() & _named(schema):
            yield owner, name
            yield from _fields(schema.get("properties", {}).get(name, {}), value[name])


def _schema(route: Route, status: int) -> dict[str, Any]:
    answers = description()["paths"][route.path][route.method.lower()]["responses"]
    assert str(status) in answers, f"{route.method} {route.path} answered {status}, which its description does not have"
    found: dict[str, Any] = answers[str(status)]["content"]["application/json"]["schema"]
    return found


def _may_be(schema: dict[str, Any], value: Any) -> bool:
    """Whether the alternative is that of the value, which is known to be one of them: by its type and its keys."""
    schema = _components()[schema["$ref"].removeprefix(_REF)] if "$ref" in schema else schema
    if not isinstance(value, dict):
        return schema.get("type") == ("array" if isinstance(value, list) else "null" if value is None else "scalar")
    told = schema.get("properties", {})
    words = {name: told[name].get("enum", [told[name]["const"]] if "const" in told[name] else None) for name in told}
    return (
        schema.get("type") == "object"
        and set(schema.get("required", ())) <= value.keys()
        and all(value.get(name) in known for name, known in words.items() if known and name in value)
    )


@cache
def _validator(route: Route, status: int) -> Any:
    whole = {**_closed(_schema(route, status)), "components": {"schemas": _closed_components()}}
    return jsonschema_rs.validator_for(whole, validate_formats=True)


@cache
def _closed_components() -> Any:
    return _closed(_components())


def _closed(schema: Any) -> Any:
    """The schema with no fields beyond those it names. In the description any object may get more."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema and "additionalProperties" not in schema:
        closed["additionalProperties"] = False
    return closed


def _route(method: str, path: str) -> Route | None:
    """The call with this path; literal paths win over those with parameters, as in API Gateway."""
    fitting = [route for route in DECLARED if route.method == method and _pattern(route.path).fullmatch(path)]
    return min(fitting, key=lambda route: route.path.count("{"), default=None)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{\w+}", "[^/]+", path) + "/?")
