"""Delivery contacts of a buyer: at most five, accessible to their owner only."""

from collections.abc import Mapping

from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import NotFound, TooManyContacts
from chalicelib.ids import new_id
from chalicelib.models.accounts import Contact, User, user_key

LIMIT = 5
FIELDS = (
    *("last_name", "first_name", "middle_name", "email", "phone"),
    *("city", "street", "house", "structure", "building", "apartment"),
)


def contact_fields(contact: Contact) -> dict[str, str]:
    """Return the fields of the address, as copied into an order."""
    return {name: getattr(contact, name) for name in FIELDS}


def list_contacts(user_id: int) -> list[Contact]:
    """Return the user's contacts."""
    return list(Contact.all_in(user_key(user_id)))


def get_contact(user_id: int, contact_id: int) -> Contact:
    """Return one of the user's own contacts. Raises NotFound, also for another user's."""
    return Contact.at(user_id, contact_id).require()


def add_contact(user_id: int, fields: Mapping[str, str]) -> int:
    """Store a contact and return its id. Raises TooManyContacts if the user has LIMIT already."""
    contact = Contact.at(user_id, new_id())
    for name in FIELDS:
        setattr(contact, name, fields.get(name, ""))
    transaction = Transaction()
    # The counter keeps two simultaneous additions from exceeding the limit.
    transaction.update("count", User.at(user_id), [User.contacts.set((User.contacts | 0) + 1)], User.contacts < LIMIT)
    transaction.create("contact", contact)
    try:
        transaction.commit()
    except Lost as lost:
        if "count" in lost.losers:
            raise TooManyContacts(limit=LIMIT) from lost
        raise
    return contact.contact_id


def change_contact(user_id: int, contact_id: int, changes: Mapping[str, str]) -> None:
    """Change the named fields of one contact. Raises NotFound, also for another user's."""
    contact = get_contact(user_id, contact_id)
    if not changes:
        return
    actions = [getattr(Contact, name).set(value) for name, value in changes.items()]
    # Without the condition a contact deleted meanwhile would come back, incomplete and uncounted.
    if not contact.update_where(Contact.pk.exists(), actions):
        raise NotFound


def delete_contacts(user_id: int, contact_ids: list[int]) -> int:
    """Delete those of the contacts that exist and belong to the user; return how many that were."""
    removed = 0
    # However many ids are sent, at most LIMIT of them are the user's own.
    own = {contact.contact_id for contact in list_contacts(user_id)}
    for contact_id in own.intersection(contact_ids):
        transaction = Transaction()
        transaction.delete("contact", Contact.at(user_id, contact_id), Contact.pk.exists())
        transaction.update("count", User.at(user_id), [User.contacts.set(User.contacts - 1)])
        try:
            transaction.commit()
        except Lost:
            continue  # another request has just deleted it
        removed += 1
    return removed
