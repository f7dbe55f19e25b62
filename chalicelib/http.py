"""What happens around every view: token, role, body, query, errors, one log line.

A view is a function ``view(call, **path_parameters) -> payload``. ``call: Call[Placement]`` declares the schema of the
body, a parameter ``query: ListQuery`` that of the query, and the annotation of ``return`` what is answered: a type of
``answers``, in a Reply if the view sets headers. A view raises AppError to refuse; anything else that escapes it is our
fault, answered with a request id and without details.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import simplejson
from chalice.app import MultiDict, Response

from chalicelib import logs
from chalicelib.accounts import limits
from chalicelib.accounts.sessions import Caller, caller_of
from chalicelib.dynamo.transaction import Contended, is_busy
from chalicelib.errors import AppError, Busy, InternalError, NotAuthenticated, WrongRole, field_error
from chalicelib.lazy import Lazy
from chalicelib.routes import MAX_KEY, Access, Reply, Route
from chalicelib.settings import settings
from chalicelib.texts import LANGUAGES, Language, language_of

if TYPE_CHECKING:
    from chalicelib.requests.base import Schema

PREFIX = "/v1"
# Answers hold data of one caller; nothing between us and the caller may store or reinterpret them.
_HEADERS = {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000",
}
_EXPOSED = (
    *("Allow", "Content-Disposition", "Content-Language", "Idempotent-Replayed", "List-Cut"),
    *("Retry-After", "Waiting-Basket", "WWW-Authenticate", "X-Request-Id"),
)
_CORS = {"Access-Control-Expose-Headers": ", ".join(_EXPOSED), "Access-Control-Max-Age": "3600"}
# What browsers may send beside what they send anyway; many libraries add the last of these to every request.
_ACCEPTED = "Accept-Language, Authorization, Content-Type, Idempotency-Key, X-Requested-With"
# More parameters than any query of ours has; several of one name count as one.
MAX_PARAMETERS = 100
# Of no more characters than these, every text fits into an answer, however its letters are written.
_SURELY_FITS = 400_000
# Most calls have no body: parsing one is imported when there is one.
_parse_body = Lazy("bodies:parse_body")
_parse = Lazy("requests.base:parse")
_error_page = Lazy("answers.error_page:error_page")
_page_headers = Lazy("html_page:headers")
_fits = Lazy("answers.fitting:fits")
_bounded = Lazy("answers.fitting:bounded")
_find_program = Lazy("accounts.programs:program_of")
_lines_of_1c = Lazy("exchange.protocol:refusal")

BodyT = TypeVar("BodyT")


class OversizedAnswer(Exception):
    """A view answered more than Lambda carries; every view has to bound its answer, so this is our fault.

    Without it, API Gateway would answer 502 in a form of its own.
    """


@dataclass(frozen=True, slots=True)
class Call(Generic[BodyT]):
    """One request: who calls, what they sent, and the language of the answer.

    ``body`` has been validated; ``network`` is the address the request came from, as the gateway saw it;
    ``idempotency_key`` is the header of this name, "" unless the call accepts one. ``raw`` is the body of a call of 1C.
    """

    body: BodyT
    language: Language
    request_id: str
    base_url: str
    path: str
    network: str
    found_caller: Caller | None = None
    idempotency_key: str = ""
    raw: bytes = b""

    @property
    def caller(self) -> Caller:
        """Who calls. Raises NotAuthenticated in a view that is open to anyone."""
        if self.found_caller is None:
            raise NotAuthenticated
        return self.found_caller


def cors_headers(origin: str | None) -> dict[str, str]:
    """Return the headers that let pages of the configured origins read our answers.

    Tokens travel in a header, never in cookies.
    """
    allowed = settings().cors_origins
    if "*" in allowed:
        return {"Access-Control-Allow-Origin": "*", **_CORS}
    # Caches must keep answers to different origins apart, also the answer to one that is not allowed.
    return {
        "Vary": "Origin",
        **({"Access-Control-Allow-Origin": origin, **_CORS} if origin in allowed and origin else {}),
    }


def preflight(request: Any, methods: list[str]) -> Response:
    """Return the CORS response that lets a browser call a path with these methods."""
    headers = {**_HEADERS, **cors_headers((request.headers or {}).get("origin")), "Cache-Control": "max-age=3600"}
    headers["Access-Control-Allow-Methods"] = ", ".join([*sorted(methods), "OPTIONS"])
    headers["Access-Control-Allow-Headers"] = _ACCEPTED
    return Response(body="", headers={**headers}, status_code=200)


def answer(request: Any, route: Route, parameters: Mapping[str, str]) -> Response:
    """Make one call and log it in one line; ``parameters`` are those of the path. Raises nothing."""
    started = time.perf_counter()
    headers = request.headers or {}
    language = language_of(headers.get("accept-language"))
    request_id = str(request.context.get("requestId") or getattr(request.lambda_context, "aws_request_id", ""))
    caller: Caller | None = None
    error: AppError | None = None
    try:
        if route.access is not Access.ANYONE:
            caller = _admit(_program_of(request) if route.of_1c else _session_of(headers), route.access)
        status, written = route.success, _written(_run(request, route, parameters, language, request_id, caller))
    except AppError as refusal:
        error = refusal
    except Exception as failure:  # noqa: BLE001 - the edge: the client gets our shape and the log gets the cause
        error = fault_of(failure, route.path, request_id)
    if error is not None:
        refused = _refused_lines(error, language) if route.of_1c else _refused(error, request, language)
        status, written = error.status, refused
    facts = {
        "request_id": request_id,
        **{"method": route.method, "route": route.path, "status": status},
        "code": error.code if error else None,
        "user_id": caller.user_id if caller else None,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }
    logs.log.info("request", extra=facts)
    added = {
        **_HEADERS,
        **cors_headers(headers.get("origin")),
        **{"Content-Language": language, "X-Request-Id": request_id},
        # What a Reply sets itself wins over the common headers.
        **written.headers,
    }
    return Response(written.payload, {**added}, status)


def _refused(error: AppError, request: Any, language: Language) -> Reply[str]:
    """The refusal as programs read it; for a browser that shows what it gets, a page in the language of the link."""
    # Every browser says that it takes XHTML when somebody opens an address, and no other client does.
    if "application/xhtml+xml" not in (request.headers or {}).get("accept", ""):
        return Reply(_refusal(error.body(language)), error.headers)
    asked = (request.query_params or {}).get("language")
    language = asked if asked in LANGUAGES else language
    path = str(request.context.get("path", PREFIX)).partition(PREFIX)[2]
    docs = "../" * (path.count("/") - 1) + "docs"
    return Reply(_error_page(error, language, docs), {**error.headers, **_page_headers(language)})


def _refused_lines(error: AppError, language: Language) -> Reply[str]:
    """The refusal as 1C reads it; programs that log in by HTTP Basic are asked for it."""
    asked = {"WWW-Authenticate": 'Basic realm="1C", charset="UTF-8"'} if error.status == 401 else {}
    return Reply(_lines_of_1c(error, language), {**error.headers, **asked, "Content-Type": "text/plain; charset=utf-8"})


def fault_of(failure: Exception, path: str, request_id: str) -> AppError:
    """Return the error for a failure that the client of this path did not cause; log the cause."""
    if isinstance(failure, Contended):
        return Busy()
    known = {"request_id": request_id, "route": path}
    if is_busy(failure):
        logs.log.warning("busy", extra=known | {"error": str(failure)})
        return Busy()
    logs.log.exception("unhandled", extra=known)
    return InternalError(request_id=request_id, detail={"request_id": request_id})


def _refusal(body: Mapping[str, object]) -> str:
    """Return a refusal as a text, cut until Lambda carries it: it may name a thousand rows with what stands there."""
    text = to_json(body)
    return text if len(text) <= _SURELY_FITS else to_json(_bounded(body))


def _written(payload: Any) -> Reply[str]:
    """Return the answer as a text. Raises OversizedAnswer for one that Lambda would not carry."""
    own: Mapping[str, str] = {}
    if isinstance(payload, Reply):
        payload, own = payload.payload, payload.headers
    text = payload if isinstance(payload, str) else to_json(payload)
    if len(text) > _SURELY_FITS and not _fits(text):
        raise OversizedAnswer(len(text))
    return Reply(text, own)


def _session_of(headers: Mapping[str, str]) -> Caller | None:
    return caller_of(headers.get("authorization", ""))


def _program_of(request: Any) -> Caller | None:
    headers, by_password = request.headers or {}, (request.query_params or {}).get("mode") == "checkauth"
    given = headers.get("authorization", ""), headers.get("cookie", "")
    found: Caller | None = _find_program(*given, _network_of(request), by_password=by_password)
    return found


def _network_of(request: Any) -> str:
    return str((request.context.get("identity") or {}).get("sourceIp") or "")


def _admit(caller: Caller | None, access: Access) -> Caller:
    if caller is None:
        raise NotAuthenticated
    if caller.role not in access.value:
        raise WrongRole
    return caller


def _run(
    request: Any,
    route: Route,
    parameters: Mapping[str, str],
    language: Language,
    request_id: str,
    caller: Caller | None,
) -> Any:
    """Validate what was sent by the schemas that the view declares, and make the call."""
    headers = request.headers or {}
    view, body, query = route.view, None, {}
    if route.body is not None:
        body = _parse(route.body, _parse_body(request.raw_body or b"", headers.get("content-type", "")))
    if route.query is not None:
        query = {"query": _parse(route.query, _parameters(request.query_params, route.query))}
    path = str(request.context.get("path", PREFIX))
    key = _idempotency_key(headers) if route.idempotent else ""
    raw = (request.raw_body or b"") if route.of_1c else b""
    call = Call(body, language, request_id, _base_url(path, headers), path, _network_of(request), caller, key, raw)
    if route.limit is not None:
        limits.spend(route.limit, _limited(route, call))
    return view(call, **parameters, **query)


def _parameters(given: MultiDict | None, query: "type[Schema]") -> dict[str, str | list[str]]:
    """Return the parameters; where one came several times, all of it if the schema takes that, else the last."""
    if given is None:
        return {}
    if len(given) > MAX_PARAMETERS:
        raise field_error("query", "too_many", limit=MAX_PARAMETERS)
    several = {name: values for name in given if query.takes_several(name) and len(values := given.getlist(name)) > 1}
    return {**given, **several}


def _limited(route: Route, call: Call[Any]) -> int | str:
    """Whose calls the limit of a route counts together."""
    if route.access is Access.ANYONE:
        return limits.network_of(call.network)
    return call.caller.shop_id if route.access is Access.SHOP else call.caller.user_id


def _idempotency_key(headers: Mapping[str, str]) -> str:
    key = headers.get("idempotency-key", "").strip()
    if len(key) > MAX_KEY:
        raise field_error("Idempotency-Key", "too_long", limit=MAX_KEY)
    return key


def _base_url(path: str, headers: Mapping[str, str]) -> str:
    """Return the address that clients know the API by, up to the version.

    What the gateway says of itself is not enough: the emulators' paths lack what they serve the API under, and a proxy
    may have another name. It serves only where nothing was deployed.
    """
    if url := settings().public_url:
        return url.rstrip("/")
    # API Gateway always names the protocol; the embedded stack, which is plain HTTP, does not.
    scheme = headers.get("x-forwarded-proto", "http")
    return f"{scheme}://{headers.get('host', '')}{path[: path.find(PREFIX) + len(PREFIX)]}"


def to_json(payload: object) -> str:
    """Return JSON with unescaped Cyrillic and exact decimals (Chalice would escape the former and round the latter)."""
    written: str = simplejson.dumps(payload, ensure_ascii=False, use_decimal=True, separators=(",", ":"))
    return written
