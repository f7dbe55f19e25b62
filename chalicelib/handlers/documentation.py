"""Calls that describe the API itself."""

from chalicelib.answers.common import Description
from chalicelib.documentation.openapi import openapi
from chalicelib.documentation.page import page, viewer_file
from chalicelib.errors import NotFound
from chalicelib.http import Call
from chalicelib.requests.documentation import PageLanguage
from chalicelib.routes import Reply

# Nothing from other sites, and no inline script. Swagger UI sets inline styles and has icons in data URLs.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The name of a file changes with its content.
_FOR_GOOD = "public, max-age=31536000, immutable"


def openapi_json(call: Call[None]) -> Description:
    """The OpenAPI 3.1 description of every call, in the language of the caller."""
    return openapi(call.base_url, call.language)


def docs(call: Call[None], query: PageLanguage) -> Reply[str]:
    """The same description as a page, in which calls can be tried."""
    language = query.language or call.language
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        "Content-Security-Policy": _POLICY,
    }
    return Reply(page(call.path, language), headers)


def docs_file(call: Call[None], file_name: str) -> Reply[str]:
    """A script or a style of the page. Raises NotFound."""
    found = viewer_file(file_name)
    if found is None:
        raise NotFound
    text, media = found
    return Reply(text, {"Content-Type": media, "Cache-Control": _FOR_GOOD})
