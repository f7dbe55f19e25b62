"""Everyone who may call, and the ids of what they own, for tests of permissions."""

from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from chalicelib.documentation.page import file_names
from tests.integration.world import Person

CALLERS = ("anonymous", "buyer", "other buyer", "shop", "other shop", "administrator", "blocked")
# What is stored under its own key, apart from users.
KINDS = ("shop", "offer", "category", "order", "import", "mail")
OWNERS = ("buyer", "shop", "administrator")


@dataclass(frozen=True)
class Scene:
    """Every caller, and the ids of what they own; the other buyer and shop own similar things."""

    callers: dict[str, list[Person]]
    ids: dict[str, object]

    def named(self, path: str) -> dict[str, object]:
        """Return the ids for a path; an export belongs to the caller who requested it."""
        export = self.ids.get(f"export_of_{path.split('/')[1]}", 0)
        return {**self.ids, "export_id": export, "file_name": next(iter(file_names()))}

    def kept(self) -> list[Any]:
        """Return everything stored about the objects and their owners, except sessions."""
        users = [self.callers[owner][0].user_id for owner in OWNERS]
        keys = {f"USER#{user_id}" for user_id in [*users, self.ids["user_id"]]}
        keys |= {f"{name.upper()}#{self.ids[f'{name}_id']}" for name in KINDS}
        found = [table.items[key] for table in stored_tables() for key in keys if key in table.items]
        return [
            item.to_json() for items in found for sort, item in items.items() if not sort.value.startswith("SESSION#")
        ]


def stored_tables() -> list[Any]:
    """Return the tables as moto holds them."""
    return list(dynamodb_backends["123456789012"]["us-east-1"].tables.values())
