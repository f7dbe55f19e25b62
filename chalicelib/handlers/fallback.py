"""What answers where no call is: in the same shape as every other refusal."""

from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint

from chalicelib.errors import MethodNotAllowed, NoSuchRoute
from chalicelib.http import PREFIX, ROUTES, Access, Call, endpoint

blueprint = Blueprint(__name__)


def _methods(path: str) -> list[str]:
    """The methods of the calls that this path fits."""
    return sorted({route.method for route in ROUTES.all if "+" not in route.path and _fits(route.path, path)})


def _fits(pattern: str, path: str) -> bool:
    ours, theirs = pattern.split("/"), path.split("/")
    return len(ours) == len(theirs) and all(
        one == other or (one.startswith("{") and other != "") for one, other in zip(ours, theirs, strict=True)
    )


def _refuse(method: str) -> Callable[..., Any]:
    def refuse(call: Call[None]) -> None:
        if allowed := _methods(call.path.partition(PREFIX)[2].rstrip("/")):
            raise MethodNotAllowed(method, call.path[:200], [*allowed, "OPTIONS"])
        raise NoSuchRoute(method=method, path=call.path[:200])

    refuse.__name__ = f"no_such_{method.lower()}"
    return refuse


# API Gateway falls back to the greedy path for a method that a known path lacks, too.
for _method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
    endpoint(blueprint, _method, "/{proxy+}", access=Access.ANYONE)(_refuse(_method))
