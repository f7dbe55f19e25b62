"""Mails as subject, plain text and HTML: pure, from views and the texts of ``locales/<language>/mail.json``.

Each kind has one ``templates/<kind>.txt`` and one ``.html`` for both languages, so the languages cannot drift apart.
jinja2 is imported on first use: functions that send no mail start without it.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.documents import views, wording
from chalicelib.notifications import mail_views
from chalicelib.texts import Language, text

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_TEXT_WIDTH = 64
_MAX_SUBJECT = 200
_MAX_NAME = 60


class MailKind(StrEnum):
    """The mails there are; the values are stored in the outbox."""

    CONFIRM_REGISTRATION = "confirm_registration"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - the kind of mail, no password
    EMAIL_CHANGE = "email_change"
    EMAIL_CHANGED = "email_changed"
    ORDER_PLACED = "order_placed"
    ORDER_WAYBILL = "order_waybill"
    ORDER_PART = "order_part"
    ORDER_STATE = "order_state"
    PART_CANCELED = "part_canceled"
    PART_ANSWERED = "part_answered"
    ORDER_ANSWERED = "order_answered"
    IMPORT_REPORT = "import_report"
    EXPORT_READY = "export_ready"


_CONTEXTS: dict[MailKind, type[mail_views.Context]] = {
    MailKind.CONFIRM_REGISTRATION: mail_views.ConfirmContext,
    MailKind.PASSWORD_RESET: mail_views.ConfirmContext,
    MailKind.EMAIL_CHANGE: mail_views.ConfirmContext,
    MailKind.EMAIL_CHANGED: mail_views.NoticeContext,
    MailKind.ORDER_PLACED: mail_views.OrderContext,
    MailKind.ORDER_WAYBILL: mail_views.OrderContext,
    MailKind.ORDER_PART: mail_views.PartContext,
    MailKind.ORDER_STATE: mail_views.StateContext,
    MailKind.PART_CANCELED: mail_views.CanceledContext,
    MailKind.PART_ANSWERED: mail_views.CanceledContext,
    MailKind.ORDER_ANSWERED: mail_views.AnsweredContext,
    MailKind.IMPORT_REPORT: mail_views.ImportContext,
    MailKind.EXPORT_READY: mail_views.ExportContext,
}


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """A mail ready to send. ``subject`` is one line; ``text`` says all that ``html`` says."""

    subject: str
    text: str
    html: str


def render(kind: MailKind, language: Language, context: mail_views.Context, api: str = "") -> RenderedMail:
    """The mail of ``kind``. Whatever users typed is one line in the text and escaped in the HTML.

    ``api`` is what stands before a call to make an address of it, with a slash at its end; "" names the call alone.
    Raises TypeError where ``context`` is not the one that belongs to ``kind``.
    """
    if not isinstance(context, _CONTEXTS[kind]):
        raise TypeError(f"{kind} is rendered from {_CONTEXTS[kind].__name__}, not {type(context).__name__}")
    context = views.cleaned(context)
    subject = _subject(kind, language, context)
    names: dict[str, object] = {"c": context, "kind": str(kind), "subject": subject, "language": language, "api": api}
    names |= _helpers(language, api)
    body, page = (_environment().get_template(f"{kind}.{form}").render(names) for form in ("txt", "html"))
    return RenderedMail(subject, body.strip() + "\n", page)


def _subject(kind: MailKind, language: Language, context: mail_views.Context) -> str:
    params: dict[str, object]
    match context:
        case mail_views.ConfirmContext() | mail_views.NoticeContext():
            params = {}
        case mail_views.OrderContext(order):
            params = {"number": order.number}
        case mail_views.PartContext(part=part) | mail_views.CanceledContext(part=part):
            params = {"number": part.number, "shop": part.shop_name}
        case mail_views.AnsweredContext(order, part):
            params = {"number": order.number, "shop": part.shop_name}
        case mail_views.StateContext(order):
            params = {"number": order.number, "state": wording.named("state", order.state, language)}
        case mail_views.ImportContext(report):
            status = wording.named("status", report.status, language)
            params = {"file": report.file_name or report.import_id, "status": status}
        case mail_views.ExportContext(export):
            params = {"file": export.file_name, "status": wording.named("export_status", export.status, language)}
    subject = text(wording.AREA, f"{kind}.subject", language, **params)
    return subject if len(subject) <= _MAX_SUBJECT else subject[: _MAX_SUBJECT - 1] + "…"


def _spread(left: str, right: str) -> str:
    """One line of plain text with ``right`` at its right edge."""
    return left + right.rjust(max(_TEXT_WIDTH - len(left), len(right) + 2))


def _greeting(language: Language, name: str) -> str:
    # The first mail goes to an address nobody has proved yet: a "name" that is a link or an essay would make this
    # service send somebody's advertising.
    plain = name and len(name) <= _MAX_NAME and "/" not in name and "www." not in name.lower()
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
