"""Answers for administrators: accounts, shops, mails, orders and categories."""

from typing import cast

from typing_extensions import TypedDict

from chalicelib.answers.common import Done, Moment, Named
from chalicelib.answers.order_events import EventBase, event_base
from chalicelib.answers.orders import Order, order_body
from chalicelib.answers.partner import ShopState, shop_state_body
from chalicelib.models import orders as stored
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.models.mails import Mail
from chalicelib.notifications.quiet import quiet_entry
from chalicelib.roles import Role


class Account(TypedDict):
    """An account as administrators see it; ``shop`` is the id of a supplier's shop."""

    id: int
    email: str
    type: Role
    first_name: str
    last_name: str
    company: str
    position: str
    shop: int | None
    confirmed: bool
    blocked: bool
    block_reason: str | None
    created_at: Moment


class AccountChanged(Account, Done):
    """The account as it is now."""


class MailQuiet(TypedDict):
    """Why an address gets no mail: ``mail`` is what bounced or was complained about."""

    since: Moment
    reason: str
    mail: int | None


class AccountCard(Account):
    """An account; ``mail_quiet`` is null if it gets mail."""

    mail_quiet: MailQuiet | None


class MailAllowed(AccountCard, Done):
    """The account, which gets mail again."""


class ShopCard(ShopState):
    """A shop and its owner; ``last_import`` is when its newest price list arrived, ``last_import_id`` its import.

    The id is null if that was before ids were kept.
    """

    last_import: Moment | None
    last_import_id: int | None
    owner: Account | None


class ListedShop(ShopState):
    """A shop in a list: ``owner`` is the id of its account, ``last_import`` and ``last_import_id`` as in ShopCard."""

    last_import: Moment | None
    last_import_id: int | None
    owner: int


class ShopSwitched(ShopState, Done):
    """The shop as it is now."""


class MailAbout(TypedDict, total=False):
    """The event that a mail reports: ids, and what changed; ``event`` is the moment of one of an order."""

    user_id: int
    order_id: int
    shop_id: int
    import_id: int
    export_id: int
    shops: list[int]
    event: Moment
    was: str
    now: str
    by: str
    reason: str | None
    email: str
    to: str
    epoch: int
    blocked: bool


class MailFeedback(TypedDict):
    """What the mail service reported about a mail after it had accepted it."""

    kind: str
    at: Moment
    addresses: list[str]
    reason: str


class OutboxMail(TypedDict):
    """An entry of the outbox: its subject, its recipients and its status."""

    id: int
    kind: str
    recipient: str
    sent_to: list[str] | None
    about: MailAbout
    status: str
    attempts: int
    error: str | None
    message_id: str | None
    created_at: Moment
    sent_at: Moment | None
    resend_of: int | None
    feedback: list[MailFeedback]


class MailsResent(Done):
    """How many failed mails are sent again; ``more`` says that the call has to be repeated for the others."""

    resent: int
    more: bool


class AdminEvent(EventBase):
    """Something that happened to an order: who did it, by which request and from which network address."""

    actor_id: int
    request_id: str
    source: str


class AdminOrder(Order):
    """A whole order with its events, the mails about it, and the path of the call that returns its documents."""

    buyer: int
    events: list[AdminEvent]
    documents: str
    mails: list[OutboxMail]


class CategoryRenamed(Named, Done):
    """The category as it is now; ``offers`` counts those that carry the new name, ``complete`` says that all do."""

    offers: int
    complete: bool


class CategoriesMerged(Named, Done):
    """The category that holds the goods of both; ``complete`` says that all of them are in its list."""

    complete: bool


def user_body(user: User) -> Account:
    """Return an account as administrators see it."""
    return {
        "id": user.user_id,
        "email": user.email,
        "type": cast("Role", user.role),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "company": user.company,
        "position": user.position,
        "shop": user.shop_id or None,
        "confirmed": bool(user.confirmed),
        "blocked": bool(user.blocked),
        "block_reason": user.block_reason,
        "created_at": user.created_at,
    }


def user_card(user: User) -> AccountCard:
    """Return an account, and why it gets no mail if that is so."""
    entry = quiet_entry(user.email)
    quiet: MailQuiet | None = None
    if entry is not None:
        quiet = {"since": entry.decided_at, "reason": entry.reason, "mail": entry.mail_id}
    return {**user_body(user), "mail_quiet": quiet}


def shop_body(shop: Shop, owner: User | None) -> ShopCard:
    """Return a shop and its owner."""
    return {
        **shop_state_body(shop),
        "last_import": shop.last_import_at,
        "last_import_id": shop.last_import_id,
        "owner": user_body(owner) if owner is not None else None,
    }


def listed_shop(shop: Shop) -> ListedShop:
    """Return a shop as administrators see it in a list."""
    return {
        **shop_state_body(shop),
        "last_import": shop.last_import_at,
        "last_import_id": shop.last_import_id,
        "owner": shop.owner_id,
    }


def _about(mail: Mail) -> MailAbout:
    """Return the event with its moment, by which an order shows it, in the place of its key."""
    about = cast("MailAbout", mail.about)
    return {**about, "event": stored.Event.moment_of(about["event"])} if "event" in about else about


def mail_body(mail: Mail) -> OutboxMail:
    """Return an entry of the outbox."""
    return {
        "id": mail.mail_id,
        "kind": mail.kind,
        "recipient": mail.recipient,
        "sent_to": mail.sent_to,
        "about": _about(mail),
        "status": mail.status,
        "attempts": mail.attempts,
        "error": mail.error,
        "message_id": mail.message_id,
        "created_at": mail.created_at,
        "sent_at": mail.sent_at,
        "resend_of": mail.resend_of,
        "feedback": sorted((mail.feedback or {}).values(), key=lambda one: str(one["at"])),
    }


def admin_order_body(
    order: stored.Order, parts: list[stored.Part], events: list[stored.Event], mails: list[Mail]
) -> AdminOrder:
    """Return an order as its buyer sees it, with who did what by which request, and the mails about it."""
    return {
        **order_body(order, parts),
        "buyer": order.buyer_id,
        "events": [admin_event(event, parts) for event in events],
        "documents": f"admin/orders/{order.order_id}/documents",
        "mails": [mail_body(mail) for mail in mails],
    }


def admin_event(event: stored.Event, parts: list[stored.Part]) -> AdminEvent:
    """Return what happened to an order, and by whose request."""
    return {
        **event_base(event, parts),
        "actor_id": event.actor_id,
        "request_id": event.request_id,
        "source": event.source,
    }
