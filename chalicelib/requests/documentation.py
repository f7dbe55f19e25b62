"""Requests for the description of the API."""

from typing import Annotated

from pydantic import BeforeValidator

from chalicelib.requests.base import Schema, none_if_blank
from chalicelib.texts import Language


class PageLanguage(Schema):
    """GET docs: the language of the page, if not that of the browser."""

    lang: Annotated[Language | None, BeforeValidator(none_if_blank)] = None
