"""Finding stored accounts by address or id."""

from chalicelib import clock
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


def pending_email(user: User) -> str | None:
    """Return the address that the account will have when its token comes back, or None if none is waited for."""
    waits = (user.pending_until or "") > clock.stamp(clock.now())
    return user.pending_email if waits and user.pending_epoch == (user.token_epoch or 0) else None
