"""Delivery contacts of a buyer: at most five, reachable by their owner only."""

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
    """The address itself, as it is copied into an order."""
    return {name: getattr(contact, name) for name in FIELDS}


def list_contacts(user_id: int) -> list[Contact]:
    """The user's contacts."""
    return list(Contact.query(user_key(user_id), Contact.sk.startswith(Contact.PREFIX), consistent_read=True))


def get_contact(user_id: int, contact_id: int) -> Contact:
    """One of the user's own contacts. Raises NotFound, also for somebody else's."""
    key = Contact.at(user_id, contact_id)
    try:
        return Contact.get(key.pk, key.sk, consistent_read=True)
    except Contact.DoesNotExist:
        raise NotFound from None


def add_contact(user_id: int, fields: Mapping[str, str]) -> int:
    """Keep a contact and give its id. Raises TooManyContacts where the user has five."""
    contact = Contact.at(user_id, new_id())
    for name in FIELDS:
        setattr(contact, name, fields.get(name, ""))
    transaction = Transaction()
    # The counter is what keeps two additions at once from making a sixth.
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
    """Change the fields named of one contact. Raises NotFound, also for somebody else's."""
    contact = get_contact(user_id, contact_id)
    if not changes:
        return
    actions = [getattr(Contact, name).set(value) for name, value in changes.items()]
    # Without the condition a contact deleted meanwhile would come back, uncounted and in part.
    if not contact.update_where(Contact.pk.exists(), actions):
        raise NotFound


def delete_contacts(user_id: int, contact_ids: list[int]) -> int:
    """Remove those of the contacts that exist and are the user's, and say how many."""
    removed = 0
    # However many ids are sent, at most LIMIT contacts are the user's own.
    own = {contact.contact_id for contact in list_contacts(user_id)}
    for contact_id in own.intersection(contact_ids):
        transaction = Transaction()
        transaction.delete("contact", Contact.at(user_id, contact_id), Contact.pk.exists())
        transaction.update("count", User.at(user_id), [User.contacts.set(User.contacts - 1)])
        try:
            transaction.commit()
        except Lost:
            continue  # another request removed it just now
        removed += 1
    return removed
