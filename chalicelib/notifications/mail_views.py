"""What mails and documents show.

Money is whole kopecks, moments are aware UTC. A text that is absent is "". Nothing here reads from storage: whoever
sends a mail builds these from the stored items.
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.documents.views import ContactView, OrderView, PartView


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
