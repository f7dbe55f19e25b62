"""What mails and documents show."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.units import PIECES as PIECES

_View = TypeVar("_View")


@dataclass(frozen=True, slots=True)
class ContactView:
    """Who receives the goods, and where; ``company`` is the buyer's, and only shops see it here."""

    last_name: str
    first_name: str
    middle_name: str
    email: str
    phone: str
    city: str
    street: str
    house: str
    structure: str
    building: str
    apartment: str
    company: str = ""

    @property
    def full_name(self) -> str:
        """Last, first and middle name, as far as given."""
        return " ".join(name for name in (self.last_name, self.first_name, self.middle_name) if name)


@dataclass(frozen=True, slots=True)
class RowView:
    """One good of a part; ``price`` is for one ``unit``.

    ``sum`` includes ``vat`` at ``vat_rate`` percent, None without VAT. ``reason`` says why ``quantity`` is less
    than was ``ordered``.
    """

    name: str
    model: str
    quantity: int
    price: int
    sum: int
    unit: str
    vat_rate: int | None
    vat: int
    ordered: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PartView:
    """The rows of one shop; ``number`` is the order's number and the part's place in it: ``1001-1``.

    ``rows`` will be delivered, ``missing`` will not. ``version`` grows with every
    change of the rows.
    """

    number: str
    version: int
    shop_id: int
    shop_name: str
    state: str
    rows: tuple[RowView, ...]
    missing: tuple[RowView, ...]
    goods_sum: int
    delivery: int
    total: int


@dataclass(frozen=True, slots=True)
class OrderView:
    """A whole order as its buyer and the administrators see it."""

    order_id: int
    number: int
    placed_at: datetime
    state: str
    buyer_name: str
    buyer_company: str
    contact: ContactView
    parts: tuple[PartView, ...]
    total: int


# Control, format, surrogate, line and paragraph separators: they break a subject, forge a line of a plain text,
# turn the reading direction or cannot be encoded. Nobody's name needs one.
_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def one_line(value: str) -> str:
    """Return ``value`` on one line: control characters become spaces, runs of white space one space."""
    return " ".join("".join(" " if unicodedata.category(sign) in _UNSAFE else sign for sign in value).split())


def cleaned(view: _View) -> _View:
    """Return the view with every text in it passed through ``one_line``."""
    return rewritten(view, one_line)


def rewritten(view: _View, change: Callable[[str], str]) -> _View:
    """Return the view with every text in it passed through ``change``."""
    return _rewritten(view, change)  # type: ignore[no-any-return]


def _rewritten(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_rewritten(entry, change) for entry in value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {field.name: _rewritten(getattr(value, field.name), change) for field in fields(value)}
        return replace(value, **changes)
    return value
