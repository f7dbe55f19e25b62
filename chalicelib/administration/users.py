"""Accounts as administrators manage them: find, block, unblock, log out."""

from pynamodb.expressions.update import Action

from chalicelib.accounts.sessions import end_sessions
from chalicelib.accounts.users import find_user
from chalicelib.administration.acts import Admin
from chalicelib.dynamo.conditions import is_false
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import Busy, NotAuthenticated, OwnAccount
from chalicelib.models.accounts import Administrator, User
from chalicelib.notifications.quiet import allow


def user_by_id(user_id: int) -> User:
    """Return the account. Raises NotFound."""
    return User.at(user_id).require()


def users_by_email(email: str) -> list[User]:
    """Return the account with this normalized address, as a list of at most one."""
    user = find_user(email)
    return [user] if user is not None else []


def block(user_id: int, reason: str, by: Admin) -> User:
    """Bar the account from logging in and end its sessions; a login under way fails.

    A blocked administrator no longer gets mails. Blocking again changes the reason and ends any sessions.
    Raises NotFound, OwnAccount, Busy; NotAuthenticated if the acting administrator has been blocked meanwhile.
    """
    if user_id == by.user_id:
        raise OwnAccount
    user = user_by_id(user_id)
    actions: list[Action] = [User.blocked.set(True)]
    actions.append(User.block_reason.set(reason) if reason else User.block_reason.remove())
    transaction = Transaction()
    if user.role == "administrator":
        transaction.delete("entry", Administrator.at(user_id))
    _commit(transaction, user, actions, by)
    # After the write: later logins fail because of it, and earlier sessions are found here.
    end_sessions(user)
    by.did("block", user_id, reason=reason)
    return user_by_id(user_id)


def unblock(user_id: int, by: Admin) -> User:
    """Let the account log in again; no effect if it is not blocked.

    Raises NotFound, Busy; NotAuthenticated if the acting administrator has been blocked meanwhile.
    """
    user = user_by_id(user_id)
    transaction = Transaction()
    if user.role == "administrator":
        entry = Administrator.at(user_id)
        entry.user_id, entry.email = user_id, user.email
        transaction.put("entry", entry)
    _commit(transaction, user, [User.blocked.set(False), User.block_reason.remove()], by)
    by.did("unblock", user_id)
    return user_by_id(user_id)


def _commit(transaction: Transaction, user: User, actions: list[Action], by: Admin) -> None:
    # The address is copied into an administrator's entry, so it must not have changed since it was read.
    transaction.update("user", User.at(user.user_id), actions, User.email == user.email)
    if by.user_id != user.user_id:
        # If two administrators block each other at the same moment, one of them has to remain.
        transaction.check("actor", User.at(by.user_id), is_false(User.blocked))
    try:
        transaction.commit()
    except Lost as lost:
        raise (NotAuthenticated() if "actor" in lost.losers else Busy()) from lost


def log_out(user_id: int, by: Admin) -> None:
    """End every session of the account; a login under way fails. Raises NotFound."""
    end_sessions(user_by_id(user_id))
    by.did("end_sessions", user_id)


def allow_mail(user_id: int, by: Admin) -> User:
    """Resume mails to an account whose address bounced or complained. Raises NotFound."""
    user = user_by_id(user_id)
    if allow(user.email):
        by.did("allow_mail", user_id)
    return user
