"""The time of the last visit, kept in a cookie: storing it would cost a write for each page."""

from datetime import UTC, datetime, timedelta

from chalicelib import clock
from chalicelib.console.cookies import SEEN, Cookie
from chalicelib.console.visit import Visit

# A visit ends after a pause of this length. A first visit shows what happened during the second period.
_PAUSE = timedelta(minutes=30)
_FIRST = timedelta(days=7)


def last_visit(visit: Visit) -> tuple[datetime, Cookie]:
    """Return when the visitor's last visit ended, in whole seconds, and the cookie that remembers the present one.

    The cookie holds the account, the end of the last visit and the latest moment of the present one, in seconds since
    1970. A cookie of another account is ignored.
    """
    now = clock.now()
    user, _, moments = visit.seen.partition("-")
    since, _, latest = moments.partition("-")
    ended, was_here = _moment(since, now), _moment(latest, now)
    if user != str(visit.caller.user_id) or ended is None or was_here is None:
        ended = now - _FIRST
    elif now - was_here > _PAUSE:
        ended = was_here
    value = f"{visit.caller.user_id}-{clock.epoch(ended)}-{clock.epoch(now)}"
    return datetime.fromtimestamp(clock.epoch(ended), UTC), Cookie(SEEN, value)


def _moment(seconds: str, now: datetime) -> datetime | None:
    """Return a moment of the cookie; None if we did not write it, that is, for a future moment or no number."""
    if not (seconds.isdecimal() and len(seconds) < 12 and int(seconds) <= clock.epoch(now)):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)
