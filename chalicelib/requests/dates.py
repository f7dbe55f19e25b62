"""Converts times from clients into texts that compare with stored times."""

import re
from datetime import datetime, timedelta

from chalicelib import clock

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read_time(value: str) -> datetime:
    """Parse an ISO date or time; without a zone it is Moscow's. Raises ValueError."""
    # A plus sign that was not escaped in a query arrives as a space.
    moment = datetime.fromisoformat(value.strip().replace(" ", "+") if "T" in value else value.strip())
    if not 1970 < moment.year < 9999:
        raise ValueError(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.MOSCOW)


def first_stamp(value: str) -> str:
    """Return the first stamp of a list ``from`` this date or time. Raises ValueError."""
    return clock.stamp(read_time(value))


def last_stamp(value: str) -> str:
    """Return the exclusive end of a list ``to`` this time; a date includes its day in Moscow. Raises ValueError."""
    day = _DAY.fullmatch(value.strip()) is not None
    return clock.stamp(read_time(value) + timedelta(days=1 if day else 0))
