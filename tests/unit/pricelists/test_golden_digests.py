"""Digests and ids of goods stay what they were when the goods were stored: an upgrade changes nobody's catalogue.

golden_digests.json holds a price list as a text, and what was made of it then; golden.py wrote it.
"""

import json
from typing import Any

import pytest

from tests.unit.pricelists.golden import KEPT, OPTIONAL, read

STORED: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))


PRESENT = read("\n".join(STORED["price_list"]) + "\n")


def test_the_price_list_reads_as_the_same_goods() -> None:
    assert PRESENT.keys() == STORED["goods"].keys()
    assert len(PRESENT) >= 30
    text = "\n".join(STORED["price_list"])
    assert all(f"\n  {name}:" in text for name in [*OPTIONAL, "parameters", "price_rrc"])


@pytest.mark.parametrize("ext_id", STORED["goods"])
def test_a_stored_good_is_recognized(ext_id: str) -> None:
    assert PRESENT[ext_id] == STORED["goods"][ext_id]
