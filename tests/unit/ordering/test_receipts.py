"""What a buyer states to have arrived, row by row."""

import pytest

from chalicelib.errors import FieldErrors
from chalicelib.ordering.receipts import Arrival, Stated, differences, state

SENT = {1: 4, 2: 3, 3: 0}


def test_what_was_stated_before_stays_unless_it_is_stated_again() -> None:
    before: Stated = {1: (4, ""), 2: (1, "Бой")}
    assert state(SENT, before, [Arrival(2, 3, "ignored")], rest=False) == {1: (4, ""), 2: (3, "")}


def test_the_rest_arrived_as_it_was_sent() -> None:
    before: Stated = {1: (1, "Бой")}
    assert state(SENT, before, [], rest=True) == {1: (1, "Бой"), 2: (3, ""), 3: (0, "")}
    assert before == {1: (1, "Бой")}


@pytest.mark.parametrize(
    ("arrivals", "faults"),
    [
        ([Arrival(9, 1, "")], {"items.0.id": "unknown_row"}),
        ([Arrival(1, 4, ""), Arrival(1, 4, "")], {"items.1.id": "unknown_row"}),
        ([Arrival(1, 5, "")], {"items.0.quantity": "too_large"}),
        ([Arrival(1, 3, ""), Arrival(2, 0, "")], {"items.0.reason": "missing", "items.1.reason": "missing"}),
    ],
)
def test_what_cannot_be_is_named(arrivals: list[Arrival], faults: dict[str, str]) -> None:
    with pytest.raises(FieldErrors) as refused:
        state(SENT, {}, arrivals, rest=True)
    assert {field: found[0][0] for field, found in refused.value.faults.items()} == faults


def test_a_supplier_has_to_know_what_lacks_and_what_lacks_no_more() -> None:
    after: Stated = {1: (4, ""), 2: (1, "Бой"), 3: (0, "")}
    assert differences(SENT, {}, after) == [2]
    assert differences(SENT, after, after) == []
    assert differences(SENT, after, {**after, 2: (1, "Мокрые")}) == [2]
    assert differences(SENT, after, {**after, 2: (3, "")}) == [2]
