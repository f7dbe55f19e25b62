"""What a migration is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from infra.table_pass import Rule

#: Before or after the new functions are deployed. Before: what the new code needs and the old code tolerates. After:
#: what the old code would not have tolerated, or would have undone by writing items without it.
When = Literal["before", "after"]


@dataclass(frozen=True)
class Step:
    """One pass over a table, named as in code; ``rule`` gets the moment at which the migration began."""

    table: str
    rule: Callable[[datetime], Rule]


@dataclass(frozen=True)
class Migration:
    """A numbered change of stored items. Each rule must be idempotent: a migrated item must need no change."""

    number: int
    name: str
    when: When
    steps: tuple[Step, ...]

    @property
    def title(self) -> str:
        """Return ``0001-expiry``."""
        return f"{self.number:04}-{self.name}"
