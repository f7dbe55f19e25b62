"""The content of a form: what was typed, and the faults of each field."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from zlib import crc32

from chalicelib.console import wording
from chalicelib.console.visit import Visit
from chalicelib.errors import AppError, FieldErrors
from chalicelib.errors.reasons import (
    BelowMinimum,
    DeliveryRise,
    PriceRise,
    ReasonDiffers,
    RowFault,
    RowGrown,
    RuleChange,
    UnitChange,
)
from chalicelib.texts import text

# The reasons that refusals list for rows, which have quantities, and for shops.
_RowReason = RowFault | RowGrown | ReasonDiffers | PriceRise | UnitChange | RuleChange
_ShopReason = BelowMinimum | DeliveryRise
# The most lines of a list of errors, and the most characters of a name in it.
_MOST, _LONGEST = 15, 80


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a page: its action below the console's address and, if it was refused, its fields and the errors."""

    action: str
    sent: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)

    def value(self, name: str, stored: object = "") -> str:
        """Return the value to show in a field: what was typed, or else what is stored. Passwords are never shown."""
        if "password" in name:
            return ""
        return self.sent.get(name, "" if stored is None else str(stored))

    def id(self, name: str) -> str:
        """Return the id of a field, unique among all forms of the page; short, since a page may have a thousand."""
        return f"f{crc32(self.action.encode()):x}.{name}"

    @property
    def first(self) -> str:
        """The first field with an error, where the page puts the cursor."""
        return next(iter(self.errors), "")

    def faults(self, name: str) -> list[str]:
        """Return the errors of a field."""
        return self.errors.get(name, [])


@dataclass(frozen=True, slots=True)
class Complaint:
    """A line of errors on top of a page with a refused form; ``target`` is the id of the field it is about, if any."""

    words: str
    target: str = ""


def form_of(visit: Visit, action: str) -> Form:
    """Return the form with this action, filled if it is the one that was sent."""
    if action != visit.action:
        return Form(action)
    errors = visit.error.errors(visit.language) if isinstance(visit.error, FieldErrors) else {}
    return Form(action, visit.form, errors if isinstance(errors, dict) else {})


def summary_of(visit: Visit, rows: Mapping[str, str]) -> list[Complaint]:
    """Return the errors of the refused form; each line links to its field.

    ``rows`` has the name of the good in each row of the page, by the id with which the names of its fields end.
    """
    error = visit.error
    if error is None:
        return []
    form = form_of(visit, visit.action)
    faults = [(name, one) for name, texts in form.errors.items() for one in texts]
    reasons = [] if faults else _of_rows(error, visit)
    closed = [f"quantity.{one.row_id}" for one in reasons if one.reason == "closed"]
    faults += [(f"quantity.{one.row_id}", _reason_text(one, visit)) for one in reasons if one.reason != "closed"]
    named = [Complaint(f"{_named(visit, name, rows)}: {said}", form.id(name)) for name, said in faults]
    lines = named[:_MOST] + [Complaint(_say(visit, "frame.more", count=len(named) - _MOST))] * (len(named) > _MOST)
    if closed:
        lines.append(Complaint(_say(visit, "basket.closed", count=len(closed)), form.id(closed[0])))
    shops = [one for one in _reasons(error, "shops") if isinstance(one, _ShopReason)]
    lines += [Complaint(_reason_text(one, visit)) for one in shops]
    key = f"error.{error.code}"
    if wording.has(key):
        return [Complaint(_say(visit, key)), *lines]
    return lines or [Complaint(line) for line in wording.lines_of(error, visit.language)]


def _reason_text(reason: _RowReason | _ShopReason, visit: Visit) -> str:
    """Return the text of a reason; that of a price includes the old and the new price."""
    said = reason.message(visit.language)
    if not isinstance(reason, PriceRise | DeliveryRise):
        return said
    was, now = (wording.money(one, visit.language) for one in (reason.was, reason.now))
    return f"{said}, {was} → {now}"


def _of_rows(error: AppError, visit: Visit) -> list[_RowReason]:
    """Return a refusal's reasons for rows that have a field ``quantity.<id>`` on the page."""
    reasons = [one for one in _reasons(error, "rows") if isinstance(one, _RowReason)]
    return [one for one in reasons if f"quantity.{one.row_id}" in visit.form]


def _reasons(error: AppError, key: str) -> list[object]:
    reasons = error.detail.get(key)
    return reasons if isinstance(reasons, list) else []


def _named(visit: Visit, name: str, rows: Mapping[str, str]) -> str:
    """Return the name of a field for people: of a quantity the good's name, of a good's other field also the label."""
    kind, _, row = name.partition(".")
    good = rows.get(row, "")
    if not good:
        return label_of(visit, name)
    shown = wording.short(good, _LONGEST)
    return shown if kind == "quantity" else f"{shown}, {label_of(visit, name).lower()}"


def _say(visit: Visit, key: str, **params: object) -> str:
    return text(wording.AREA, key, visit.language, **params)


def form_key(visit: Visit) -> str:
    """Return the key that came with the form, or one for a new form."""
    return visit.form.get("key", "")[:40] or secrets.token_urlsafe(12)


def label_of(visit: Visit, name: str) -> str:
    """Return the label of a field on pages, or its name in the API."""
    key = f"field.{name.partition('.')[0]}"
    return text(wording.AREA, key, visit.language) if wording.has(key) else name
