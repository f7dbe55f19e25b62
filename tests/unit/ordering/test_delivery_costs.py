"""What delivery costs, and what is missing until it is free."""

import pytest

from chalicelib.ordering.delivery import delivery_cost, missing_to_free


@pytest.mark.parametrize(
    ("goods", "price", "free_from", "cost", "missing"),
    [
        (1_000, 300, None, 300, None),
        (1_000, 300, 5_000, 300, 4_000),
        (4_999, 300, 5_000, 300, 1),
        (5_000, 300, 5_000, 0, 0),
        (9_000, 300, 5_000, 0, 0),
        (1_000, 300, 0, 0, 0),
        (1_000, 0, None, 0, 0),
        (1_000, 0, 5_000, 0, 0),
    ],
)
def test_delivery_is_free_from_a_sum_of_goods(
    goods: int, price: int, free_from: int | None, cost: int, missing: int | None
) -> None:
    assert delivery_cost(goods, price, free_from) == cost
    assert missing_to_free(goods, price, free_from) == missing
