"""Time as the service stores it: aware UTC, and as ISO texts that sort. People read Moscow's calendar."""

from datetime import UTC, date, datetime, timedelta, timezone

# UTC+3 all year since 2014, so it needs no database of zones (docs/decisions/0027-one-calendar-for-people.md).
MOSCOW = timezone(timedelta(hours=3), "MSK")


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Return ``2026-11-23T15:48:10.123456Z``: fixed width, so texts sort as the moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_stamp(value: str) -> datetime:
    """Parse a text that ``stamp`` wrote. Raises ValueError for any other text."""
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def after(seconds: float, moment: datetime | None = None) -> datetime:
    """Return the time ``seconds`` after ``moment``, by default after now."""
    return (moment or now()) + timedelta(seconds=seconds)


def in_moscow(moment: datetime) -> datetime:
    """Return an aware moment as the clock in Moscow shows it."""
    return moment.astimezone(MOSCOW)


def moscow_day(moment: datetime) -> date:
    """Return the day of an aware moment in Moscow: that of papers, taxes and the days that people ask for."""
    return in_moscow(moment).date()


def epoch(moment: datetime) -> int:
    """Return whole seconds since 1970, as DynamoDB's TTL needs them."""
    return int(moment.timestamp())
