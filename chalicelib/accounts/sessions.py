"""Who calls: from the Authorization header to a caller, in one GetItem."""

import re
from dataclasses import dataclass
from datetime import timedelta

from chalicelib import clock
from chalicelib.accounts.tokens import new_token, token_hash, token_owner
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.models.accounts import Session, User

LIFETIME = timedelta(days=30)
# Clients write "Token x", "TOKEN x", "token x" and "Bearer x".
_HEADER = re.compile(r"\s*(?:token|bearer)\s+(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request, as its session remembers it."""

    user_id: int
    role: str
    shop_id: int
    email: str
    token_hash: str


def caller_of(authorization: str) -> Caller | None:
    """Who the header belongs to; None where there is no token or it is unknown, revoked or expired."""
    match = _HEADER.fullmatch(authorization or "")
    token = match.group(1) if match else ""
    user_id = token_owner(token)
    if user_id is None:
        return None
    key = Session.at(user_id, token_hash(token))
    try:
        session = Session.get(key.pk, key.sk, consistent_read=True)
    except Session.DoesNotExist:
        return None
    # DynamoDB removes an expired item some time later, so the reader has to look.
    if session.expires_at <= clock.now():
        return None
    return Caller(session.user_id, session.role, session.shop_id, session.email, token_hash(token))


def open_session(user: User) -> str:
    """Log the user in and give the token, which exists nowhere else.

    Returns "" where the account was blocked or its sessions were ended while the login was under way.
    """
    token = new_token(user.user_id)
    session = Session.at(user.user_id, token_hash(token))
    session.user_id, session.role, session.shop_id, session.email = user.user_id, user.role, user.shop_id, user.email
    session.created_at = clock.stamp(clock.now())
    session.expires_at = clock.now() + LIFETIME
    transaction = Transaction()
    transaction.check("user", User.at(user.user_id), (User.epoch == user.epoch) & (User.blocked == False))  # noqa: E712 - a PynamoDB condition
    transaction.create("session", session)
    try:
        transaction.commit()
    except Lost:
        return ""
    return token


def end_session(caller: Caller) -> None:
    """Log this one session out."""
    Session.at(caller.user_id, caller.token_hash).delete()


def end_sessions(user: User, *, keep: str = "") -> None:
    """End every session of the user but the one whose token hash is ``keep``; logins under way lose too."""
    user.update(actions=[User.epoch.set(User.epoch + 1)])
    for session in Session.query(user.pk, Session.sk.startswith(Session.PREFIX), consistent_read=True):
        if session.sk != f"{Session.PREFIX}{keep}":
            session.delete()
