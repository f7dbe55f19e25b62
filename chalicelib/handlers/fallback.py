"""What answers where no call is: in the same shape as every other refusal."""

from collections.abc import Callable
from typing import Any

from chalice.app import Blueprint

from chalicelib.errors import NoSuchRoute
from chalicelib.http import Access, Call, endpoint

blueprint = Blueprint(__name__)


def _refuse(method: str) -> Callable[..., Any]:
    def refuse(call: Call[None]) -> None:
        raise NoSuchRoute(method=method, path=call.path[:200])

    refuse.__name__ = f"no_such_{method.lower()}"
    return refuse


# API Gateway falls back to the greedy path for a method that a known path lacks, too.
for _method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
    endpoint(blueprint, _method, "/{proxy+}", access=Access.ANYONE)(_refuse(_method))
