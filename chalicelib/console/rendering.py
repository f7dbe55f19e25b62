"""Renders pages as HTML, from the templates and the texts of ``locales/<language>/console.json``.

This module imports jinja2; only visits of the console import this module.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from jinja2 import Environment

from chalicelib.answers.fitting import fits
from chalicelib.console import forgery, static, wording
from chalicelib.console.forms import Form, form_of, summary_of
from chalicelib.console.navigation import Link, links_for
from chalicelib.console.templating import environment
from chalicelib.console.visit import Notice, Page, Visit
from chalicelib.errors import AppError, InternalError, NotAuthenticated
from chalicelib.http import OversizedAnswer
from chalicelib.texts import LANGUAGES, text

# Unicode's embeddings, overrides and isolates of direction (UAX 9, 2); plain text of any script needs none of them.
_DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Frame:
    """What the layout shows around every page; templates know it as ``page``. ``rows`` are those of ``Page.rows``."""

    visit: Visit
    links: list[Link]
    files: str
    csrf: str
    rows: Mapping[str, str]

    @property
    def root(self) -> str:
        """The relative path from the page to the console's address."""
        return self.visit.root

    @property
    def home(self) -> str:
        """The relative address of the console itself."""
        return self.visit.root or "./"

    @property
    def is_printed(self) -> bool:
        """Whether the page is requested for printing, without what is only useful on a screen."""
        return self.visit.query.get("print") == "1"

    @property
    def here(self) -> str:
        """The address to return to: that of the page, or of the start page if the page answers a form."""
        query = f"?{urlencode(self.visit.query)}" if self.visit.query else ""
        return f"{self.visit.path}{query}" if self.visit.method == "GET" else ""

    @property
    def other_languages(self) -> list[str]:
        """The languages to switch to."""
        return [language for language in LANGUAGES if language != self.visit.language]


def rendered(visit: Visit, page: Page) -> str:
    """Return the page as HTML. Raises OversizedAnswer if it does not fit into an answer, which is a bug of ours."""
    names: dict[str, object] = {**_names(visit, page.rows), "view": page.view}
    html = _without_directions(_environment().get_template(f"{page.template}.html").render(names))
    if not fits(html):
        raise OversizedAnswer(len(html))
    return html


def rendered_error(visit: Visit, error: AppError) -> str:
    """Return the refusal as a page of its own, for requests without a screen to return to."""
    key = f"error.{error.code}"
    lines = [text(wording.AREA, key, visit.language)] if wording.has(key) else wording.lines_of(error, visit.language)
    number = visit.request_id if isinstance(error, InternalError) else ""
    login = isinstance(error, NotAuthenticated)
    view = {"lines": lines, "number": number, "login": login}
    return _without_directions(_environment().get_template("error.html").render({**_names(visit, {}), "view": view}))


def _without_directions(html: str) -> str:
    """Return the page without characters that change the direction of text.

    A name with such a character would reverse the price that follows it.
    """
    return _DIRECTIONS.sub("", html)


def _names(visit: Visit, rows: Mapping[str, str]) -> Mapping[str, object]:
    language = visit.language

    def t(key: str, **params: object) -> str:
        return text(wording.AREA, key, language, **params)

    def form(action: str) -> Form:
        return form_of(visit, action)

    def notice_text(notice: Notice) -> str:
        return t(notice.key, **notice.params)

    return {
        "page": Frame(
            *(visit, links_for(visit), f"{visit.root}static/{static.version()}/"),
            *(forgery.csrf_of(visit.secret), rows),
        ),
        "t": t,
        "form": form,
        "summary": summary_of(visit, rows),
        "notice_text": notice_text,
        "language": language,
        **wording.writers(language),
    }


@cache
def _environment() -> Environment:
    return environment()
