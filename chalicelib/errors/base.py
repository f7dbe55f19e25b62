"""The shape of every refusal, and the refusal of fields of a request."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar

from chalicelib.texts import Language, text

# What is wrong with a field: the key of its text, and what the text is filled with.
Fault = tuple[str, Mapping[str, object]]
# How many faults of fields one answer reports, and how many of them its plain text names.
MAX_FAULTS = 100
_FAULTS_IN_TEXT = 10


class Reason(ABC):
    """One fact for which a request is refused."""

    __slots__ = ()

    @abstractmethod
    def message(self, language: Language) -> str:
        """Return what is wrong, and what would be right."""

    @abstractmethod
    def body(self, language: Language) -> dict[str, object]:
        """Return the reason as the answer names it."""


class AppError(Exception):
    """A refusal that the caller can understand and act on; never an internal error.

    ``params`` fill the text, ``detail`` is added to the body beside the published keys, ``headers`` to the answer.
    A list in ``detail`` may hold reasons, which are facts: the body words them.
    """

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"

    def __init__(
        self, *, detail: Mapping[str, object] | None = None, headers: Mapping[str, str] | None = None, **params: object
    ) -> None:
        super().__init__(self.code)
        self.params = params
        self.detail = dict(detail or {})
        self.headers = dict(headers or {})

    def errors(self, language: Language) -> str | dict[str, list[str]]:
        """Return the value of the ``Errors`` key, in the language of the caller."""
        return text("errors", self.code, language, **self.params)

    def plain(self, language: Language) -> str:
        """Return the refusal as one text for people, in the language of the caller."""
        errors = self.errors(language)
        if isinstance(errors, str):
            return errors
        return "; ".join(f"{field}: {told}" for field, texts in errors.items() for told in texts)

    def body(self, language: Language) -> dict[str, object]:
        """Return the whole response body, in the language of the caller."""
        detail = {name: _worded(value, language) for name, value in self.detail.items()}
        told = {"Errors": self.errors(language), "code": self.code, "detail": self.plain(language)}
        return {"Status": False, **told, **detail}


def _worded(value: object, language: Language) -> object:
    if not isinstance(value, list):
        return value
    return [one.body(language) if isinstance(one, Reason) else one for one in value]


class FieldErrors(AppError):
    """One or more fields of the request are missing or invalid; the first 100 faults are named.

    ``faults`` maps a field to (text key, parameters) pairs; the key is looked up as ``field.<key>``.
    ``more_errors`` counts the faults that are left out, if any are.
    """

    code = "invalid_fields"

    def __init__(self, faults: Mapping[str, Sequence[Fault]]) -> None:
        self.faults, self._omitted = _first(faults, MAX_FAULTS)
        super().__init__(detail={"more_errors": self._omitted} if self._omitted else None)

    def plain(self, language: Language) -> str:
        shown, more = _first(self.faults, _FAULTS_IN_TEXT)
        omitted = more + self._omitted
        told = [f"{field}: {one}" for field, texts in _told(shown, language).items() for one in texts]
        return "; ".join([*told, text("errors", "more_errors", language, count=omitted)] if omitted else told)

    def errors(self, language: Language) -> dict[str, list[str]]:
        return _told(self.faults, language)


def _first(faults: Mapping[str, Sequence[Fault]], limit: int) -> tuple[dict[str, list[Fault]], int]:
    """Return the first ``limit`` faults by field, and how many there are beyond them."""
    kept: dict[str, list[Fault]] = {}
    for field, found in faults.items():
        if limit <= 0:
            break
        kept[field] = list(found[:limit])
        limit -= len(kept[field])
    return kept, sum(map(len, faults.values())) - sum(map(len, kept.values()))


def _told(faults: Mapping[str, Sequence[Fault]], language: Language) -> dict[str, list[str]]:
    return {
        field: [text("errors", f"field.{key}", language, **params) for key, params in found]
        for field, found in faults.items()
    }


def field_error(field: str, key: str, **params: object) -> FieldErrors:
    """Return the error of a single field."""
    return FieldErrors({field: [field_fault(key, **params)]})


def field_fault(key: str, **params: object) -> Fault:
    """Return what is wrong with a field, for one error of several."""
    return key, params
