"""Calls that describe the API itself."""

from typing import Any

from chalice.app import Response

from chalicelib.documentation.openapi import openapi
from chalicelib.documentation.page import page
from chalicelib.http import Call


def openapi_json(call: Call[None]) -> dict[str, Any]:
    """The OpenAPI 3.1 description of every call."""
    return openapi(call.base_url)


def docs(call: Call[None]) -> Response:
    """The same for people, as one page."""
    headers: dict[str, str | list[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return Response(page(openapi(call.base_url)), headers=headers)
