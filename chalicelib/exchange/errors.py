"""Why an exchange fails, as a key of ``locales/*/exchange.json`` with what fills the text."""

from typing import TypedDict

from chalicelib.texts import Language, text

AREA = "exchange"


class Failure(TypedDict):
    """A failure as it is stored."""

    key: str
    params: dict[str, str | int]


class ExchangeFailed(Exception):
    """The exchange cannot go on as 1C wants; the answer to 1C says why."""

    def __init__(self, key: str, **params: str | int) -> None:
        super().__init__(key)
        self.failure: Failure = {"key": key, "params": params}


def said(failure: Failure, language: Language) -> str:
    """Return the failure in words for the user of 1C."""
    return text(AREA, f"failure.{failure['key']}", language, **failure["params"])
