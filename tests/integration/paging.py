"""Lists that come plain or in pages, walked as a client does."""

from typing import Any

from tests.integration.world import Person


def ids(answer: Any) -> list[int]:
    """Of what a list or a page holds."""
    assert answer.status == 200
    return [row["id"] for row in (answer.body["results"] if isinstance(answer.body, dict) else answer.body)]


def walk(person: Person, path: str) -> list[list[int]]:
    """The ids of every page."""
    pages, cursor = [], ""
    while True:
        answer = person.get(path + cursor)
        pages.append(ids(answer))
        if answer.body["next"] is None:
            return pages
        cursor = f"&cursor={answer.body['next']}"
