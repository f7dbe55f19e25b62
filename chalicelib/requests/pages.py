"""Requests for the pages behind the links of mails."""

from typing import Annotated

from pydantic import Field

from chalicelib.requests.base import Schema, Text
from chalicelib.texts import LANGUAGES, Language


class PageQuery(Schema):
    """GET of a page: the token and the language of the mail; in another language the page is in the browser's."""

    token: Annotated[Text, Field(max_length=200)]
    language: Annotated[str, Field(max_length=20, description="ru or en; without it, that of Accept-Language.")] = ""

    def in_language(self, accepted: Language) -> Language:
        """Return the language of the page; ``accepted`` is that of the browser."""
        return next((language for language in LANGUAGES if language == self.language), accepted)
