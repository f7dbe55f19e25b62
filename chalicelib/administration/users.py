"""Accounts as administrators find, block and unblock them."""

from pynamodb.expressions.update import Action

from chalicelib.accounts.sessions import end_sessions
from chalicelib.accounts.users import find_user
from chalicelib.administration.acts import Admin
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import Busy, NotAuthenticated, NotFound, OwnAccount
from chalicelib.models.accounts import Administrator, User
from chalicelib.notifications.quiet import allow


def user_by_id(user_id: int) -> User:
    """The account. Raises NotFound."""
    key = User.at(user_id)
    try:
        return User.get(key.pk, key.sk, consistent_read=True)
    except User.DoesNotExist:
        raise NotFound from None


def users_by_email(email: str) -> list[User]:
    """The account with this normalised address, or none."""
    user = find_user(email)
    return [user] if user is not None else []


def block(user_id: int, reason: str, by: Admin) -> User:
    """Keep the account from logging in and end its sessions; a login under way loses.

    A blocked administrator gets no mails any more. Blocking again changes the reason and ends what sessions there are.
    Raises NotFound, OwnAccount, NotAuthenticated where the administrator was blocked meanwhile, Busy.
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
    # After the mark: whoever logs in from now on loses against it, and whoever was in already is seen here.
    end_sessions(user)
    by.did("block", user_id, reason=reason)
    return user_by_id(user_id)


def unblock(user_id: int, by: Admin) -> User:
    """Let the account log in again. Unblocking one that is not blocked changes nothing.

    Raises NotFound, NotAuthenticated where the administrator was blocked meanwhile, Busy.
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
    # The address is copied into an administrator's entry, so it has to be the one that was read.
    transaction.update("user", User.at(user.user_id), actions, User.email == user.email)
    if by.user_id != user.user_id:
        # Two administrators who block each other at the same moment: one of them stays.
        transaction.check("actor", User.at(by.user_id), User.blocked == False)  # noqa: E712 - a PynamoDB condition
    try:
        transaction.commit()
    except Lost as lost:
        raise (NotAuthenticated() if "actor" in lost.losers else Busy()) from lost


def log_out(user_id: int, by: Admin) -> None:
    """End every session of the account; a login under way loses. Raises NotFound."""
    end_sessions(user_by_id(user_id))
    by.did("end_sessions", user_id)


def allow_mail(user_id: int, by: Admin) -> User:
    """Mail an account again whose address bounced or complained. Raises NotFound."""
    user = user_by_id(user_id)
    if allow(user.email):
        by.did("allow_mail", user_id)
    return user
