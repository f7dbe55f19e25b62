"""Examples of a plan: the prices that move most, and some of what goes off sale."""

from chalicelib.pricelists.planning.examples import KEPT
from tests.unit.pricelists.planning.test_compare import plan_of, row, stored_from


def test_the_prices_that_move_most_are_kept_with_was_and_now_whatever_their_order() -> None:
    known = stored_from(*(row(number, price=100) for number in range(1, 31)))
    plan, _ = plan_of(known, *(row(number, price=100 + number * 37 % 31) for number in range(1, 31)))
    moved = plan.examples.moved
    assert [now for _, _, _, now in moved] == [10_000 + percent * 100 for percent in range(30, 30 - KEPT, -1)]
    assert {was for _, _, was, _ in moved} == {10_000}
    ext_id = next(str(number) for number in range(1, 31) if number * 37 % 31 == 30)
    assert moved[0] == (ext_id, f"Товар {ext_id}", 10_000, 13_000)


def test_a_price_that_falls_counts_as_one_that_rises() -> None:
    known = stored_from(row(1, price=100), row(2, price=100))
    plan, _ = plan_of(known, row(1, price=101), row(2, price=10))
    assert [(ext_id, was, now) for ext_id, _, was, now in plan.examples.moved] == [
        ("2", 10_000, 1_000),
        ("1", 10_000, 10_100),
    ]


def test_unchanged_new_and_withdrawn_goods_have_no_other_price() -> None:
    known = stored_from(row(1), row(2))
    plan, _ = plan_of(known, row(1), row(3, price=9))
    assert plan.examples.moved == []
    assert plan.examples.gone == [2]


def test_a_few_of_many_that_go_off_sale_are_kept() -> None:
    known = stored_from(*(row(number) for number in range(1, 41)))
    plan, sink = plan_of(known, row(1))
    assert len(plan.examples.gone) == KEPT
    assert set(plan.examples.gone) < set(sink.withdrawn)
