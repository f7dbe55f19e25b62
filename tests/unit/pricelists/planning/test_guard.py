"""The guard: which plans wait for a review."""

from collections import Counter

import pytest

from chalicelib.pricelists.planning.compare import ImportPlan
from chalicelib.pricelists.planning.guard import Thresholds, reasons_to_review

USUAL = Thresholds(vanished=30, moved=20, min_goods=10)


def plan(listed: int, withdrawn: int = 0, compared: int = 0, moved: int = 0) -> ImportPlan:
    return ImportPlan(counts=Counter(withdrawn=withdrawn), listed=listed, compared=compared, moved=moved)


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        (plan(100, withdrawn=30, compared=70, moved=14), {}),
        (plan(100, withdrawn=31, compared=69), {"goods_vanish": 31}),
        (plan(100, withdrawn=100), {"goods_vanish": 100}),
        (plan(100, compared=100, moved=21), {"prices_move": 21}),
        (plan(10, withdrawn=4, compared=6, moved=6), {"goods_vanish": 40, "prices_move": 100}),
        (plan(9, withdrawn=9), {}),
        (plan(0), {}),
    ],
)
def test_a_plan_is_held_up_beyond_its_thresholds_only(given: ImportPlan, reasons: dict[str, int]) -> None:
    assert reasons_to_review(given, USUAL) == reasons
