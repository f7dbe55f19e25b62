"""Everyone who may call, and the ids of what they own, for tests of permissions."""

import json
from dataclasses import dataclass
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from chalicelib.documentation.page import file_names
from tests.integration.world import Answer, Person

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


def filled(what: Any, ids: dict[str, object]) -> Any:
    """The same with ids in place of their names."""
    if isinstance(what, dict):
        return {key: filled(value, ids) for key, value in what.items()}
    if isinstance(what, list):
        return [filled(value, ids) for value in what]
    return what.format(**ids) if isinstance(what, str) else what


def verdict(answer: Answer, cell: str, mark: str) -> str:
    """What the caller got, in the words of the table; ``cell`` says which kind of answer is looked for."""
    if answer.status in {401, 403, 404} or answer.status >= 500 or cell.isdigit():
        return str(answer.status)
    if cell in {"removes", "keeps"}:
        return "removes" if answer.body["Удалено объектов"] else "keeps"
    if cell in {"shows", "hides"}:
        assert answer.status < 300
        return "shows" if mark in json.dumps(answer.body, ensure_ascii=False) else "hides"
    return "pass"
