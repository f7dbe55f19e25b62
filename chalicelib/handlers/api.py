"""Registers the table of routes with Chalice, without importing a view."""

from collections.abc import Callable

from chalice.app import Blueprint, Response

from chalicelib.http import PREFIX, answer, preflight
from chalicelib.routes import FALLBACK, ROUTES, Route

blueprint = Blueprint(__name__)


def _answer(route: Route) -> Callable[..., Response]:
    def view(**parameters: str) -> Response:
        return answer(blueprint.current_request, route, parameters)

    return view


def _preflight(methods: list[str]) -> Callable[..., Response]:
    def view(**_: str) -> Response:
        return preflight(blueprint.current_request, methods)

    return view


def _serve(path: str, route: Route, name: str) -> None:
    # Any content type is accepted here, so that an unreadable one is refused with an error of the usual shape.
    register = blueprint.route(PREFIX + path, methods=[route.method], content_types=["*/*"], name=name)
    register(_answer(route))


def _register() -> None:
    methods: dict[str, list[str]] = {}
    for route in ROUTES:
        methods.setdefault(route.path, []).append(route.method)
        _serve(route.path, route, route.name)
        if route.path == FALLBACK:
            # A greedy path does not match the base URL itself.
            _serve("", route, f"{route.name} at the base")
    for path, allowed in methods.items():
        register = blueprint.route(PREFIX + path, methods=["OPTIONS"], content_types=["*/*"], name=f"preflight {path}")
        register(_preflight(allowed))


_register()
