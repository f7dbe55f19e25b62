"""Texts for people, in every one of LANGUAGES.

Every text lives in ``chalicelib/locales/<language>/<area>.json`` as a flat mapping of key to template.
"""

import json
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["ru", "en"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
DEFAULT_LANGUAGE: Language = "ru"
_LOCALES = Path(__file__).parent / "locales"


@cache
def _area(area: str, language: Language) -> dict[str, str]:
    texts: dict[str, str] = json.loads((_LOCALES / language / f"{area}.json").read_text("utf-8"))
    return texts


def text(area: str, key: str, language: Language = DEFAULT_LANGUAGE, **params: object) -> str:
    """Return the text ``key`` of ``area`` with its ``{name}`` placeholders filled from ``params``.

    Raises KeyError for a key that does not exist: that is a bug, and a test compares the keys of the languages.
    """
    return _area(area, language)[key].format(**params)


def has_text(area: str, key: str) -> bool:
    """Return whether ``area`` has the text ``key``, in all languages or none."""
    return key in _area(area, DEFAULT_LANGUAGE)


def language_of(accept_language: str | None) -> Language:
    """Return the language to answer in: the first of LANGUAGES in an ``Accept-Language`` header.

    DEFAULT_LANGUAGE if the header is absent or names none of them. Quality values other than the order are not weighed,
    except that a language with ``q=0`` is refused (RFC 9110, 12.5.4).
    """
    for part in (accept_language or "").lower().split(","):
        tag, _, quality = part.strip().partition(";")
        if quality.strip().replace(" ", "") in {"q=0", "q=0.0"}:
            continue
        for language in LANGUAGES:
            if tag.split("-")[0] == language:
                return language
    return DEFAULT_LANGUAGE


def known_language(stored: str | None) -> Language:
    """Return the language of a stored account, or the default if there is none or it is no longer spoken."""
    return next((language for language in LANGUAGES if language == stored), DEFAULT_LANGUAGE)
