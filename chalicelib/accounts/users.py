"""Finding stored accounts by address or id."""

from chalicelib.models.accounts import Contact, EmailLock, User, user_key


def find_user(email: str) -> User | None:
    """Return the account with this normalized address, or None. Costs two GetItems, also for an unknown address."""
    lock = EmailLock.at(email).find()
    # Nobody has the id 0. Without this call the time of an answer would reveal which addresses are known.
    return User.at(lock.user_id if lock is not None else 0).find()


def get_user(user_id: int) -> tuple[User, list[Contact]]:
    """Return the account and its contacts, in two calls. Raises NotFound."""
    contacts = list(Contact.all_in(user_key(user_id)))
    return User.at(user_id).require(), contacts
