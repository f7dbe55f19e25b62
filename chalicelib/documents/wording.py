"""How an amount, a moment or an address is written in each language."""

from datetime import datetime

from chalicelib import clock
from chalicelib import money as amounts
from chalicelib.documents.views import ContactView
from chalicelib.texts import Language, text

AREA = "mail"
_DAY: dict[Language, str] = {"ru": "%d.%m.%Y", "en": "%Y-%m-%d"}
_ZONE: dict[Language, str] = {"ru": "МСК", "en": "MSK"}


def figures(minor: int, language: Language) -> str:
    """Return ``110 000,50`` or ``110,000.50``: two decimals always, no currency, for the columns of a document."""
    return amounts.figures(minor, language)


def money(minor: int, language: Language) -> str:
    """Return ``110 000,50 ₽`` or ``110,000.50 ₽``; whole roubles have no decimals."""
    return amounts.written(minor, language)


def count(number: int, language: Language) -> str:
    """Return ``12 500`` or ``12,500``."""
    written = f"{number:,}"
    return written.replace(",", " ") if language == "ru" else written


def percent(rate: int | None) -> str:
    """Return ``22 %``, or a dash for no VAT."""
    return "—" if rate is None else f"{rate} %"


def day(moment: datetime, language: Language) -> str:
    """Return ``23.11.2026`` or ``2026-11-23``: the day of a document in Moscow, which also decides its VAT."""
    return clock.moscow_day(moment).strftime(_DAY[language])


def date_time(moment: datetime, language: Language) -> str:
    """Return ``23.11.2026 18:48 МСК`` or ``2026-11-23 18:48 MSK``: the time in Moscow."""
    return clock.in_moscow(moment).strftime(f"{_DAY[language]} %H:%M {_ZONE[language]}")


def address(contact: ContactView, language: Language) -> str:
    """Return the given parts of the address: city, street, house and so on."""
    places = [contact.city, contact.street]
    for key in ("house", "structure", "building", "apartment"):
        value = getattr(contact, key)
        places.append(text(AREA, f"address.{key}", language, value=value) if value else "")
    return ", ".join(place for place in places if place)


def named(group: str, key: str, language: Language) -> str:
    """Return the name of ``key`` in ``group`` (``state``, ``status``, ``unit``), or ``key`` itself if it has none.

    A mail with an unexpected word in it serves its reader better than none at all.
    """
    try:
        return text(AREA, f"{group}.{key}", language)
    except KeyError:
        return key
