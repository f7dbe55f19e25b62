"""Calls that describe the API itself."""

from chalicelib.answers.common import Description
from chalicelib.documentation.openapi import openapi
from chalicelib.documentation.page import page
from chalicelib.http import Call
from chalicelib.routes import Reply


def openapi_json(call: Call[None]) -> Description:
    """The OpenAPI 3.1 description of every call."""
    return openapi(call.base_url)


def docs(call: Call[None]) -> Reply[str]:
    """The same description as one page for people."""
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return Reply(page(openapi(call.base_url)), headers)
