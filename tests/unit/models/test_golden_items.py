"""Items that were stored are read as they were written, and found under the keys they have.

golden_items.json holds them in DynamoDB's wire form; golden.py wrote it.
"""

import json
from typing import Any

import pytest

from tests.unit.models.golden import KEPT, comparable, key, models, written_back

STORED: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))


def named(one: Any) -> str:
    return str(one["model"] if isinstance(one, dict) else one[0])


@pytest.mark.parametrize("one", STORED["items"], ids=named)
def test_a_stored_item_is_read_and_written_as_ever(one: dict[str, Any]) -> None:
    assert written_back(one["model"], one["stored"]) == one["written"]
    # Read again, it is the same: nothing is lost, and defaults do not pile up.
    assert written_back(one["model"], one["written"]) == one["written"]


@pytest.mark.parametrize("row", STORED["keys"], ids=named)
def test_a_stored_item_is_found_by_its_key(row: list[Any]) -> None:
    name, method, arguments, *expected = row
    assert key(name, method, arguments) == expected


def test_every_model_is_in_the_file() -> None:
    assert {one["model"] for one in STORED["items"]} == models().keys()
    assert {row[0] for row in STORED["keys"]} == models().keys()


def test_items_keep_all_that_they_have() -> None:
    """What the service wrote itself is written back whole, but for attributes that are not there by default."""
    for one in STORED["items"]:
        known = comparable({name: value for name, value in one["stored"].items() if name != "of_later_days"})
        assert known.items() <= one["written"].items(), one
