"""The plan of an import after it was stored, as the steps up to the first write pass it on. Pure."""

from dataclasses import dataclass
from typing import Any

from chalicelib.pricelists.planning.compare import FAULTS_KEPT
from chalicelib.pricelists.reading.faults import Fault


@dataclass(slots=True)
class StoredPlan:
    """What is known of a stored plan.

    ``plan`` is what the record of the import keeps of it, ``ok`` the number of valid rows, ``reasons`` why somebody has
    to review it first, by code, each with a percentage.
    """

    plan: dict[str, Any]
    ok: int
    faults: list[Fault]
    counts: dict[str, int]
    reasons: dict[str, int]

    def all_faults(self) -> list[Fault]:
        """Return the guard's reasons, then the faults of rows."""
        warnings = [Fault("warning", code, None, hint={"percent": share}) for code, share in self.reasons.items()]
        return [*warnings, *self.faults][:FAULTS_KEPT]
