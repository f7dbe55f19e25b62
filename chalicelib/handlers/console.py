"""Registers the console with Chalice; the console's own table maps addresses to screens.

Four routes of the gateway serve all screens (docs/decisions/0092-a-console-of-pages.md); a cold start imports none.
"""

from chalice.app import Blueprint, Response

from chalicelib.http import PREFIX
from chalicelib.lazy import Lazy

blueprint = Blueprint(__name__)
_serve = Lazy("console.serving:serve")


def _answer(**_: str) -> Response:
    status, body, headers = _serve(blueprint.current_request)
    return Response(body, headers, status)


def _register() -> None:
    for method in ("GET", "POST"):
        # A greedy path does not match the address itself.
        for path in ("/console", "/console/{proxy+}"):
            register = blueprint.route(PREFIX + path, methods=[method], content_types=["*/*"], name=f"{method} {path}")
            register(_answer)


_register()
