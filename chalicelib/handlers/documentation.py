"""Calls that describe the API itself."""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.http import Access, Call, endpoint

blueprint = Blueprint(__name__)


@endpoint(blueprint, "GET", "/openapi.json", access=Access.ANYONE)
def openapi_json(call: Call[None]) -> dict[str, Any]:
    """The OpenAPI 3.1 description of every call."""
    from chalicelib.documentation.openapi import openapi

    return openapi(call.base_url)


@endpoint(blueprint, "GET", "/docs", access=Access.ANYONE)
def docs(call: Call[None]) -> Response:
    """The same for people, as one page."""
    from chalicelib.documentation.openapi import openapi
    from chalicelib.documentation.page import page

    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return Response(page(openapi(call.base_url)), headers=headers)
