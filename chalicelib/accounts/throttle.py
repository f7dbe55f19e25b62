"""Throttling of guesses: the more recent failures, the longer the wait.

An attempt is counted before it is made, so that of attempts made at the same moment no more pass than would one after
the other. Nothing depends on whether the account exists, so being throttled reveals nothing.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib import clock
from chalicelib.errors import TooManyAttempts
from chalicelib.models.accounts import Throttle

_TRIES = 3
_MOST_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Pace:
    """``free`` attempts cost nothing; each further one doubles the wait, from ``first`` up to ``longest`` seconds.

    The count is reset after ``memory`` seconds without an attempt.
    """

    name: str
    free: int
    first: int
    longest: int = 900
    memory: int = 3600

    def wait(self, attempts: int) -> int:
        """Return the seconds to wait after this number of attempts."""
        doubled = min(attempts - self.free - 1, _MOST_DOUBLINGS)
        return 0 if attempts <= self.free else min(self.longest, self.first << doubled)


# Mails that anyone can request for an address: a forgotten password, a lost confirmation.
MAIL = Pace("mail", free=3, first=60, longest=3600, memory=24 * 3600)


def pair(email: str, network: str) -> str:
    """Return the subject that is throttled strictly: an address, as seen from one network."""
    return f"{email}#{network}"


def seconds_left(stored: Throttle | None) -> int:
    """Return the whole seconds that the subject of a stored count still has to wait, 0 if it need not."""
    if stored is None or not stored.until:
        return 0
    return max(0, math.ceil((clock.from_stamp(stored.until) - clock.now()).total_seconds()))


def charge(pace: Pace, subject: str) -> None:
    """Count an attempt that is about to be made. Raises TooManyAttempts if the subject has to wait."""
    item = Throttle.at(pace.name, subject)
    for _ in range(_TRIES):
        now = clock.now()
        if _add(item, pace, now) or _begin(item, pace, now):
            wait = pace.wait(item.failures)
            # Of those that exceed the free attempts at the same moment, one sets the wait and passes.
            if not wait or item.update_where(_is_free(now), _waiting(pace, clock.after(wait, now))):
                return
        if left := seconds_left(item.find()):
            raise TooManyAttempts(left)
    raise TooManyAttempts(1)


def forget(pace: Pace, subject: str) -> None:
    """Reset the count of a subject that has proved itself."""
    Throttle.at(pace.name, subject).delete()


def _add(item: Throttle, pace: Pace, now: datetime) -> bool:
    counting = (Throttle.expires_at > now) & _is_free(now)
    return item.update_where(counting, [Throttle.failures.set(Throttle.failures + 1), _lasting(pace, now)])


def _begin(item: Throttle, pace: Pace, now: datetime) -> bool:
    # DynamoDB deletes an expired count some time later, so the writer has to check.
    over = (Throttle.expires_at.does_not_exist() | (Throttle.expires_at <= now)) & _is_free(now)
    return item.update_where(over, [Throttle.failures.set(1), _lasting(pace, now)])


def _is_free(now: datetime) -> Condition:
    free: Condition = Throttle.until.does_not_exist() | (Throttle.until <= clock.stamp(now))
    return free


def _waiting(pace: Pace, until: datetime) -> list[Action]:
    return [Throttle.until.set(clock.stamp(until)), _lasting(pace, until)]


def _lasting(pace: Pace, moment: datetime) -> Action:
    action: Action = Throttle.expires_at.set(moment + timedelta(seconds=pace.memory))
    return action
