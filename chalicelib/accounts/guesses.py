"""Slows down guessing of passwords so that nobody can keep anybody else from logging in.

Strict is the pace of an account as seen from one network: a guesser waits longer and longer, and the owner, who is
elsewhere, does not notice. What all networks together do to an account only makes others wait after their first
wrong password; what a network does to all accounts makes it wait for those that never logged in from it. So the right
password passes at the first attempt from everywhere else (docs/decisions/0028-paces.md).
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib import clock
from chalicelib.accounts import limits, throttle
from chalicelib.accounts.limits import LOGIN_ACCOUNT, LOGIN_NETWORK
from chalicelib.dynamo.reading import read
from chalicelib.errors import TooManyAttempts
from chalicelib.models.accounts import Throttle
from chalicelib.settings import settings

_PAIR = "login"
_KNOWN = "login-known"
_KNOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Attempt:
    """A password that is about to be checked; how it ends has to be said."""

    email: str
    network: str
    known_until: str

    def failed(self) -> None:
        """Count a wrong password against the account and the network."""
        limits.count(LOGIN_ACCOUNT, self.email)
        if self.network:
            limits.count(LOGIN_NETWORK, self.network)

    def succeeded(self) -> None:
        """Forget what was wrong before, and remember that the account is used from this network."""
        subject, until = throttle.pair(self.email, self.network), clock.now() + timedelta(days=_KNOWN_DAYS)
        Throttle.at(_PAIR, subject).delete()
        # Once a day is often enough.
        if self.known_until < clock.stamp(until - timedelta(days=1)):
            Throttle.at(_KNOWN, subject).update(
                actions=[Throttle.until.set(clock.stamp(until)), Throttle.expires_at.set(until)]
            )


def begin(email: str, address: str) -> Attempt:
    """Admit an attempt at the password of an account, made from a network address; count it as if it failed.

    ``email`` is normalized, "" if it is none. Costs one BatchGet and one write. Raises TooManyAttempts.
    """
    network = limits.network_of(address)
    subject = throttle.pair(email, network)
    known, by_account, by_network = (
        Throttle.at(_KNOWN, subject),
        limits.current(LOGIN_ACCOUNT, email),
        limits.current(LOGIN_NETWORK, network),
    )
    found = read(known, by_account, by_network)
    stored = found.get(known)
    known_until = stored.until or "" if stored is not None else ""
    is_known = known_until > clock.stamp(clock.now())
    if network and not is_known and limits.is_used_up(LOGIN_NETWORK, found.get(by_network)):
        raise TooManyAttempts(limits.seconds_left(LOGIN_NETWORK))
    pace = throttle.Pace(_PAIR, free=settings().login_failures, first=2)
    if not is_known and limits.is_used_up(LOGIN_ACCOUNT, found.get(by_account)):
        pace = replace(pace, free=0, first=30)
    throttle.charge(pace, subject)
    return Attempt(email, network, known_until)


def forgive(email: str, address: str) -> None:
    """Forget the wrong passwords of an account as seen from a network, and those of the account from everywhere."""
    Throttle.at(_PAIR, throttle.pair(email, limits.network_of(address))).delete()
    limits.restore(LOGIN_ACCOUNT, email)
