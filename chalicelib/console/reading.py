"""Makes a visit from a Chalice request."""

from dataclasses import replace
from typing import Any

from chalicelib.accounts.devices import device_of
from chalicelib.bodies import Upload, parse_body
from chalicelib.console import forgery
from chalicelib.console.cookies import LANGUAGE, SEEN, SESSION, VISITOR, cookies_of
from chalicelib.console.visit import Visit
from chalicelib.errors import UnsupportedMediaType
from chalicelib.texts import LANGUAGES, Language, language_of

ADDRESS = "/v1/console"
# A basket of a thousand rows has a field for each.
MAX_FIELDS = 5_000
_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


def bare_visit(request: Any) -> Visit:
    """Return the visit without its form and caller. Never raises."""
    headers = request.headers or {}
    cookies = cookies_of(headers.get("cookie", ""))
    rest = _rest(request)
    secret = cookies.get(SESSION, "") or cookies.get(VISITOR, "")
    query = {str(name): str(value) for name, value in (request.query_params or {}).items()}
    accepted = language_of(headers.get("accept-language"))
    return Visit(
        method=request.method,
        path=rest.strip("/"),
        root="../" * rest.lstrip("/").count("/"),
        host=str(headers.get("host", "")),
        language=_language(cookies.get(LANGUAGE), accepted),
        request_id=str(request.context.get("requestId") or getattr(request.lambda_context, "aws_request_id", "")),
        network=str((request.context.get("identity") or {}).get("sourceIp") or ""),
        query={name: value for name, value in query.items() if name != "said"},
        secret=secret,
        token=cookies.get(SESSION, ""),
        seen=cookies.get(SEEN, ""),
        device=device_of(headers.get("user-agent", "")),
        notice=forgery.opened(secret, query.get("said", "")),
    )


def has_slash(request: Any) -> bool:
    """Return whether the address has a slash after the console's own address."""
    return _rest(request).startswith("/")


def with_form(visit: Visit, request: Any) -> Visit:
    """Return the visit with its form and files. Raises UnsupportedMediaType if it is not a form, UnreadableBody."""
    kind = (request.headers or {}).get("content-type", "")
    if kind.split(";")[0].strip().lower() not in _FORMS:
        raise UnsupportedMediaType(type=kind[:100])
    sent = parse_body(request.raw_body or b"", kind, MAX_FIELDS)
    texts = {name: value for name, value in sent.items() if isinstance(value, str)}
    files = {name: value for name, value in sent.items() if isinstance(value, Upload)}
    return replace(visit, form=texts, files=files)


def _rest(request: Any) -> str:
    return str(request.context.get("path", "")).partition(ADDRESS)[2]


def _language(chosen: str | None, accepted: Language) -> Language:
    return next((language for language in LANGUAGES if language == chosen), accepted)
