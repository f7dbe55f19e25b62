"""Items that were stored are read as they were written, and found under the keys they have.

golden_items.json holds them in DynamoDB's wire form; golden.py wrote it.
"""

import json
from typing import Any

import pytest

from tests.unit.models.golden import KEPT, comparable, key, models, unpacked, written_back

STORED: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))


def named(one: Any) -> str:
    return str(one["model"] if isinstance(one, dict) else one[0])


@pytest.mark.parametrize("one", STORED["items"], ids=named)
def test_a_stored_item_is_read_and_written_as_ever(one: dict[str, Any]) -> None:
    name, written = one["model"], unpacked(one["model"], one["written"])
    assert unpacked(name, written_back(name, one["stored"])) == written
    # Read again, it is the same: nothing is lost, and defaults do not pile up.
    assert unpacked(name, written_back(name, one["written"])) == written


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
        assert unpacked(one["model"], known).items() <= unpacked(one["model"], one["written"]).items(), one
