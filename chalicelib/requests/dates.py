"""Times that clients write, as the texts that stored times are compared with."""

import re
from datetime import UTC, datetime, timedelta

from chalicelib import clock

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_time(value: str) -> datetime:
    """The moment of an ISO date or time; without a zone it is UTC. Raises ValueError."""
    # A plus sign that was not escaped in a query arrives as a space.
    moment = datetime.fromisoformat(value.strip().replace(" ", "+") if "T" in value else value.strip())
    if not 1970 < moment.year < 9999:
        raise ValueError(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def first_stamp(value: str) -> str:
    """The stamp that a list ``from`` this date or time begins with. Raises ValueError."""
    return clock.stamp(read_time(value))


def last_stamp(value: str) -> str:
    """The stamp before which a list ``to`` this ends: a date is taken with its whole day. Raises ValueError."""
    day = _DAY.fullmatch(value.strip()) is not None
    return clock.stamp(read_time(value) + timedelta(days=1 if day else 0))
