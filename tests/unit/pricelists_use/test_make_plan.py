"""Planning: what a file would change, from the file and what is stored alone."""

import io
import json
from typing import Any

import pytest

from chalicelib.pricelists.faults import PriceListRejected
from chalicelib.pricelists.plan import Stored, digest
from chalicelib.pricelists.planning import Plan, make_plan


def row(ext_id: object, **more: object) -> dict[str, Any]:
    return {"id": ext_id, "category": "Смартфоны", "name": f"Товар {ext_id}", "price": 100, "quantity": 1, **more}


def plan_of(stored: dict[str, Stored], *rows: dict[str, Any]) -> Plan:
    # JSON is YAML, too.
    content = json.dumps({"goods": list(rows)}, ensure_ascii=False).encode()
    return make_plan(lambda: io.BytesIO(content), stored, io.StringIO())


def stored_from(*rows: dict[str, Any], listed: bool = True, sold: bool = False) -> dict[str, Stored]:
    goods = [good for good, _, _ in plan_of({}, *rows).goods()]
    return {
        good.ext_id: Stored(number, good.ext_id, digest(good), listed, sold, good.price)
        for number, good in enumerate(goods, start=1)
    }


def test_a_good_comes_out_of_the_plan_as_it_went_in() -> None:
    ((good, good_digest, offer_id),) = plan_of({}, row(1, price_rrc=2, parameters={"Цвет": "a\u2028b"})).goods()
    assert (good.ext_id, good.price, good.price_rrc, good.quantity) == ("1", 10000, 200, 1)
    assert good.parameters == (("Цвет", "a b"),)
    assert (good_digest, offer_id) == (digest(good), None)


def test_the_goods_of_a_plan_can_be_read_again() -> None:
    plan = plan_of({}, row(1), row(2))
    assert list(plan.goods()) == list(plan.goods())


def test_an_empty_shop_gets_every_good() -> None:
    plan = plan_of({}, row(1), row(2))
    assert (plan.counts["created"], plan.total, plan.withdrawn) == (2, 2, [])


def test_what_is_the_same_is_not_written() -> None:
    plan = plan_of(stored_from(row(1), row(2)), row(1), row(2))
    assert (plan.counts["unchanged"], list(plan.goods())) == (2, [])


@pytest.mark.parametrize("state", [{"listed": False}, {"sold": True}])
def test_what_was_withdrawn_or_sold_is_written_though_it_is_the_same(state: dict[str, bool]) -> None:
    plan = plan_of(stored_from(row(1), **state), row(1))
    assert [(good.ext_id, offer_id) for good, _, offer_id in plan.goods()] == [("1", 1)]


def test_what_differs_is_written_under_the_id_it_has() -> None:
    plan = plan_of(stored_from(row(1), row(2)), row(1), row(2, price=5))
    assert [(good.ext_id, offer_id) for good, _, offer_id in plan.goods()] == [("2", 2)]


def test_what_is_absent_is_withdrawn() -> None:
    assert plan_of(stored_from(row(1), row(2)), row(2)).withdrawn == [1]


def test_what_is_withdrawn_already_is_not_withdrawn_again() -> None:
    assert plan_of(stored_from(row(1), row(2), listed=False), row(2)).withdrawn == []


def test_a_faulty_row_is_not_absent() -> None:
    plan = plan_of(stored_from(row(1), row(2)), row(1), row(2, price="x"))
    assert (plan.withdrawn, plan.counts["rows_refused"]) == ([], 1)


def test_a_repeated_row_counts_once_and_is_refused_once() -> None:
    plan = plan_of({}, row(1), row(1, price=5))
    assert (plan.total, plan.counts["rows_refused"], [fault.code for fault in plan.faults]) == (1, 1, ["duplicate_id"])


def test_faults_are_kept_up_to_a_number_and_counted_beyond() -> None:
    plan = plan_of({}, *[row(number, price="x") for number in range(120)])
    assert (len(plan.faults), plan.counts["rows_refused"]) == (100, 120)


def test_a_file_that_is_refused_plans_nothing() -> None:
    with pytest.raises(PriceListRejected):
        make_plan(lambda: io.BytesIO(b"goods: [{id: 1, name: *x}]"), {}, io.StringIO())
