"""Logins of programs that speak the exchange protocol of 1C: HTTP Basic, then the cookie that the first call answered.

Some configurations of 1C send the cookie, some Basic again with every call, some both. The cookie is a session of the
account with a short life that is good for the exchange only: 1C writes it into its logs. No browser ever holds it,
because it is in the body of an answer and never set.
"""

import base64
import binascii
import re
from datetime import timedelta

from chalicelib.accounts.emails import normal_email
from chalicelib.accounts.registration import prove
from chalicelib.accounts.sessions import Caller, caller_of, open_session
from chalicelib.accounts.tokens import token_hash
from chalicelib.errors import WrongCredentials
from chalicelib.models.accounts import User

COOKIE = "exchange_session"
# An exchange of the largest list over a slow line takes less.
LIFETIME = timedelta(hours=4)
_PURPOSE = "exchange"
_BASIC = re.compile(r"\s*basic\s+([A-Za-z0-9+/=_-]{1,2000})\s*", re.IGNORECASE)
_COOKIE = re.compile(rf"(?:^|;)\s*{COOKIE}\s*=\s*\"?([A-Za-z0-9_-]{{1,200}})\"?\s*(?:;|$)")


def program_of(authorization: str, cookie: str, address: str, *, by_password: bool) -> Caller | None:
    """Return who calls: by the session in the cookie, by a token, or by HTTP Basic; None if nothing proves it.

    ``authorization`` and ``cookie`` are the headers, ``address`` is the network address the request came from. With
    ``by_password``, HTTP Basic comes first, as for a call that begins a session. A caller who was found by a password
    has no ``token_hash``. Raises TooManyAttempts, NotConfirmed, and WrongCredentials for a wrong password.
    """
    basic, session = _BASIC.fullmatch(authorization or ""), _COOKIE.search(cookie or "")
    if basic and by_password:
        return _proved(basic[1], address)
    if session and (found := caller_of(f"Token {session[1]}", _PURPOSE)):
        return found
    return _proved(basic[1], address) if basic else caller_of(authorization, _PURPOSE)


def new_cookie(caller: Caller) -> str:
    """Return the value of the cookie of a new session. Raises WrongCredentials unless a password proved the caller."""
    token = "" if caller.token_hash else open_session(User.at(caller.user_id).require(), LIFETIME, _PURPOSE)
    if not token:
        raise WrongCredentials
    return token


def public_id(token: str) -> str:
    """Return what may name a session in addresses: it opens nothing."""
    return token_hash(token)[:16]


def _proved(encoded: str, address: str) -> Caller:
    user = prove(*_credentials(encoded), address)
    return Caller(user.user_id, user.role, user.shop_id, user.email, "")


def _credentials(encoded: str) -> tuple[str, str]:
    """Return the normalized address ("" if it is none) and the password; 1C sends UTF-8, older ones windows-1251."""
    try:
        raw = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_" if {"-", "_"} & {*encoded} else None)
    except (binascii.Error, ValueError):
        raise WrongCredentials from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("windows-1251", errors="replace")
    login, _, password = text.partition(":")
    return normal_email(login) or "", password[:1_000]
