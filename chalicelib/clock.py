"""Time as the service stores it: aware UTC, and as ISO texts that sort."""

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """``2026-11-23T15:48:10.123456Z``: fixed width, so texts sort as the moments do."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_stamp(value: str) -> datetime:
    """The moment that ``stamp`` wrote. Raises ValueError for any other text."""
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def after(seconds: float, moment: datetime | None = None) -> datetime:
    """``seconds`` later than ``moment`` (now where it is not given)."""
    return (moment or now()) + timedelta(seconds=seconds)


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970, as DynamoDB's TTL wants them."""
    return int(moment.timestamp())
