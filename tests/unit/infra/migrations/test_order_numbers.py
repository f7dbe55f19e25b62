"""Orders that were placed before get the key of their number, as they would be written with today."""

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.models.orders import Order
from infra.migrations import m0004_order_numbers

HEAD: dict[str, Any] = {
    "pk": {"S": "ORDER#7"},
    "sk": {"S": "ORDER"},
    "number": {"N": "4711"},
    "placed_key": {"S": "2026-11-29T10:00:00.000000Z#7"},
}
RULE = m0004_order_numbers.rule(datetime.now(UTC))


def test_an_order_gets_the_key_of_its_number_once() -> None:
    change = RULE(HEAD)
    assert change is not None
    assert change.set == {"shop_key": {"S": Order.number_partition(4711)}}
    assert RULE({**HEAD, **change.set}) is None


@pytest.mark.parametrize("other", [{"sk": {"S": "PART#5"}}, {"sk": {"S": "EVENT#2026#1"}}, {"placed_key": None}])
def test_parts_events_and_orders_that_are_being_written_are_left_alone(other: dict[str, Any]) -> None:
    assert RULE({name: value for name, value in {**HEAD, **other}.items() if value}) is None
