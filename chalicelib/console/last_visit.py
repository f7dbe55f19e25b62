"""When somebody was here last, kept by their browser: remembering it here would be a write for each page."""

from datetime import UTC, datetime, timedelta

from chalicelib import clock
from chalicelib.console.cookies import SEEN, Cookie
from chalicelib.console.visit import Visit

# A visit is over after a pause as long as this; who comes for the first time is shown what happened since this long.
_PAUSE = timedelta(minutes=30)
_FIRST = timedelta(days=7)


def last_visit(visit: Visit) -> tuple[datetime, Cookie]:
    """Return when the visitor's last visit ended, whole seconds, and the cookie that remembers the present one.

    The cookie holds the account, the end of the visit before and the latest moment of this one, as seconds since 1970.
    That of another account counts as none.
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
    """Return a moment of the cookie, None for what we did not write: no number, or the future."""
    if not (seconds.isdecimal() and len(seconds) < 12 and int(seconds) <= clock.epoch(now)):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)
