"""The one decorator around every view: body, token, role, errors, one log line.

A view is a function ``view(call, **path_parameters) -> payload``. It raises AppError to refuse; everything else that
escapes it is a fault of ours, answered with a request id and nothing about the inside.
"""

import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import simplejson
from chalice.app import Blueprint, Response

from chalicelib import logs
from chalicelib.accounts.sessions import Caller, caller_of
from chalicelib.bodies import parse_body
from chalicelib.dynamo.transaction import Contended, is_busy
from chalicelib.errors import AppError, Busy, InternalError, NotAuthenticated, NotFound, WrongRole, field_error
from chalicelib.ids import as_id
from chalicelib.routes import MAX_KEY
from chalicelib.routes import ROUTES as ROUTES
from chalicelib.routes import Access as Access
from chalicelib.routes import Route as Route
from chalicelib.settings import settings
from chalicelib.texts import Language, language_of

PREFIX = "/v1"
# Answers carry data of one caller; nothing between us and them may keep or reinterpret it.
_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000",
}
_CORS = {
    "Access-Control-Expose-Headers": "X-Request-Id, Retry-After, Idempotent-Replayed",
    "Access-Control-Max-Age": "3600",
}
_METHODS_WITH_BODY = {"POST", "PUT", "DELETE", "PATCH"}

BodyT = TypeVar("BodyT")
View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Call(Generic[BodyT]):
    """What a view is given: who calls, what they sent, and how to talk back.

    ``body`` has been validated; ``network`` is the address the request came from, as the gateway saw it;
    ``idempotency_key`` the header of this name, "" unless the call takes one.
    """

    body: BodyT
    query: Mapping[str, str]
    language: Language
    request_id: str
    base_url: str
    path: str
    network: str
    found_caller: Caller | None = None
    idempotency_key: str = ""

    @property
    def caller(self) -> Caller:
        """Who calls; only for views that are not open to anyone."""
        if self.found_caller is None:
            raise NotAuthenticated
        return self.found_caller


def cors_headers(origin: str | None) -> dict[str, str]:
    """What lets pages of the configured origins read our answers; tokens travel in a header, never in cookies."""
    allowed = settings().cors_origins
    if "*" in allowed:
        return {"Access-Control-Allow-Origin": "*", **_CORS}
    # Caches must keep answers to different origins apart, also the answer to one that is not allowed.
    return {
        "Vary": "Origin",
        **({"Access-Control-Allow-Origin": origin, **_CORS} if origin in allowed and origin else {}),
    }


def preflight(request: Any, methods: list[str]) -> Response:
    """Tell a browser that it may call a path with these methods."""
    headers = {**_HEADERS, **cors_headers((request.headers or {}).get("origin")), "Cache-Control": "max-age=3600"}
    headers["Access-Control-Allow-Methods"] = ", ".join([*sorted(methods), "OPTIONS"])
    headers["Access-Control-Allow-Headers"] = "Accept-Language, Authorization, Content-Type, Idempotency-Key"
    return Response(body="", headers={**headers}, status_code=200)


def _answer(request: Any, route: Route, view: View, parameters: Mapping[str, str]) -> Response:
    started = time.perf_counter()
    headers = request.headers or {}
    language = language_of(headers.get("accept-language"))
    request_id = str(request.context.get("requestId") or getattr(request.lambda_context, "aws_request_id", ""))
    caller: Caller | None = None
    error: AppError | None = None
    try:
        if route.access is not Access.ANYONE:
            caller = _admit(headers.get("authorization", ""), route.access)
        call = _call(request, route, headers, language, request_id, caller)
        status, payload = route.success, view(call, **parameters)
    except AppError as refusal:
        error = refusal
    except Contended:
        error = Busy()
    except Exception as failure:  # noqa: BLE001 - the edge: the client gets our shape and the log gets the cause
        known = {"request_id": request_id, "route": route.path}
        if is_busy(failure):
            logs.log.warning("busy", extra=known | {"error": str(failure)})
            error = Busy()
        else:
            logs.log.exception("unhandled", extra=known)
            error = InternalError(request_id=request_id, detail={"request_id": request_id})
    if error is not None:
        status, payload = error.status, error.body(language)
    told = {
        "request_id": request_id,
        **{"method": route.method, "route": route.path, "status": status},
        "code": error.code if error else None,
        "user_id": caller.user_id if caller else None,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }
    logs.log.info("request", extra=told)
    return _response(
        payload,
        status,
        {
            **_HEADERS,
            **cors_headers(headers.get("origin")),
            **{"Content-Language": language, "X-Request-Id": request_id},
            **(error.headers if error else {}),
        },
    )


def _response(payload: Any, status: int, headers: dict[str, str]) -> Response:
    """The answer; a view that makes its own Response (a page) keeps its body and headers."""
    if isinstance(payload, Response):
        return Response(payload.body, {**headers, **payload.headers}, status)
    return Response(to_json(payload), {**headers}, status)


def _admit(authorization: str, access: Access) -> Caller:
    caller = caller_of(authorization)
    if caller is None:
        raise NotAuthenticated
    if caller.role not in access.value:
        raise WrongRole
    return caller


def _call(
    request: Any,
    route: Route,
    headers: Mapping[str, str],
    language: Language,
    request_id: str,
    caller: Caller | None,
) -> Call[Any]:
    query = dict(request.query_params or {})
    values: Any = None
    if route.body is not None and route.method in _METHODS_WITH_BODY:
        values = _parse(route.body, parse_body(request.raw_body or b"", headers.get("content-type", "")))
    elif route.query is not None:
        values = _parse(route.query, query)
    # requestContext.path holds the stage too: what comes before our prefix is the address clients know us by.
    path = str(request.context.get("path", PREFIX))
    network = str((request.context.get("identity") or {}).get("sourceIp") or "")
    key = _idempotency_key(headers) if route.idempotent else ""
    return Call(values, query, language, request_id, _base_url(path, headers), path, network, caller, key)


def _idempotency_key(headers: Mapping[str, str]) -> str:
    key = headers.get("idempotency-key", "").strip()
    if len(key) > MAX_KEY:
        raise field_error("Idempotency-Key", "too_long", limit=MAX_KEY)
    return key


def _parse(schema: Any, fields: Mapping[str, Any]) -> Any:
    from chalicelib.requests.base import parse

    return parse(schema, fields)


def _base_url(path: str, headers: Mapping[str, str]) -> str:
    # API Gateway always names the protocol; the embedded stack, which is plain HTTP, does not.
    scheme = headers.get("x-forwarded-proto", "http")
    return f"{scheme}://{headers.get('host', '')}{path[: path.find(PREFIX) + len(PREFIX)]}"


def path_id(value: str) -> int:
    """The id in a path. Raises NotFound for a text that is none."""
    found = as_id(value)
    if found is None:
        raise NotFound
    return found


def to_json(payload: object) -> str:
    """JSON with Cyrillic as it is and decimals exact (chalice would escape the one and round the other)."""
    written: str = simplejson.dumps(payload, ensure_ascii=False, use_decimal=True, separators=(",", ":"))
    return written
