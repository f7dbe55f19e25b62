"""A refusal as a page, for people who open an address of the API in a browser."""

from chalicelib.errors import AppError, NotAuthenticated, WrongToken
from chalicelib.html_page import link, page, paragraph
from chalicelib.texts import Language, text

_EXPLAINED = (WrongToken, NotAuthenticated)


def error_page(error: AppError, language: Language, docs: str) -> str:
    """Return the refusal in words, with a link to the description of the API, whose address is ``docs``."""
    if isinstance(error, _EXPLAINED):
        lines = [text("pages", f"error.{error.code}", language)]
    else:
        said = error.errors(language)
        lines = [said] if isinstance(said, str) else [f"{field}: {one}" for field, all_ in said.items() for one in all_]
    body = "".join(map(paragraph, lines)) + link(text("pages", "error.docs", language), docs)
    return page(text("pages", "error.title", language), body, language)
