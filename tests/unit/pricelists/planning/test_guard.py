"""The guard: which plans wait for a review."""

from collections import Counter

import pytest

from chalicelib.pricelists.planning.compare import ImportPlan
from chalicelib.pricelists.planning.guard import Thresholds, reasons_to_review

USUAL = Thresholds(vanished=30, moved=20, min_goods=10, renamed=50)


def plan(listed: int, withdrawn: int = 0, **shares: int) -> ImportPlan:
    return ImportPlan(counts=Counter(withdrawn=withdrawn), listed=listed, **shares)


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        (plan(100, withdrawn=30, compared=70, moved=14), {}),
        (plan(100, withdrawn=31, compared=69), {"goods_vanish": 31}),
        (plan(100, withdrawn=100), {"goods_vanish": 100}),
        (plan(100, compared=100, moved=21), {"prices_move": 21}),
        (plan(10, withdrawn=4, compared=6, moved=6), {"goods_vanish": 40, "prices_move": 100}),
        (plan(100, named=100, renamed=50), {}),
        (plan(100, named=100, renamed=51), {"names_change": 51}),
        (plan(100, named=12, renamed=10), {"names_change": 83}),
        (plan(100, named=9, renamed=9), {}),
        (plan(9, withdrawn=9), {}),
        (plan(0), {}),
    ],
)
def test_a_plan_is_held_up_beyond_its_thresholds_only(given: ImportPlan, reasons: dict[str, int]) -> None:
    assert reasons_to_review(given, USUAL) == reasons
