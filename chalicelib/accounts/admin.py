"""Administrators come from a command only."""

from chalicelib import clock
from chalicelib.accounts.emails import fault_of, normal_email
from chalicelib.accounts.passwords import hash_password, password_faults
from chalicelib.accounts.sessions import end_sessions
from chalicelib.accounts.users import find_user
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import EmailTaken, FieldErrors, field_error
from chalicelib.ids import new_id
from chalicelib.models.accounts import Administrator, EmailLock, User

ROLE = "administrator"


def create_administrator(email: str, password: str) -> int:
    """Create a confirmed administrator, or set a new password for an existing one and end the sessions.

    Returns the user's id. Raises FieldErrors for a wrong address or password, EmailTaken for another kind of account.
    """
    address = normal_email(email)
    if address is None:
        raise field_error("email", fault_of(email))
    faults = password_faults(password, address)
    if faults:
        raise FieldErrors({"password": faults})
    user = find_user(address)
    if user is not None:
        return _renew(user, password)
    user_id = new_id()
    user = User.at(user_id)
    user.user_id, user.role, user.email, user.confirmed = user_id, ROLE, address, True
    user.password_hash, user.created_at = hash_password(password), clock.stamp(clock.now())
    user.place()
    lock, entry = EmailLock.at(address), Administrator.at(user_id)
    lock.user_id = entry.user_id = user_id
    entry.email = address
    transaction = Transaction()
    transaction.create("email", lock)
    transaction.create("user", user)
    transaction.create("entry", entry)
    try:
        transaction.commit()
    except Lost as lost:
        raise EmailTaken from lost
    return user_id


def _renew(user: User, password: str) -> int:
    if user.role != ROLE:
        raise EmailTaken
    user.update(actions=[User.password_hash.set(hash_password(password))])
    end_sessions(user)
    return user.user_id
