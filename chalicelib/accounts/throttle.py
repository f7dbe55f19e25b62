"""Slowing down those who guess: the more failures lately, the longer the wait.

Counted for the account's address and for the network address the request came from, whether or not such an account
exists, so that being slowed tells nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock
from chalicelib.dynamo.reading import batch_get
from chalicelib.errors import TooManyAttempts
from chalicelib.models.accounts import AccountItem, Throttle


@dataclass(frozen=True, slots=True)
class Pace:
    """``free`` failures cost nothing; each further one doubles the wait, from ``first`` up to ``longest`` seconds.

    The count is forgotten after ``memory`` seconds without a failure.
    """

    name: str
    free: int
    first: int
    longest: int = 900
    memory: int = 3600

    def wait(self, failures: int) -> int:
        """Seconds to wait after so many failures."""
        return 0 if failures <= self.free else min(self.longest, self.first * 2 ** (failures - self.free - 1))


LOGIN_ACCOUNT = Pace("login-account", free=5, first=2)
# Many people may share an office's address.
LOGIN_NETWORK = Pace("login-network", free=50, first=2)
# Mails to one address that anyone can ask for: a forgotten password, a lost confirmation.
MAIL_ACCOUNT = Pace("mail-account", free=3, first=60, longest=3600, memory=24 * 3600)
MAIL_NETWORK = Pace("mail-network", free=30, first=60, longest=3600)

Subjects = list[tuple[Pace, str]]


def require_pace(subjects: Subjects) -> None:
    """Refuse while one of the subjects has to wait. Raises TooManyAttempts, which says how long."""
    keys = [Throttle.at(pace.name, subject) for pace, subject in subjects if subject]
    now = clock.now()
    waits = [
        Throttle.from_raw_data(raw).until
        for raw in batch_get(AccountItem.Meta.table_name, [(key.pk, key.sk) for key in keys])
    ]
    longest = max((_left(until, now) for until in waits), default=0)
    if longest > 0:
        raise TooManyAttempts(longest)


def _left(until: str, now: datetime) -> int:
    seconds = (clock.from_stamp(until) - now).total_seconds()
    return int(seconds) + 1 if seconds > 0 else 0


def count_failure(subjects: Subjects) -> None:
    """Remember a failure of each subject, and have it wait where it has had its free ones."""
    for pace, subject in subjects:
        if subject:
            _count(pace, Throttle.at(pace.name, subject))


def _count(pace: Pace, item: Throttle) -> None:
    # DynamoDB removes an expired count some time later, so the writer has to look.
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
    """Start anew for the subject: it has proved itself."""
    Throttle.at(pace.name, subject).delete()
