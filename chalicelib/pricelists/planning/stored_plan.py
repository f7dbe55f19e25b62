"""The plan of an import after it was stored, as the steps up to the first write pass it on. Pure."""

from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

from chalicelib.pricelists.planning.examples import Examples
from chalicelib.pricelists.reading.faults import FAULTS_KEPT, Fault


class KeptPlan(TypedDict):
    """What the record of an import keeps of its plan.

    ``where`` is the folder of its files, ``outcome`` the status it ends with, ``base`` the revision of the catalogue
    that it was made for, ``revision`` the one that it makes, ``snapshot`` and ``replaces`` the keys of what the shop
    will have and had, ``new_categories`` how many categories a new shop adds.
    """

    where: str
    chunks: int
    writes: int
    outcome: str
    base: str | None
    snapshot: str | None
    replaces: str | None
    revision: NotRequired[str]
    new_categories: NotRequired[int]


@dataclass(slots=True)
class StoredPlan:
    """What is known of a stored plan.

    ``plan`` is what the record of the import keeps of it, ``ok`` the number of valid rows, ``reasons`` why somebody has
    to review it first, by code, each with a percentage. ``categories`` names those of the goods that it writes, None if
    only its files do.
    """

    plan: KeptPlan
    ok: int
    faults: list[Fault]
    counts: dict[str, int]
    reasons: dict[str, int]
    examples: Examples = field(default_factory=Examples)
    categories: tuple[str, ...] | None = None

    def all_faults(self) -> list[Fault]:
        """Return the guard's reasons, then the faults of rows."""
        warnings = [Fault("warning", code, None, hint={"percent": share}) for code, share in self.reasons.items()]
        return [*warnings, *self.faults][:FAULTS_KEPT]
