"""The plan of an import after it was stored, as the steps up to the first write pass it on. Pure."""

from dataclasses import dataclass
from typing import NotRequired, TypedDict

from chalicelib.pricelists.reading.faults import FAULTS_KEPT, Fault


class KeptPlan(TypedDict):
    """What the record of an import keeps of its plan.

    ``where`` is the folder of its files, ``outcome`` the status it ends with, ``base`` the revision of the catalogue
    that it was made for, ``revision`` the one that it makes, ``snapshot`` and ``replaces`` the keys of what the shop
    will have and had, ``new_categories`` how many categories a new shop adds, ``understood`` the file that says how its
    tables were read, ``shapes`` what the shop has not approved of them yet.
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
    understood: NotRequired[str]
    shapes: NotRequired[list[str]]


@dataclass(slots=True)
class StoredPlan:
    """What is known of a stored plan.

    ``plan`` is what the record of the import keeps of it, ``ok`` the number of valid rows, ``reasons`` why somebody has
    to review it first, by code, each with a percentage.
    """

    plan: KeptPlan
    ok: int
    faults: list[Fault]
    counts: dict[str, int]
    reasons: dict[str, int]

    def all_faults(self) -> list[Fault]:
        """Return the guard's reasons, then the faults of rows."""
        warnings = [Fault("warning", code, None, hint={"percent": share}) for code, share in self.reasons.items()]
        if self.plan.get("shapes"):
            warnings.append(Fault("warning", "columns_new", None))
        return [*warnings, *self.faults][:FAULTS_KEPT]
