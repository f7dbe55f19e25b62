"""Planning: what a file would change, from the file and what is stored alone."""

import io
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.catalogue.identity import offer_id
from chalicelib.goods import Good
from chalicelib.pricelists.planning.compare import ImportPlan, PlanRejected, Source, StoredGoods, make_plan
from chalicelib.pricelists.planning.digest import digest, name_hash
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.reading.faults import KEPT

SHOP = 7
GOOD = Good(0, "5", "Смартфоны", "", "Товар 5", 10_000, None, 1, ())


@dataclass
class Taken:
    """A sink that keeps what it is given."""

    goods: list[tuple[Good, str, int, bool]] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)

    def good(self, good: Good, good_digest: str, offer_id: int, *, new: bool, keeps_stock: bool = False) -> None:
        self.goods.append((good, good_digest, offer_id, new))

    def gone(self, offer_id: int) -> None:
        self.withdrawn.append(offer_id)


def row(ext_id: object, **more: object) -> dict[str, Any]:
    return {"id": ext_id, "category": "Смартфоны", "name": f"Товар {ext_id}", "price": 100, "quantity": 1, **more}


def nothing_stored(_: Collection[int]) -> Mapping[int, Good]:
    return {}


def plan_of(
    known: Known, *rows: dict[str, Any], mode: str = "replace", stored: StoredGoods = nothing_stored
) -> tuple[ImportPlan, Taken]:
    # JSON is YAML, too.
    content = json.dumps({"mode": mode, "goods": list(rows)}, ensure_ascii=False).encode()
    sink = Taken()
    return make_plan(Source(lambda: io.BytesIO(content)), SHOP, known, sink, stored), sink


def stored_from(*rows: dict[str, Any], listed: bool = True, sold: bool = False) -> Known:
    known = Known()
    for number, (good, *_) in enumerate(plan_of(Known(), *rows)[1].goods, start=1):
        known.add(good.ext_id, digest(good), number, good.price, name_hash(good.name), listed=listed, sold=sold)
    known.sort()
    return known


def test_a_good_comes_out_of_the_plan_as_it_went_in() -> None:
    _, sink = plan_of(Known(), row(1, price_rrc=2, parameters={"Цвет": "a\u2028b"}))
    ((good, good_digest, identity, new),) = sink.goods
    assert (good.ext_id, good.price, good.price_rrc, good.quantity) == ("1", 10000, 200, 1)
    assert good.parameters == (("Цвет", "a b"),)
    assert (good_digest, identity, new) == (digest(good), offer_id(SHOP, "1"), True)


def test_an_empty_shop_gets_every_good() -> None:
    plan, sink = plan_of(Known(), row(1), row(2))
    assert (plan.counts["created"], plan.writes, sink.withdrawn) == (2, 2, [])


def test_an_unchanged_good_is_not_written() -> None:
    plan, sink = plan_of(stored_from(row(1), row(2)), row(1), row(2))
    assert (plan.counts["unchanged"], plan.writes, sink.goods) == (2, 0, [])


@pytest.mark.parametrize("state", [{"listed": False}, {"sold": True}])
def test_what_was_withdrawn_or_sold_is_written_though_it_is_the_same(state: dict[str, bool]) -> None:
    _, sink = plan_of(stored_from(row(1), **state), row(1))
    assert [(good.ext_id, identity) for good, _, identity, _ in sink.goods] == [("1", 1)]


def test_what_differs_is_written_under_the_id_it_has() -> None:
    _, sink = plan_of(stored_from(row(1), row(2)), row(1), row(2, price=5))
    assert [(good.ext_id, identity, new) for good, _, identity, new in sink.goods] == [("2", 2, False)]


def test_a_good_absent_from_the_list_is_withdrawn() -> None:
    assert plan_of(stored_from(row(1), row(2)), row(2))[1].withdrawn == [1]


def test_a_good_absent_from_a_merging_list_stays() -> None:
    plan, sink = plan_of(stored_from(row(1), row(2)), row(2), mode="merge")
    assert (sink.withdrawn, plan.counts["withdrawn"]) == ([], 0)


def test_a_withdrawn_good_is_not_withdrawn_again() -> None:
    assert plan_of(stored_from(row(1), row(2), listed=False), row(2))[1].withdrawn == []


def test_a_faulty_row_is_not_absent() -> None:
    plan, sink = plan_of(stored_from(row(1), row(2)), row(1), row(2, price="x"))
    assert (sink.withdrawn, plan.counts["refused"]) == ([], 1)


