"""What accounts and contacts look like from outside."""

from typing import Any

from chalicelib.accounts.contacts import contact_fields
from chalicelib.models.accounts import Contact, User


def contact_body(contact: Contact) -> dict[str, Any]:
    """A contact as published."""
    return {"id": contact.contact_id, **contact_fields(contact)}


def details_body(user: User, contacts: list[Contact]) -> dict[str, Any]:
    """An account as its owner sees it."""
    return {
        "id": user.user_id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "company": user.company,
        "position": user.position,
        "type": user.role,
        "contacts": [contact_body(contact) for contact in contacts],
    }
