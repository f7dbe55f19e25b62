"""Sessions: from the Authorization header to the caller, in one GetItem; login and logout."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from chalicelib import clock
from chalicelib.accounts.tokens import new_token, token_hash, token_owner
from chalicelib.dynamo.batch_writing import delete_items
from chalicelib.dynamo.conditions import is_false
from chalicelib.dynamo.reading import first_of
from chalicelib.dynamo.transaction import Lost, Transaction
from chalicelib.errors import NotFound
from chalicelib.models.accounts import Session, User, user_key

LIFETIME = timedelta(days=30)
# How much of a token's hash names its session.
_ID_SIGNS = 16
# A program that logs in for each call has thousands: how many are read, and how many of them are shown.
_MOST_READ, SHOWN = 1_000, 50
# Clients write "Token x", "TOKEN x", "token x" and "Bearer x".
_HEADER = re.compile(r"\s*(?:token|bearer)\s+(\S+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Caller:
    """The account behind a request, as stored with its session.

    ``expires_at`` is when that ends; a caller who was found by a password has none.
    """

    user_id: int
    role: str
    shop_id: int
    email: str
    token_hash: str
    expires_at: datetime | None = None


def caller_of(authorization: str, purpose: str | None = None) -> Caller | None:
    """Return whose header this is, or None if it has no token, or an unknown, revoked or expired one.

    A session that was opened for one purpose counts for calls with that ``purpose`` only.
    """
    match = _HEADER.fullmatch(authorization or "")
    token = match.group(1) if match else ""
    user_id = token_owner(token)
    if user_id is None:
        return None
    session = Session.at(user_id, token_hash(token)).find()
    # DynamoDB deletes an expired item some time later, so readers have to check.
    if session is None or session.expires_at <= clock.now() or session.purpose not in {None, purpose}:
        return None
    return Caller(session.user_id, session.role, session.shop_id, session.email, token_hash(token), session.expires_at)


def open_session(
    user: User, lifetime: timedelta = LIFETIME, purpose: str | None = None, device: str | None = None
) -> str:
    """Log the user in for ``lifetime``, and for ``purpose`` only if there is one; return the token, stored nowhere.

    ``device`` is what its owner recognizes the session by, if that is known.
    Returns "" if the account was blocked or its sessions were ended while the login was under way.
    """
    token = new_token(user.user_id)
    session = Session.at(user.user_id, token_hash(token))
    session.user_id, session.role, session.shop_id, session.email = user.user_id, user.role, user.shop_id, user.email
    session.created_at = clock.stamp(clock.now())
    session.expires_at = clock.now() + lifetime
    session.purpose, session.device = purpose, device or None
    transaction = Transaction()
    transaction.check("user", User.at(user.user_id), (User.epoch == user.epoch) & is_false(User.blocked))
    transaction.create("session", session)
    try:
        transaction.commit()
    except Lost:
        return ""
    return token


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session as its owner sees it: ``session_id`` names it and opens nothing, ``device`` is "" if it is unknown."""

    session_id: str
    device: str
    created_at: datetime
    expires_at: datetime
    is_of_program: bool
    is_this: bool


class SessionCount(NamedTuple):
    """How many sessions last; ``more``: there are others, which were not counted."""

    lasting: int
    more: bool


def own_sessions(caller: Caller) -> list[OwnSession]:
    """Return sessions of the caller's account that last, the newest first: at most SHOWN, always with the caller's own.

    Of an account with more than a thousand they are the newest of some.
    """
    read = dict(islice(_sessions_of(caller.user_id), _MOST_READ))
    own = read.get(caller.token_hash) or Session.at(caller.user_id, caller.token_hash).find()
    if own is not None:
        read[caller.token_hash] = own
    found = [
        OwnSession(
            name[:_ID_SIGNS],
            session.device or "",
            clock.from_stamp(session.created_at),
            session.expires_at,
            session.purpose is not None,
            name == caller.token_hash,
        )
        for name, session in read.items()
        if session.expires_at > clock.now()
    ]
    newest = sorted(found, key=lambda one: one.created_at, reverse=True)
    others = [one for one in newest if not one.is_this][: SHOWN - 1]
    return [one for one in newest if one.is_this or one in others]


def count_sessions(user_id: int) -> SessionCount:
    """Return how many sessions of the account last, of the first thousand."""
    read, more = first_of(Session.all_in(user_key(user_id)), _MOST_READ)
    return SessionCount(sum(session.expires_at > clock.now() for session in read), more)


def end_own_session(caller: Caller, session_id: str) -> None:
    """End the session of the caller's account that ``own_sessions`` names so. Raises NotFound."""
    begins = Session.sk.startswith(f"{Session.PREFIX}{session_id}")
    # A part of an id names nothing.
    is_whole = len(session_id) == _ID_SIGNS
    named = list(Session.query(user_key(caller.user_id), begins, consistent_read=True)) if is_whole else []
    if not named:
        raise NotFound
    for session in named:
        session.delete()


def _sessions_of(user_id: int) -> Iterator[tuple[str, Session]]:
    """Yield the sessions of an account with the hashes of their tokens."""
    for session in Session.all_in(user_key(user_id)):
        yield session.hash_of_token, session


def end_session(caller: Caller) -> None:
    """End this session only."""
    Session.at(caller.user_id, caller.token_hash).delete()


def end_sessions(user: User, *, keep: str = "") -> None:
    """End every session of the user except the one whose token hash is ``keep``; logins under way fail too.

    Costs an UpdateItem, a Query for each megabyte of sessions and a BatchWriteItem for each 25. Raises Contended if
    DynamoDB has no room; the sessions that are left then need another call.
    """
    user.update(actions=[User.epoch.set(User.epoch + 1)])
    kept = Session.at(user.user_id, keep).primary_key
    keys = (session.primary_key for session in Session.all_in(user_key(user.user_id)))
    # Unconditional: a session is never changed, and one that ended meanwhile may be deleted again.
    delete_items(Session.Meta.table_name, (key for key in keys if key != kept))
