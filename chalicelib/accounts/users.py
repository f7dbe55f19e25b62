"""Finding stored accounts by address or id."""

from chalicelib.models.accounts import Contact, EmailLock, User, user_key


def find_user(email: str) -> User | None:
    """Return the account with this normalized address, or None."""
    lock = EmailLock.at(email).find()
    return User.at(lock.user_id).find() if lock is not None else None


def get_user(user_id: int) -> tuple[User, list[Contact]]:
    """Return the account and its contacts, in two calls. Raises NotFound."""
    contacts = list(Contact.all_in(user_key(user_id)))
    return User.at(user_id).require(), contacts
