"""Sessions of the console: a login's token in a cookie, valid for twelve hours and renewed while in use."""

import secrets
from dataclasses import replace
from datetime import timedelta

from chalicelib import clock
from chalicelib.accounts.sessions import caller_of, open_session
from chalicelib.console.cookies import SESSION, VISITOR, Cookie
from chalicelib.console.visit import Visit
from chalicelib.models.accounts import User

LIFETIME = timedelta(hours=12)


def recognized(visit: Visit) -> Visit:
    """Return the visit with the caller of the session in the cookie, if it is still valid. Costs one GetItem."""
    return replace(visit, found_caller=caller_of(f"Token {visit.token}")) if visit.token else visit


def opened(user: User, device: str) -> Cookie | None:
    """Log the user in on a device; return the cookie, or None if the account was blocked meanwhile."""
    token = open_session(user, LIFETIME, device=device)
    return Cookie(SESSION, token) if token else None


def ended() -> Cookie:
    """Return a cookie that deletes the session's."""
    return Cookie(SESSION, "")


def prolonged(visit: Visit) -> tuple[Cookie, ...]:
    """Return the cookie of a new session if the present one is half over, else none.

    The old one stays valid until it expires, since other pages may be loading with it.
    """
    caller = visit.found_caller
    if caller is None or caller.expires_at is None or caller.expires_at > clock.now() + LIFETIME / 2:
        return ()
    cookie = opened(User.at(caller.user_id).require(), visit.device)
    return (cookie,) if cookie else ()


def as_visitor(visit: Visit) -> tuple[Visit, tuple[Cookie, ...]]:
    """Return a visit that can sign forms, and the cookie with a random text to set for it if it had none."""
    if visit.secret:
        return visit, ()
    secret = secrets.token_urlsafe(24)
    return replace(visit, secret=secret), (Cookie(VISITOR, secret),)
