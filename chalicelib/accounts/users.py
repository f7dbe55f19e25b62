"""Accounts as they are stored: found by their address or their id."""

from chalicelib.models.accounts import Contact, EmailLock, User, user_key


def find_user(email: str) -> User | None:
    """The account with this normalised address."""
    lock = EmailLock.at(email)
    try:
        user = User.at(int(EmailLock.get(lock.pk, lock.sk, consistent_read=True).user_id))
        return User.get(user.pk, user.sk, consistent_read=True)
    except (EmailLock.DoesNotExist, User.DoesNotExist):
        return None


def get_user(user_id: int) -> tuple[User, list[Contact]]:
    """The account and its contacts, in two calls. Raises User.DoesNotExist."""
    partition = user_key(user_id)
    contacts = list(Contact.query(partition, Contact.sk.startswith(Contact.PREFIX), consistent_read=True))
    return User.get(partition, User.SK, consistent_read=True), contacts