def test_a_repeated_row_counts_once_and_is_refused_once() -> None:
    plan, _ = plan_of(Known(), row(1), row(1, price=5))
    told = (plan.counts["ok"], plan.counts["refused"], [fault.code for fault in plan.faults])
    assert told == (1, 1, ["duplicate_id"])


def test_a_row_that_repeats_another_exactly_refuses_nothing() -> None:
    plan, sink = plan_of(Known(), row(1), row(1))
    assert (plan.counts["ok"], plan.counts["refused"], plan.counts["warning"], len(sink.goods)) == (1, 0, 1, 1)


def test_a_refused_row_of_a_good_on_sale_says_at_which_price_it_stays() -> None:
    known = stored_from(row(1), row(2))
    plan, _ = plan_of(known, row(1, price="x"), row(2), row(2, price=7), row(3, price="x"))
    assert [(fault.code, fault.hint.get(KEPT)) for fault in plan.faults] == [
        ("price_not_number", 10_000),
        ("duplicate_id", None),
        ("price_not_number", None),
    ]
    assert (plan.counts["kept"], plan.counts["refused"]) == (1, 3)


def test_what_is_not_on_sale_is_not_kept_on_sale() -> None:
    plan, _ = plan_of(stored_from(row(1), listed=False), row(1, price="x"))
    assert (plan.counts["kept"], [KEPT in fault.hint for fault in plan.faults]) == (0, [False])


def test_faults_are_kept_up_to_a_number_and_counted_beyond() -> None:
    plan, _ = plan_of(Known(), *[row(number, price="x") for number in range(120)])
    assert (len(plan.faults), plan.counts["refused"]) == (100, 120)


def test_warnings_take_no_place_from_errors() -> None:
    rows = [row(number, gtin="1") for number in range(120)]
    plan, _ = plan_of(Known(), *rows, row(200, price="x"), row(201, gtin="1"))
    assert [fault.code for fault in plan.faults] == ["gtin_invalid"] * 99 + ["price_not_number"]
    assert (plan.counts["warning"], plan.counts["error"]) == (121, 1)


def test_a_file_that_is_refused_says_what_was_found_before() -> None:
    good = "{id: 1, name: a, category: Ч, price: 5, quantity: 1}"
    content = f"goods:\n- {good}\n- {{id: 2, color: red}}\n- {{id: 3, name: @x}}\n".encode()
    with pytest.raises(PlanRejected) as rejected:
        make_plan(Source(lambda: io.BytesIO(content)), SHOP, Known(), Taken(), nothing_stored)
    plan = rejected.value.plan
    assert (rejected.value.fault.code, rejected.value.fault.line) == ("syntax", 4)
    assert (plan.counts["read"], plan.counts["ok"], plan.counts["refused"]) == (2, 1, 1)
    assert {each.code for each in plan.faults} == {"field_missing", "unknown_key"}
    assert plan.format == ("yaml", False, "utf-8", False)


def test_prices_that_move_are_counted_with_the_greatest_move() -> None:
    known = stored_from(row(1), row(2), row(3), row(4))
    plan, _ = plan_of(known, row(1, price=110), row(2, price=30), row(3, price=150), row(4))
    told = {name: plan.counts[name] for name in ("prices_up", "prices_down", "price_change_max")}
    assert told == {"prices_up": 2, "prices_down": 1, "price_change_max": 70}
    assert (plan.compared, plan.moved) == (4, 1)


def test_the_price_of_a_good_that_was_off_sale_is_not_compared() -> None:
    plan, _ = plan_of(stored_from(row(1), listed=False), row(1, price=900))
    assert (plan.compared, plan.moved, plan.counts["prices_up"]) == (0, 0, 0)


@pytest.mark.parametrize("wrong", [{"categories": [{"id": 5}, 7]}, {"shop": ["x"]}, {"categories": ["А"]}])
def test_a_fault_outside_the_goods_refuses_no_good(wrong: dict[str, Any]) -> None:
    content = json.dumps({**wrong, "goods": [row(1), row(2)]}, ensure_ascii=False).encode()
    counts = make_plan(Source(lambda: io.BytesIO(content)), SHOP, Known(), Taken(), nothing_stored).counts
    assert (counts["ok"], counts["refused"]) == (2, 0)
    assert counts["warning"] > 0


def test_names_that_change_are_counted_among_those_that_can_be_compared() -> None:
    known = stored_from(*(row(number) for number in range(1, 5)))
    known.add("5", digest(GOOD), 5, 10_000, 0, listed=True)
    known.sort()
    spelled = row(4, name="ТОВАР  4")
    plan, _ = plan_of(known, row(1), row(2, name="Другой"), row(3, price=7), spelled, row(5))
    assert (plan.named, plan.renamed) == (4, 1)
    assert known.has_names()
