"""What the table of fields publishes is described: no field of a good is answered without a line in openapi.json."""

from typing import Any

from chalicelib.documentation.openapi import openapi
from chalicelib.goods import OPTIONAL


def answered(path: str) -> dict[str, Any]:
    """The properties of the objects that a GET of the path describes, with those of the schemas it names."""
    description = openapi("http://x/v1")
    found: dict[str, Any] = {}
    waiting: list[Any] = [description["paths"][path]["get"]["responses"]["200"]]
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            found |= node.get("properties", {})
            waiting += node.values()
            name = str(node.get("$ref", "")).rpartition("/")[2]
            if name and name not in seen:
                seen.add(name)
                waiting.append(description["components"]["schemas"][name])
    return found


def test_lists_and_cards_describe_every_published_field() -> None:
    listed = {field.column for field in OPTIONAL if field.published == "list"}
    shown = listed | {field.column for field in OPTIONAL if field.published == "card"}
    assert listed - answered("/products").keys() == set()
    assert shown - answered("/products/{offer_id}").keys() == set()
    assert listed != shown
