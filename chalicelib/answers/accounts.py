"""Answers about accounts and contacts."""

from typing import NotRequired, cast

from typing_extensions import TypedDict

from chalicelib.accounts.contacts import contact_fields
from chalicelib.accounts.users import pending_email
from chalicelib.answers.common import Done
from chalicelib.models import accounts as stored
from chalicelib.roles import Role


class DeliveryAddress(TypedDict):
    """Who takes a delivery, and where."""

    last_name: str
    first_name: str
    middle_name: str
    phone: str
    city: str
    street: str
    house: str
    structure: str
    building: str
    apartment: str


class Contact(DeliveryAddress):
    """A delivery contact."""

    id: int
    email: str


class DetailsChanged(Done):
    """The account was changed; ``email_pending`` is a new address, which takes effect when it has been confirmed."""

    email_pending: NotRequired[str]


class AccountDetails(TypedDict):
    """An account as its owner sees it; ``email_pending`` is a new address that waits for its confirmation, if any."""

    id: int
    first_name: str
    last_name: str
    email: str
    email_pending: NotRequired[str]
    company: str
    position: str
    type: Role
    contacts: list[Contact]


def contact_body(contact: stored.Contact) -> Contact:
    """Return a contact as published."""
    return cast("Contact", {"id": contact.contact_id, **contact_fields(contact)})


def details_body(user: stored.User, contacts: list[stored.Contact]) -> AccountDetails:
    """Return an account as its owner sees it."""
    body: AccountDetails = {
        "id": user.user_id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "company": user.company,
        "position": user.position,
        "type": cast("Role", user.role),
        "contacts": [contact_body(contact) for contact in contacts],
    }
    if (pending := pending_email(user)) is not None:
        body["email_pending"] = pending
    return body
