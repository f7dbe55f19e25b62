"""The content of a form: what was typed, and the faults of each field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zlib import crc32

from chalicelib.console import wording
from chalicelib.console.visit import Visit
from chalicelib.errors import AppError, FieldErrors
from chalicelib.errors.reasons import ReasonDiffers, RowFault, RowGrown
from chalicelib.texts import text

# Keys under which refusals list rows with faulty quantities.
_OF_ROWS = (RowFault, RowGrown, ReasonDiffers)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a page: its action below the console's address, and, if it was refused, what was sent and why."""

    action: str
    sent: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)

    def value(self, name: str, stored: object = "") -> str:
        """Return what the field shows: what was typed, or else what is stored. A password is never shown again."""
        if "password" in name:
            return ""
        return self.sent.get(name, "" if stored is None else str(stored))

    def id(self, name: str) -> str:
        """Return the id of a field, which no other form of the page has; short, since a page may have a thousand."""
        return f"f{crc32(self.action.encode()):x}.{name}"

    @property
    def first(self) -> str:
        """The first field that is wrong, where the page puts the cursor."""
        return next(iter(self.errors), "")

    def faults(self, name: str) -> list[str]:
        """Return what is wrong with a field."""
        return self.errors.get(name, [])


@dataclass(frozen=True, slots=True)
class Complaint:
    """A line on top of a page whose form was refused; ``target`` is the id of the field that it is about, if any."""

    words: str
    target: str = ""


def form_of(visit: Visit, action: str) -> Form:
    """Return the form with this action, filled if it is the one that was sent."""
    if action != visit.action:
        return Form(action)
    errors = visit.error.errors(visit.language) if isinstance(visit.error, FieldErrors) else {}
    return Form(action, visit.form, errors if isinstance(errors, dict) else {})


def summary_of(visit: Visit) -> list[Complaint]:
    """Return what is wrong with the form that was refused, each line leading to its field."""
    error = visit.error
    if error is None:
        return []
    key = f"error.{error.code}"
    if wording.has(key):
        return [Complaint(text(wording.AREA, key, visit.language))]
    form = form_of(visit, visit.action)
    if not form.errors:
        rows = _complaints_of_rows(error, form, visit)
        return rows or [Complaint(line) for line in wording.lines_of(error, visit.language)]
    return [
        Complaint(f"{label_of(visit, name)}: {one}", form.id(name))
        for name, texts in form.errors.items()
        for one in texts
    ]


def _complaints_of_rows(error: AppError, form: Form, visit: Visit) -> list[Complaint]:
    """Return what a refusal says of rows whose quantities were typed, each leading to its field ``quantity.<id>``."""
    reasons = error.detail.get("rows")
    faults = [one for one in reasons if isinstance(one, _OF_ROWS)] if isinstance(reasons, list) else []
    named = [(f"quantity.{one.row_id}", one.message(visit.language)) for one in faults]
    return [Complaint(f"{label_of(visit, name)}: {said}", form.id(name)) for name, said in named if name in form.sent]


def label_of(visit: Visit, name: str) -> str:
    """Return the label of a field on pages, or its name in the API."""
    key = f"field.{name.partition('.')[0]}"
    return text(wording.AREA, key, visit.language) if wording.has(key) else name
