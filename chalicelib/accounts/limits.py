"""How often a call may be made that sends mail, fetches, stores or creates what everybody sees.

Calls are counted in windows of fixed length, in one conditional write each; a refused one writes nothing. The counts
disappear with their windows. A call that writes an item of its caller may count itself there: ``Count``. ``throttle``
slows down guesses, which are counted until they succeed.
"""

import ipaddress
from dataclasses import dataclass

from chalicelib import clock
from chalicelib.errors import TooManyAttempts
from chalicelib.models.accounts import Throttle
from chalicelib.settings import Rate, settings

# An address of IPv6 costs its owner nothing: who has one has the 2^64 that begin alike.
_IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit for each subject; the setting ``RATE_<NAME>`` says how many calls in how many seconds."""

    name: str

    @property
    def rate(self) -> Rate:
        """The setting."""
        rate: Rate = getattr(settings(), f"rate_{self.name}")
        return rate


# A window, and the number of calls counted in it: what an item stores that counts calls beside its own matter.
Count = tuple[str, int]
REGISTRATIONS = Limit("registrations")
MAIL_REQUESTS = Limit("mail_requests")
MAILS_TO_ADDRESS = Limit("mails_to_address")
ADDRESS_CHANGES = Limit("address_changes")
FETCHES = Limit("fetches")
UPLOADS = Limit("uploads")
EXPORTS = Limit("exports")
ORDERS = Limit("orders")
CANCELLATIONS = Limit("cancellations")
ORDER_CHANGES = Limit("order_changes")
EXCHANGES = Limit("exchanges")
LOGIN_NETWORK = Limit("login_network")
LOGIN_ACCOUNT = Limit("login_account")


def network_of(address: str) -> str:
    """Return the network of an address: itself if it is IPv4, also inside IPv6, else its /64; "" if it is neither."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped is not None:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((ip, _IPV6_PREFIX), strict=False))


def count(limit: Limit, subject: object) -> bool:
    """Count a call of the subject; return False, and change nothing, if the window has no room left."""
    room = Throttle.failures.does_not_exist() | (Throttle.failures < limit.rate.calls)
    actions = [
        Throttle.failures.set((Throttle.failures | 0) + 1),
        Throttle.expires_at.set(clock.after(seconds_left(limit))),
    ]
    return current(limit, subject).update_where(room, actions)


def spend(limit: Limit, subject: object) -> None:
    """Count a call of the subject. Raises TooManyAttempts, with the seconds until the window ends, if it has no room.

    A subject that is "" is not limited: nobody knows who calls.
    """
    if subject != "" and not count(limit, subject):
        raise TooManyAttempts(seconds_left(limit))


def one_more(limit: Limit, stored: Count | None) -> Count:
    """Return what counts one more call, for the caller to store instead, on condition that the count is unchanged.

    Raises TooManyAttempts, with the seconds until the window ends, if it has no room.
    """
    window = _window(limit)
    calls = stored[1] if stored is not None and stored[0] == window else 0
    if calls >= limit.rate.calls:
        raise TooManyAttempts(seconds_left(limit))
    return window, calls + 1


def current(limit: Limit, subject: object) -> Throttle:
    """Return the bare key of the subject's count in the window that runs now."""
    return Throttle.at(f"{limit.name}@{_window(limit)}", str(subject))


def is_used_up(limit: Limit, stored: Throttle | None) -> bool:
    """Return whether the stored count of a window leaves no room."""
    return stored is not None and stored.failures >= limit.rate.calls


def seconds_left(limit: Limit) -> int:
    """Return the seconds until the window that runs now ends."""
    return limit.rate.seconds - clock.epoch(clock.now()) % limit.rate.seconds


def restore(limit: Limit, subject: object) -> None:
    """Forget what the subject has used of the window that runs now."""
    current(limit, subject).delete()


def _window(limit: Limit) -> str:
    """Return the name of the window that runs now; with the setting, it changes as well."""
    return f"{limit.rate.seconds}@{clock.epoch(clock.now()) // limit.rate.seconds}"
