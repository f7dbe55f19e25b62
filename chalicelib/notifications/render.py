"""Mails as subject, plain text and HTML: pure, from views and the texts of ``locales/<language>/mail.json``.

Each kind has one ``templates/<kind>.txt`` and one ``.html`` for both languages, so the languages cannot drift apart.
jinja2 is imported on first use: functions that send no mail start without it.
"""

import re
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.documents import views, wording
from chalicelib.notifications.kinds import kind_of
from chalicelib.texts import Language, text

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_TEXT_WIDTH = 64
_MAX_SUBJECT = 200
_MAX_NAME = 40
# Letters, with what names have between them; a full stop only after an initial or at the end: "a.b" is a host.
_NAME = re.compile(r"[^\W\d_]+\.?(?:(?:[ '’-]| [-–] )[^\W\d_]+\.?)*")


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail ready to send. ``subject`` is one line; ``text`` says all that ``html`` says."""

    subject: str
    text: str
    html: str


def render(kind: str, language: Language, props: object, api: str = "") -> RenderedMail:
    """Return the mail of ``kind``. Text from users is one line in the text and escaped in the HTML.

    ``api`` is the URL prefix of calls, with a slash at its end; "" if it is unknown, then only the call is named.
    Raises KeyError for an unknown kind, TypeError where ``props`` are not those of the kind.
    """
    known = kind_of(kind)
    if not isinstance(props, known.props):
        raise TypeError(f"{kind} is rendered from {known.props.__name__}, not {type(props).__name__}")
    props = views.cleaned(props)
    subject = text(wording.AREA, f"{kind}.subject", language, **known.subject(props, language))
    if len(subject) > _MAX_SUBJECT:
        subject = subject[: _MAX_SUBJECT - 1] + "…"
    names: dict[str, object] = {"c": props, "kind": kind, "subject": subject, "language": language, "api": api}
    names |= _helpers(language, api)
    body, page = (_environment().get_template(f"{kind}.{form}").render(names) for form in ("txt", "html"))
    return RenderedMail(subject, body.strip() + "\n", page)


def _spread(left: str, right: str) -> str:
    """One line of plain text with ``right`` at its right edge."""
    return left + right.rjust(max(_TEXT_WIDTH - len(left), len(right) + 2))


def _greeting(language: Language, name: str) -> str:
    # The first mail goes to an address nobody has proved yet: a "name" that mail programs turn into a link, or an
    # essay, would make this service send somebody's advertising.
    plain = len(name) <= _MAX_NAME and _NAME.fullmatch(name)
    return text(wording.AREA, "hello_name" if plain else "hello", language, name=name)


def _helpers(language: Language, api: str) -> dict[str, object]:
    return {
        "t": lambda key, **params: text(wording.AREA, key, language, api=api, **params),
        "greeting": partial(_greeting, language),
        "money": lambda minor: wording.money(minor, language),
        "moment": lambda value: wording.date_time(value, language),
        "address": lambda contact: wording.address(contact, language),
        "state": lambda key: wording.named("state", key, language),
        "status": lambda key: wording.named("status", key, language),
        "unit": lambda key: wording.named("unit", key, language),
    }


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(spread=_spread, rule="-" * _TEXT_WIDTH)
    return environment
