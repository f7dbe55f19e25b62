"""Requests for the description of the API."""

from chalicelib.requests.base import Schema
from chalicelib.texts import Language


class PageLanguage(Schema):
    """GET docs: the language of the page, if not that of the browser."""

    language: Language | None = None
