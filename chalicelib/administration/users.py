"""Accounts as administrators manage them: find, block, unblock, log out."""

from pynamodb.expressions.update import Action

from chalicelib import outbox
from chalicelib.accounts.one_time_tokens import end_tokens
from chalicelib.accounts.sessions import end_sessions
from chalicelib.accounts.users import find_user
from chalicelib.administration.acts import Admin
from chalicelib.catalogue import directory
from chalicelib.catalogue.search.notifying import shops_changed
from chalicelib.catalogue.shops import add_resumption, add_suspension
from chalicelib.dynamo.conditions import is_false
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import Busy, NotAuthenticated, OwnAccount
from chalicelib.models.accounts import Administrator, User
from chalicelib.models.catalogue import SHOPS, Shop
from chalicelib.models.mails import About, Mail
from chalicelib.notifications.quiet import allow


def user_by_id(user_id: int) -> User:
    """Return the account. Raises NotFound."""
    return User.at(user_id).require()


def users_by_email(email: str) -> list[User]:
    """Return the account with this normalized address, as a list of at most one."""
    user = find_user(email)
    return [user] if user is not None else []


def block(user_id: int, reason: str, by: Admin) -> User:
    """Bar the account from logging in, end its sessions and void its tokens; a login under way fails.

    A blocked administrator no longer gets mails; a blocked supplier's shop is closed to buyers. Administrators and the
    person blocked get a mail. Blocking again changes the reason and ends any sessions. Raises NotFound,
    OwnAccount, Busy; NotAuthenticated if the acting administrator has been blocked meanwhile.
    """
    if user_id == by.user_id:
        raise OwnAccount
    user = user_by_id(user_id)
    actions: list[Action] = [User.blocked.set(True), end_tokens()]
    actions.append(User.block_reason.set(reason) if reason else User.block_reason.remove())
    transaction = Transaction()
    if user.role == "administrator":
        transaction.delete("entry", Administrator.at(user_id))
    if (shop := _shop_of(user)) is not None:
        add_suspension(transaction, shop)
    _commit(transaction, user, actions, _notices(user, shop, reason, blocked=True), by)
    if shop is not None:
        directory.changed(SHOPS)
        shops_changed([shop.entity_id])
    # After the write: later logins fail because of it, and earlier sessions are found here.
    end_sessions(user)
    by.did("block", user_id, reason=reason)
    return user_by_id(user_id)


def unblock(user_id: int, by: Admin) -> User:
    """Let the account log in again, and its shop be open or closed as it was; no effect if it is not blocked.

    Raises NotFound, Busy; NotAuthenticated if the acting administrator has been blocked meanwhile.
    """
    user = user_by_id(user_id)
    transaction = Transaction()
    if user.role == "administrator":
        entry = Administrator.at(user_id)
        entry.user_id, entry.email = user_id, user.email
        transaction.put("entry", entry)
    if (shop := _shop_of(user)) is not None:
        add_resumption(transaction, shop)
    actions: list[Action] = [User.blocked.set(False), User.block_reason.remove()]
    _commit(transaction, user, actions, _notices(user, shop, "", blocked=False), by)
    if shop is not None:
        directory.changed(SHOPS)
        shops_changed([shop.entity_id])
    by.did("unblock", user_id)
    return user_by_id(user_id)


def _shop_of(user: User) -> Shop | None:
    """Return the supplier's shop; there is none before the account is confirmed."""
    return Shop.at(user.shop_id).find() if user.shop_id else None


def _notices(user: User, shop: Shop | None, reason: str, *, blocked: bool) -> list[Mail]:
    """Return the mails about a block or its end, for an account whose address is proven; none if nothing changes."""
    if bool(user.blocked) == blocked or not user.confirmed:
        return []
    about: About = {"user_id": user.user_id, "blocked": blocked, "reason": reason or None}
    mails = [outbox.compose("account_state", f"{outbox.ACCOUNT}{user.user_id}", about)]
    if shop is not None:
        mails.append(outbox.compose("shop_suspended", "administrators", {**about, "shop_id": shop.entity_id}))
    return mails


def _commit(transaction: Transaction, user: User, actions: list[Action], mails: list[Mail], by: Admin) -> None:
    # The address is copied into an administrator's entry, and the shop is created by the confirmation: neither may have
    # changed since it was read. Nor may the account have been blocked by somebody else, who sent the same mails.
    seen = (User.email == user.email) & (User.confirmed == user.confirmed) & (User.blocked == user.blocked)
    transaction.update("user", User.at(user.user_id), actions, seen)
    if by.user_id != user.user_id:
        # If two administrators block each other at the same moment, one of them has to remain.
        transaction.check("actor", User.at(by.user_id), is_false(User.blocked))
    for number, mail in enumerate(mails):
        transaction.create(f"mail:{number}", mail)
    try:
        transaction.commit()
    except Lost as lost:
        raise (NotAuthenticated() if "actor" in lost.losers else Busy()) from lost
    outbox.dispatch(mails)


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
