"""Sessions: from the Authorization header to the caller, in one GetItem; login and logout."""

import re
from dataclasses import dataclass
from datetime import timedelta

from chalicelib import clock
from chalicelib.accounts.tokens import new_token, token_hash, token_owner
from chalicelib.dynamo.conditions import is_false
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.models.accounts import Session, User, user_key

LIFETIME = timedelta(days=30)
# Clients write "Token x", "TOKEN x", "token x" and "Bearer x".
_HEADER = re.compile(r"\s*(?:token|bearer)\s+(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request, as stored with its session."""

    user_id: int
    role: str
    shop_id: int
    email: str
    token_hash: str


def caller_of(authorization: str) -> Caller | None:
    """Return whose header this is, or None if it has no token, or an unknown, revoked or expired one."""
    match = _HEADER.fullmatch(authorization or "")
    token = match.group(1) if match else ""
    user_id = token_owner(token)
    if user_id is None:
        return None
    session = Session.at(user_id, token_hash(token)).find()
    # DynamoDB deletes an expired item some time later, so readers have to check.
    if session is None or session.expires_at <= clock.now():
        return None
    return Caller(session.user_id, session.role, session.shop_id, session.email, token_hash(token))


def open_session(user: User, lifetime: timedelta = LIFETIME) -> str:
    """Log the user in for ``lifetime`` and return the token, which is stored nowhere.

    Returns "" if the account was blocked or its sessions were ended while the login was under way.
    """
    token = new_token(user.user_id)
    session = Session.at(user.user_id, token_hash(token))
    session.user_id, session.role, session.shop_id, session.email = user.user_id, user.role, user.shop_id, user.email
    session.created_at = clock.stamp(clock.now())
    session.expires_at = clock.now() + lifetime
    transaction = Transaction()
    transaction.check("user", User.at(user.user_id), (User.epoch == user.epoch) & is_false(User.blocked))
    transaction.create("session", session)
    try:
        transaction.commit()
    except Lost:
        return ""
    return token


def end_session(caller: Caller) -> None:
    """End this session only."""
    Session.at(caller.user_id, caller.token_hash).delete()


def end_sessions(user: User, *, keep: str = "") -> None:
    """End every session of the user except the one whose token hash is ``keep``; logins under way fail too."""
    user.update(actions=[User.epoch.set(User.epoch + 1)])
    kept = Session.at(user.user_id, keep).primary_key
    for session in Session.all_in(user_key(user.user_id)):
        if session.primary_key != kept:
            session.delete()
