"""Adds quantities typed beside goods to the basket: available goods go in, the rest stays as typed."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.answers.bulk import refusal
from chalicelib.console.forms import form_key
from chalicelib.console.visit import Notice, Visit
from chalicelib.errors import FieldErrors, field_error
from chalicelib.ordering.bulk import ADDED, AddOptions, Done, enter
from chalicelib.ordering.entries import EntryOutcome, Wanted
from chalicelib.ordering.pasted import plain_quantity
from chalicelib.ordering.repeats import Key
from chalicelib.requests.orders import MAX_ITEMS, read_entry

_PREFIX = "quantity."


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a quantity was refused, the nearest ones that could be added, and how much the basket holds already."""

    words: str
    nearest: Sequence[int] = ()
    held: int = 0


@dataclass(frozen=True, slots=True)
class Adding:
    """The result of adding typed quantities: those that are left, by offer, why they were refused, how many were added.

    With ``again`` they were added when the same form was sent before.
    """

    typed: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, Refused] = field(default_factory=dict)
    added: int = 0
    key: str = ""
    again: bool = False

    @property
    def notice(self) -> Notice:
        """The message on the next page."""
        return added_notice(self.added, again=self.again)

    def value(self, offer_id: int) -> str:
        """Return the value to show in the field of an offer."""
        return self.typed.get(str(offer_id), "")

    def fault(self, offer_id: int) -> Refused | None:
        """Return why its quantity was refused, None if it was not."""
        return self.refused.get(str(offer_id))


def as_typed(visit: Visit) -> Adding:
    """Return the typed quantities before anything was added."""
    return Adding(visit.starting(_PREFIX), key=form_key(visit))


def add_typed(visit: Visit) -> Adding:
    """Put the available quantities into the basket. The same form sent twice adds once.

    Raises FieldErrors if no quantity was typed or too many were, BasketChanged.
    """
    typed = typed_in(visit)
    if not typed:
        raise field_error("quantity", "blank")
    if len(typed) > MAX_ITEMS:
        raise field_error("quantity", "too_many", limit=MAX_ITEMS)
    entries = {
        offer: read_entry({"product_info": offer, "quantity": plain_quantity(text)}) for offer, text in typed.items()
    }
    readable = {offer: entry for offer, entry in entries.items() if isinstance(entry, Wanted)}
    options = AddOptions(key=key_of(visit, sorted(typed.items())))
    done = enter(visit.caller.user_id, list(readable.values()), options) if readable else Done([])
    refused = {
        offer: Refused(" ".join(one for texts in entry.errors(visit.language).values() for one in texts))
        for offer, entry in entries.items()
        if isinstance(entry, FieldErrors)
    }
    for offer, one in zip(readable, done.entries, strict=True):
        if one.outcome.result != ADDED:
            refused[offer] = Refused(refusal(one.outcome, visit.language), addable(one.outcome), one.outcome.quantity)
    left = {offer: text for offer, text in typed.items() if offer in refused}
    return Adding(left, refused, len(typed) - len(refused), secrets.token_urlsafe(12), done.again)


def typed_in(visit: Visit) -> dict[str, str]:
    """Return the typed quantities, by offer, and that of the button that was pressed, without zeros."""
    pressed, _, wanted = visit.form.get("set", "").partition("-")
    fields = {**visit.starting(_PREFIX), **({pressed: wanted} if wanted else {})}
    return {offer: text for offer, text in fields.items() if text.strip() not in {"", "0"}}


def addable(outcome: EntryOutcome) -> Sequence[int]:
    """Return the quantities nearest to a refused one that could be added to what the basket holds."""
    nearest = outcome.fault.nearest if outcome.fault is not None else ()
    return [one - outcome.quantity for one in nearest if one > outcome.quantity]


def added_notice(count: int, *, again: bool) -> Notice:
    """Return the message about lines added to the basket; ``again`` means when the same form was sent before."""
    return Notice("quick.again" if again else "quick.added", {"count": count})


def key_of(visit: Visit, said: object) -> Key | None:
    """Return the key that makes adding idempotent, however often the form is sent; None if the form has none.

    ``said`` is what the form asks for: a form that was changed and sent again is another request, and is added.
    """
    made = visit.form.get("key", "")[:40]
    return Key.of(f"{made}-{hashlib.sha256(repr(said).encode()).hexdigest()[:24]}", said) if made else None
