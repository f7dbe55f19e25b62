"""Holds every answer of the integration tests against the description of the API."""

import re
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from chalicelib.answers.common import Refusal
from chalicelib.documentation.openapi import possible_errors
from chalicelib.routes import DECLARED, Route

# These answer with HTML where they do not refuse.
_PAGES = {"docs", "import_review", "import_review_decide", "mailed_report", "mailed_export", "mailed_documents"}


def require_described(method: str, path: str, status: int, body: Any) -> None:
    """Fail where the answer is not one that the description of this call has."""
    route = _route(method, path.split("?")[0])
    if route is None or (route.name in _PAGES and isinstance(body, str)):
        return
    if status == route.success:
        _adapter(route.answer).validate_python(body)
        return
    _adapter(Refusal).validate_python(body)
    known = {error.code for error in possible_errors(route)}
    assert body["code"] in known, f"{method} {path} answered {body['code']}, which its description does not name"


def _route(method: str, path: str) -> Route | None:
    """The call with this path; literal paths win over those with parameters, as in API Gateway."""
    fitting = [route for route in DECLARED if route.method == method and _pattern(route.path).fullmatch(path)]
    return min(fitting, key=lambda route: route.path.count("{"), default=None)


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{\w+}", "[^/]+", path) + "/?")


@cache
def _adapter(answer: Any) -> TypeAdapter[Any]:
    return TypeAdapter(answer)
