"""Answers requests that match no other route: refusals in the same shape as every other, and the base URL itself."""

from typing import NoReturn

from chalicelib.answers.common import Entrance
from chalicelib.errors import MethodNotAllowed, NoSuchRoute
from chalicelib.http import PREFIX, Call
from chalicelib.routes import DECLARED


def no_such_get(call: Call[None]) -> Entrance:
    """Say where to read on at the base URL, which people open and link to; refuse any other GET."""
    if not _rest(call):
        return {"docs": f"{call.base_url}/docs", "openapi": f"{call.base_url}/openapi.json"}
    _refuse(call, "GET")


def no_such_post(call: Call[None]) -> NoReturn:
    """Refuse a POST."""
    _refuse(call, "POST")


def no_such_put(call: Call[None]) -> NoReturn:
    """Refuse a PUT."""
    _refuse(call, "PUT")


def no_such_delete(call: Call[None]) -> NoReturn:
    """Refuse a DELETE."""
    _refuse(call, "DELETE")


def no_such_patch(call: Call[None]) -> NoReturn:
    """Refuse a PATCH."""
    _refuse(call, "PATCH")


def _refuse(call: Call[None], method: str) -> NoReturn:
    if allowed := _methods(_rest(call)):
        raise MethodNotAllowed(method, call.path[:200], [*allowed, "OPTIONS"])
    raise NoSuchRoute(method=method, path=call.path[:200])


def _rest(call: Call[None]) -> str:
    """What the path has after the version."""
    return call.path.partition(PREFIX)[2].rstrip("/")


def _methods(path: str) -> list[str]:
    """The methods that this path may be called with."""
    return sorted({route.method for route in DECLARED if _fits(route.path, path)})


def _fits(pattern: str, path: str) -> bool:
    ours, theirs = pattern.split("/"), path.split("/")
    return len(ours) == len(theirs) and all(
        one == other or (one.startswith("{") and other != "") for one, other in zip(ours, theirs, strict=True)
    )
