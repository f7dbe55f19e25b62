"""Requests of administrators, and what they see of accounts, shops, mails and orders."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from chalicelib.accounts.emails import normal_email
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.models.jobs import Mail
from chalicelib.models.orders import Event, Order, Part
from chalicelib.notifications.quiet import quiet_entry
from chalicelib.schemas import wire
from chalicelib.schemas.base import Id, Schema, Text, fault, none_if_blank
from chalicelib.schemas.catalogue import OptionalId
from chalicelib.schemas.lists import Before, ListQuery, Since
from chalicelib.schemas.ordering import Move, MoveReason
from chalicelib.schemas.orders import order_card
from chalicelib.schemas.partner import shop_state_body

PAGE_SIZE = 40
MAX_PAGE_SIZE = 100


def _email(value: str) -> str:
    found = normal_email(value)
    if found is None:
        raise fault("email")
    return found


Reason = Annotated[Text, Field(max_length=500)]
Cursor = Annotated[str, Field(max_length=2_000)]
Limit = Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)]
OrderState = Literal["new", "confirmed", "assembled", "sent", "delivered", "canceled"]
MailStatus = Literal["pending", "sent", "failed", "skipped", "quiet", "bounced", "complained"]


class OrdersQuery(ListQuery):
    """GET admin/orders: with ``limit`` or ``cursor`` a page, without them a plain list; empty ones do not filter.

    ``from`` and ``to`` are dates or times; a date at the end counts with its whole day.
    """

    state: Annotated[OrderState | None, BeforeValidator(none_if_blank)] = None
    shop: OptionalId = None
    buyer: OptionalId = None
    since: Since = Field(default=None, alias="from")
    until: Before = Field(default=None, alias="to")

    @property
    def scope(self) -> str:
        """Which list a cursor belongs to."""
        return f"admin/orders {self.state} {self.shop} {self.buyer} {self.since} {self.until}"


class MailsQuery(Schema):
    """GET admin/mails."""

    status: Annotated[MailStatus | None, BeforeValidator(none_if_blank)] = None
    limit: Annotated[Limit, BeforeValidator(lambda value: value or PAGE_SIZE), wire.page_size(MAX_PAGE_SIZE)] = (
        PAGE_SIZE
    )
    cursor: Annotated[Cursor | None, BeforeValidator(none_if_blank), wire.CURSOR] = None

    @property
    def scope(self) -> str:
        """Which list a cursor belongs to."""
        return f"admin/mails {self.status}"


class UsersQuery(Schema):
    """GET admin/users: the address an account has, however it is written."""

    email: Annotated[Text, Field(min_length=1, max_length=254), AfterValidator(_email), wire.EMAIL]


class Block(Schema):
    """POST admin/users/{id}/block."""

    reason: Reason = ""


class AdminMove(Move):
    """POST admin/orders/{id}/state: the new state, and why."""

    reason: MoveReason = None


class ImportSource(Schema):
    """POST admin/shops/{id}/imports: where the price list is, on the net or among the shop's stored files."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": ["url"]}, {"required": ["key"]}]})

    url: Annotated[Annotated[Text, Field(max_length=2_000)] | None, wire.ADDRESS] = None
    key: Annotated[Annotated[Text, Field(max_length=1_000)] | None, wire.KEY] = None


class NewName(Schema):
    """POST admin/categories/{id}/rename."""

    name: Annotated[Text, Field(min_length=1, max_length=200)]


class Target(Schema):
    """POST admin/categories/{id}/merge: the category that takes the goods."""

    into: Id


def user_body(user: User) -> dict[str, Any]:
    """An account as administrators see it."""
    return {
        "id": user.user_id,
        "email": user.email,
        "type": user.role,
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


def user_card(user: User) -> dict[str, Any]:
    """An account, and why it gets no mail where it gets none."""
    entry = quiet_entry(user.email)
    quiet = None if entry is None else {"since": entry.decided_at, "reason": entry.reason, "mail": entry.mail_id}
    return {**user_body(user), "mail_quiet": quiet}


def shop_body(shop: Shop, owner: User | None) -> dict[str, Any]:
    """A shop and whose it is."""
    return {
        **shop_state_body(shop),
        "last_import": shop.last_import,
        "owner": user_body(owner) if owner is not None else None,
    }


def mail_body(mail: Mail) -> dict[str, Any]:
    """An entry of the outbox: what it is about, who gets it, and how that went."""
    return {
        "id": mail.mail_id,
        "kind": mail.kind,
        "recipient": mail.recipient,
        "sent_to": mail.sent_to,
        "about": mail.about,
        "status": mail.status,
        "attempts": mail.attempts,
        "error": mail.error,
        "message_id": mail.message_id,
        "created_at": mail.created_at,
        "sent_at": mail.sent_at,
        "resend_of": mail.resend_of,
        "feedback": sorted((mail.feedback or {}).values(), key=lambda one: str(one["at"])),
    }


def admin_order_body(order: Order, parts: list[Part], events: list[Event], mails: list[Mail]) -> dict[str, Any]:
    """An order as its buyer sees it, with who did what by which request, and the mails about it."""
    card = order_card(order, parts, events, order.buyer_id)
    told = [
        {**shown, "actor_id": event.actor_id, "request_id": event.request_id, "source": event.source}
        for shown, event in zip(card["events"], events, strict=True)
    ]
    return {
        **card,
        "buyer": order.buyer_id,
        "events": told,
        "documents": f"admin/orders/{order.order_id}/documents",
        "mails": [mail_body(mail) for mail in mails],
    }


def page_body(results: list[dict[str, Any]], after: str | None) -> dict[str, Any]:
    """A page of a list and the cursor of the next one, None for the last page."""
    return {"results": results, "next": after}
