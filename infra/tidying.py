"""What must not be as it was at the moment to which a table was restored: rules of what becomes of its items."""

from datetime import datetime
from typing import TYPE_CHECKING

from infra.table_pass import Change, Rule

if TYPE_CHECKING:
    from infra.table_pass import Wire

ORDERS_COUNTER = "COUNTER#orders"
#: The counter in use is raised until the stage is switched; processes hold ten numbers each.
_NUMBERS = 10_000
_SESSION, _TOKEN = "SESSION#", "TOKEN#"


def tidying(name: str, moment: datetime) -> Rule | None:
    """Return the rule for a table restored to ``moment``, None if all of it may stay as it was."""
    if name == "jobs":
        return lambda item: _held(item, moment)
    return _logged_out if name == "accounts" else None


def raised(number: int) -> int:
    """Return the number from which orders may be counted when those up to ``number`` are taken, and some more."""
    return number + _NUMBERS


def _held(item: "Wire", moment: datetime) -> Change | None:
    """Hold mails that had not been sent then: they were, after that moment. An administrator resends those missing."""
    if item["sk"]["S"] != "MAIL" or item["status"]["S"] != "pending":
        return None
    return Change(
        "mails held: see GET admin/mails?status=failed",
        set={
            "status": {"S": "failed"},
            "status_key": {"S": "MAIL#failed"},
            "error": {"S": f"held: the table was restored to {moment.isoformat()}"},
        },
        remove=("due_key", "due_at", "claimed_until"),
    )


def _logged_out(item: "Wire") -> Change | None:
    """End sessions and void mailed tokens: they may have been ended or used since."""
    return Change("sessions and tokens ended", delete=True) if item["sk"]["S"].startswith((_SESSION, _TOKEN)) else None
