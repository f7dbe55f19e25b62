"""Time as the service stores it: aware UTC, and as ISO texts that sort."""

from datetime import UTC, datetime, timedelta


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


def epoch(moment: datetime) -> int:
    """Return whole seconds since 1970, as DynamoDB's TTL needs them."""
    return int(moment.timestamp())
