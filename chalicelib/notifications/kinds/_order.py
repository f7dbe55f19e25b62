"""What the mails about orders share: looking up orders, parts and the events they report."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.accounts.links import DOCUMENTS
from chalicelib.documents.order_views import order_view, part_view
from chalicelib.documents.views import OrderView, PartView
from chalicelib.models.accounts import User
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Event, Order, Part, order_key
from chalicelib.notifications.kinds._lines import lines_of
from chalicelib.notifications.kinds._links import PageLink, page_link
from chalicelib.ordering.orders import get_order, part_of_shop
from chalicelib.texts import Language


@dataclass(frozen=True, slots=True)
class OrderProps:
    """The whole order, and the page of its documents, None where they are attached."""

    order: OrderView
    documents: PageLink | None = None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A row of which less will be delivered, and the lines of the shop's reason."""

    name: str
    was: int
    now: int
    reason: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangedPartProps:
    """One supplier's part, who changed it (``by``), why (in lines, none if no reason was given), and which rows."""

    order_number: int
    placed_at: datetime
    part: PartView
    by: str
    reason: tuple[str, ...]
    changes: tuple[ChangeView, ...]
    order_id: int


def documents_link(mail: Mail, user: User | None, language: Language, shop_id: int = 0) -> PageLink:
    """Return a new link to the documents of the mail's order, or of the part of one shop."""
    order_id = int(mail.about["order_id"])
    return page_link(f"orders/{order_id}/documents", DOCUMENTS, order_id, user, language, shop_id)


def order_subject(props: OrderProps, language: Language) -> dict[str, object]:
    """Return the order's number."""
    return {"number": props.order.number}


def build_changed_part(mail: Mail, user: User | None, language: Language) -> ChangedPartProps:
    """The part that the mail names, with the event that changed its rows or, without one, what ``about`` says."""
    part = part_of_shop(int(mail.about["shop_id"]), int(mail.about["order_id"]))
    if "event" in mail.about:
        # By an answer to its rows, which hold the reasons.
        event = event_of(mail)
        by, reason, changes = event.actor_role, lines_of(event.reason), changes_of(event)
    else:
        by, reason, changes = mail.about["by"], lines_of(mail.about["reason"]), ()
    placed_at = clock.from_stamp(part.placed_at)
    return ChangedPartProps(part.number, placed_at, part_view(part), by, reason, changes, part.order_id)


def changed_part_subject(props: ChangedPartProps, language: Language) -> dict[str, object]:
    """Return the part's number and its shop."""
    return {"number": props.part.number, "shop": props.part.shop_name}


def stored_order(mail: Mail) -> OrderView:
    """Return the order that the mail is about, as it is now."""
    return order_view(*order_of(mail))


def order_of(mail: Mail) -> tuple[Order, list[Part]]:
    """Read the order that the mail is about, and its parts."""
    return get_order(int(mail.about["order_id"]))


def event_of(mail: Mail) -> Event:
    """Return the event that the mail reports."""
    return Event(order_key(int(mail.about["order_id"])), mail.about["event"]).require()


def changes_of(event: Event) -> tuple[ChangeView, ...]:
    """Return the rows that the event changed."""
    return tuple(ChangeView(row["name"], row["was"], row["now"], lines_of(row["reason"])) for row in event.rows)
