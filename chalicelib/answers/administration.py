"""Requests of administrators, and what they see of accounts, shops, mails and orders."""

from typing import Any

from chalicelib.answers.orders import order_card
from chalicelib.answers.partner import shop_state_body
from chalicelib.models.accounts import User
from chalicelib.models.catalogue import Shop
from chalicelib.models.mails import Mail
from chalicelib.models.orders import Event, Order, Part
from chalicelib.notifications.quiet import quiet_entry


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
