"""What clients meet at the edge of the API: refusals have one shape, and browsers of allowed origins may read them."""

from typing import Any

from infra.operating.smoke_run import Failed, Run

#: More than a body may have, and less than what API Gateway refuses by itself.
_TOO_LARGE = 4_600_000


def check(run: Run) -> None:
    """Raise Failed unless 404, 405, 401, 413 and a preflight answer as they are described."""
    _refused(run, 404, "no_such_route", "GET", "/no/such/call")
    answered = _refused(run, 405, "method_not_allowed", "DELETE", "/shops")
    if "GET" not in answered.headers.get("Allow", ""):
        raise Failed("405 without Allow")
    _refused(run, 401, "not_authenticated", "GET", "/user/details")
    body = b'{"email": "' + b"a" * _TOO_LARGE + b'"}'
    _refused(run, 413, "body_too_large", "POST", "/user/login", data=body, headers={"Content-Type": "application/json"})
    _preflight(run)


def _refused(run: Run, status: int, code: str, method: str, path: str, **request: Any) -> Any:
    answered = run.call(method, path, **request)
    told = answered.json() if "json" in answered.headers.get("Content-Type", "") else {}
    shown = (answered.status_code, told.get("code"), told.get("Status"))
    if shown != (status, code, False) or not told.get("Errors"):
        raise Failed(f"{method} {path}: {status} {code} expected, not {answered.status_code} {answered.text[:300]}")
    return answered


def _preflight(run: Run) -> None:
    origin = next(iter(run.stage.cors_origins), "")
    asked = {"Origin": origin or "https://shop.example", "Access-Control-Request-Method": "POST"}
    answered = run.call("OPTIONS", "/basket", headers=asked)
    allowed = answered.headers.get("Access-Control-Allow-Origin", "")
    if answered.status_code >= 400 or (origin and allowed not in ("*", origin)):
        raise Failed(f"OPTIONS /basket: {answered.status_code}, Access-Control-Allow-Origin {allowed!r}")
