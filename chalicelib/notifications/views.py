"""What mails and documents show.

Money is whole kopecks, moments are aware UTC. A text that is absent is "". Nothing here reads from storage: whoever
sends a mail builds these from the stored items.
"""

import unicodedata
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

# What a good is counted in whose supplier does not say.
PIECES = "шт"
_View = TypeVar("_View")


@dataclass(frozen=True, slots=True)
class ContactView:
    """Who receives the goods, and where; ``company`` in what a shop is shown, where the order itself is not."""

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

    ``sum`` holds ``vat`` at ``vat_rate`` percent, None where there is none. ``reason`` says why ``quantity`` is less
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

    ``rows`` are those that will be delivered, ``missing`` those of which nothing will. ``version`` grows with every
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


@dataclass(frozen=True, slots=True)
class ImportView:
    """The outcome of a price list; ``faults`` are the first ones, ready to read, with their line numbers."""

    import_id: int
    file_name: str
    status: str
    read: int
    ok: int
    errors: int
    warnings: int
    created: int
    changed: int
    unchanged: int
    withdrawn: int
    faults: tuple[str, ...]
    # Where an import that waits for a decision is decided on without an account; "" for any other.
    review: str = ""
    # The name of the file of refused rows; "" where there is none.
    refused: str = ""


@dataclass(frozen=True, slots=True)
class ExportView:
    """An export that is finished: ``path`` is the call that answers with a link, ``kept_until`` None without a file."""

    export_id: int
    file_name: str
    status: str
    written: int
    kilobytes: int
    path: str
    kept_until: datetime | None


@dataclass(frozen=True, slots=True)
class ConfirmContext:
    """For ``confirm_registration``, ``password_reset`` and ``email_change``: the one place where a token is shown."""

    first_name: str
    email: str
    token: str


@dataclass(frozen=True, slots=True)
class NoticeContext:
    """For ``email_changed``: tells the old address what has happened to the account."""

    first_name: str
    email: str


@dataclass(frozen=True, slots=True)
class OrderContext:
    """For ``order_placed`` and ``order_waybill``: the whole order."""

    order: OrderView


@dataclass(frozen=True, slots=True)
class PartContext:
    """For ``order_part``: what one supplier may see. It cannot hold another supplier's rows."""

    order_id: int
    order_number: int
    placed_at: datetime
    part: PartView
    contact: ContactView


@dataclass(frozen=True, slots=True)
class CanceledContext:
    """For ``part_canceled``, ``part_answered``: one supplier's part, who changed it, why ("": untold), which rows."""

    order_number: int
    placed_at: datetime
    part: PartView
    by: str
    reason: str
    changes: tuple["ChangeView", ...] = ()


@dataclass(frozen=True, slots=True)
class StateContext:
    """For ``order_state``: the order as it is now, the state it had before, and who (``by``) canceled which parts."""

    order: OrderView
    was: str
    by: str
    reason: str
    canceled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A row of which less will be delivered, and the shop's reason."""

    name: str
    was: int
    now: int
    reason: str


@dataclass(frozen=True, slots=True)
class AnsweredContext:
    """For ``order_answered``: what became of ``part``, and by whom. Canceled whole it has a reason, no ``changes``."""

    order: OrderView
    part: PartView
    changes: tuple[ChangeView, ...]
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class ImportContext:
    """For ``import_report``."""

    report: ImportView


@dataclass(frozen=True, slots=True)
class ExportContext:
    """For ``export_ready``."""

    export: ExportView


_AboutOrders = OrderContext | PartContext | CanceledContext | StateContext | AnsweredContext
Context = ConfirmContext | NoticeContext | _AboutOrders | ImportContext | ExportContext

# Control, format, surrogate, line and paragraph separators: they break a subject, forge a line of a plain text,
# turn the reading direction or cannot be encoded. Nobody's name needs one.
_UNSAFE = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def one_line(value: str) -> str:
    """``value`` on one line: control characters become spaces, runs of white space one space."""
    return " ".join("".join(" " if unicodedata.category(sign) in _UNSAFE else sign for sign in value).split())


def cleaned(view: _View) -> _View:
    """The same view with every text in it passed through ``one_line``."""
    return _cleaned(view)  # type: ignore[no-any-return]


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, tuple):
        return tuple(_cleaned(entry) for entry in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _cleaned(getattr(value, field.name)) for field in fields(value)})
    return value
