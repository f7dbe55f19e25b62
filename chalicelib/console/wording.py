"""Formats amounts, moments, states and refusals for pages, in the same way as mails and waybills do."""

from collections.abc import Callable, Mapping
from datetime import datetime

from chalicelib.documents import wording as documents
from chalicelib.errors import AppError
from chalicelib.money import figures
from chalicelib.texts import Language, has_text, text

AREA = "console"
# The most characters of a name in a row.
_MOST = 200


def has(key: str) -> bool:
    """Return whether the console has this text."""
    return has_text(AREA, key)


def money(minor: int, language: Language) -> str:
    """Return an amount of kopecks as ``1 790,00 ₽`` or ``1,790.00 ₽``, which does not break at the end of a line."""
    return f"{figures(minor, language)} ₽".replace(" ", "\N{NO-BREAK SPACE}")


def number(value: int, language: Language, *, more: bool = False) -> str:
    """Return ``1 000`` or ``1,000``, on one line; ``1 000+`` if there are ``more`` that were not counted."""
    return documents.count(value, language).replace(" ", "\N{NO-BREAK SPACE}") + "+" * more


def day(stamp: str, language: Language) -> str:
    """Return the date of a stamp in Moscow, as on a waybill."""
    return documents.day(datetime.fromisoformat(stamp), language)


def moment(stamp: str, language: Language) -> str:
    """Return a stamp as date and time in Moscow."""
    return documents.date_time(datetime.fromisoformat(stamp), language)


def state(key: str, language: Language) -> str:
    """Return the name of a part's or an order's state, as in mails."""
    return documents.named("state", key, language)


def plural(number: int, language: Language) -> str:
    """Return the plural form for a number, "one", "few" or "many", by the rules of Unicode's CLDR."""
    if language == "en":
        return "one" if number == 1 else "many"
    if number % 10 == 1 and number % 100 != 11:
        return "one"
    return "few" if number % 10 in {2, 3, 4} and number % 100 not in {12, 13, 14} else "many"


def short(value: str, most: int = _MOST) -> str:
    """Return at most ``most`` characters of a name, so that a page of a thousand rows fits into one answer."""
    return value if len(value) <= most else f"{value[:most]}…"


def lines_of(error: AppError, language: Language) -> list[str]:
    """Return the texts of a refusal."""
    said = error.errors(language)
    if isinstance(said, str):
        return [said]
    return [f"{field}: {one}" for field, texts in said.items() for one in texts]


def writers(language: Language) -> Mapping[str, Callable[..., str]]:
    """Return the formatting functions of templates, by name, for one language."""
    return {
        "money": lambda minor: money(minor, language),
        "day": lambda stamp: day(stamp, language),
        "moment": lambda stamp: moment(stamp, language),
        "moment_of": lambda value: documents.date_time(value, language),
        "state": lambda key: state(key, language),
        "unit": lambda key: documents.named("unit", key, language),
        "short": short,
        "mail_kind": lambda kind: text(AREA, f"mail.kind.{kind}", language) if has(f"mail.kind.{kind}") else kind,
        "plural": lambda value: plural(value, language),
        "number": lambda value, more=False: number(value, language, more=more),
    }
