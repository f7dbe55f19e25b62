"""Throttling of guesses: the more recent failures, the longer the wait.

Failures are counted per e-mail address and per network address, whether or not such an account exists, so that being
throttled reveals nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.dynamo.reading import read
from chalicelib.errors import TooManyAttempts
from chalicelib.models.accounts import Throttle


@dataclass(frozen=True, slots=True)
class Pace:
    """``free`` failures cost nothing; each further one doubles the wait, from ``first`` up to ``longest`` seconds.

    The count is reset after ``memory`` seconds without a failure.
    """

    name: str
    free: int
    first: int
    longest: int = 900
    memory: int = 3600

    def wait(self, failures: int) -> int:
        """Return the seconds to wait after this number of failures."""
        return 0 if failures <= self.free else min(self.longest, self.first * 2 ** (failures - self.free - 1))


LOGIN_ACCOUNT = Pace("login-account", free=5, first=2)
# Many people may share the address of an office.
LOGIN_NETWORK = Pace("login-network", free=50, first=2)
# Mails that anyone can request for an address: a forgotten password, a lost confirmation.
MAIL_ACCOUNT = Pace("mail-account", free=3, first=60, longest=3600, memory=24 * 3600)
MAIL_NETWORK = Pace("mail-network", free=30, first=60, longest=3600)

Subjects = list[tuple[Pace, str]]


def require_pace(subjects: Subjects) -> None:
    """Raise TooManyAttempts, with the seconds left, if one of the subjects has to wait. Costs one BatchGet."""
    keys = [Throttle.at(pace.name, subject) for pace, subject in subjects if subject]
    now = clock.now()
    longest = max((_left(throttle.until, now) for throttle in read(*keys).all(Throttle)), default=0)
    if longest > 0:
        raise TooManyAttempts(longest)


def _left(until: str, now: datetime) -> int:
    seconds = (clock.from_stamp(until) - now).total_seconds()
    return int(seconds) + 1 if seconds > 0 else 0


def count_failure(subjects: Subjects) -> None:
    """Count a failure of each subject; those that have used up their free ones have to wait."""
    for pace, subject in subjects:
        if subject:
            _count(pace, Throttle.at(pace.name, subject))


def _count(pace: Pace, item: Throttle) -> None:
    # DynamoDB deletes an expired count some time later, so the writer has to check.
    if not item.update_where(Throttle.expires_at > clock.now(), [Throttle.failures.set(Throttle.failures + 1)]):
        item.update(actions=[Throttle.failures.set(1)])
    wait = pace.wait(item.failures)
    item.update(
        actions=[
            Throttle.until.set(clock.stamp(clock.after(wait))),
            Throttle.expires_at.set(clock.after(wait + pace.memory)),
        ]
    )


def forget(pace: Pace, subject: str) -> None:
    """Reset the count of a subject that has proved itself."""
    Throttle.at(pace.name, subject).delete()
