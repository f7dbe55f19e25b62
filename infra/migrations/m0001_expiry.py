"""Items that would be kept for ever expire: mails, imports that ended, silenced addresses, baskets.

Their periods are those of decision 54, counted from when they would have been, had they been written with one. Nothing
expires within a week of the migration, so that what is needed can still be exported.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from infra.migrations.steps import Migration, Step
from infra.table_pass import Change, Rule

if TYPE_CHECKING:
    from infra.table_pass import Wire

_GRACE = timedelta(days=7)
_MAILS, _IMPORTS, _BASKETS = timedelta(days=180), timedelta(days=365), timedelta(days=180)
_QUIET, _ALLOWED = timedelta(days=730), timedelta(days=90)


def _mail(item: "Wire") -> datetime | None:
    return _moment(item, "created_at", _MAILS)


def _import(item: "Wire") -> datetime | None:
    # One that has not ended gets its period with its end.
    return _moment(item, "finished_at", _IMPORTS)


def _quiet(item: "Wire") -> datetime | None:
    silent = item.get("quiet", {}).get("BOOL", True)
    return _moment(item, "decided_at", _QUIET if silent else _ALLOWED)


def _basket(item: "Wire") -> datetime | None:
    return _moment(item, "changed_at", _BASKETS)


#: By the beginning of the partition key and the sort key.
_KINDS: dict[tuple[str, str], Callable[["Wire"], datetime | None]] = {
    ("MAIL", "MAIL"): _mail,
    ("IMPORT", "IMPORT"): _import,
    ("QUIET", "QUIET"): _quiet,
    ("USER", "BASKET"): _basket,
}


def rule(now: datetime) -> Rule:
    """Return the rule that lets items expire which have no time for that."""

    def expire(item: "Wire") -> Change | None:
        kind = (item["pk"]["S"].partition("#")[0], item["sk"]["S"])
        if "expires_at" in item or kind not in _KINDS:
            return None
        end = _KINDS[kind](item)
        if end is None:
            return None
        seconds = int(max(end, now + _GRACE).timestamp())
        return Change(kind[1], set={"expires_at": {"N": str(seconds)}})

    return expire


def _moment(item: "Wire", name: str, period: timedelta) -> datetime | None:
    try:
        return datetime.fromisoformat(item[name]["S"]).astimezone(UTC) + period
    except (KeyError, ValueError):
        return None


EXPIRY = Migration(1, "expiry", "after", (Step("jobs", rule), Step("baskets", rule)))
