"""A list that merges changes what it says of the stored goods, and nothing else."""

import io
import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.goods import ESSENTIAL, FIELDS, Field, Good
from chalicelib.pricelists.planning.compare import LOOKED_UP, Source, make_plan
from chalicelib.pricelists.reading.reader import LateMode
from tests.unit.pricelists.planning.merging import (
    FORMATS,
    NOTHING,
    OTHER,
    SHOP,
    STORED,
    Shop,
    after,
    as_json,
    as_yaml,
    as_yml,
)

EMPTIABLE = [field for field in FIELDS if field not in ESSENTIAL]


def emptied(field: Field) -> dict[str, Any]:
    """What emptying the field changes of the stored good."""
    return {field.name: field.default if field.kind == "amount" else field.empty}


@pytest.mark.parametrize("written", FORMATS)
def test_every_field_that_is_absent_stays_as_it_is(written: Callable[[Mapping[str, Any]], bytes]) -> None:
    shop = Shop(STORED)
    plan = shop.takes(written({"id": "1", "price": "100"}))
    assert (plan.faults, shop.written, plan.counts["unchanged"], plan.writes) == ([], [], 1, 0)
    assert after(written({"id": "1", "price": "101"}))[0] == replace(STORED, price=10_100)


# YML has an element for each parameter, so the next test empties them.
@pytest.mark.parametrize(
    ("field", "written"),
    [(field, written) for field in EMPTIABLE for written in FORMATS if (field.kind, written) != ("pairs", as_yml)],
    ids=lambda each: each.name if isinstance(each, Field) else each.__name__,
)
def test_an_optional_field_that_is_empty_is_emptied(
    field: Field, written: Callable[[Mapping[str, Any]], bytes]
) -> None:
    expected = replace(STORED, **emptied(field))
    if field.name == "step_quantity":
        expected = replace(expected, min_quantity=10)
    if field.name == "min_quantity":
        expected = replace(expected, min_quantity=STORED.step_quantity)
    assert after(written({"id": "1", field.column: NOTHING})) == (expected, [])


def test_an_empty_param_of_yml_empties_the_parameters() -> None:
    content = as_yml({"id": "1", "price": "100"}).replace(b"</offer>", b"<param/></offer>")
    assert after(content) == (replace(STORED, parameters=()), [])


@pytest.mark.parametrize("written", FORMATS)
@pytest.mark.parametrize(
    "field", [field for field in FIELDS if field.column != "id"], ids=lambda field: str(field.name)
)
def test_a_field_that_is_given_is_set_and_the_others_stay(
    field: Field, written: Callable[[Mapping[str, Any]], bytes]
) -> None:
    value, said = OTHER.get(field.name) or OTHER[field.kind]
    assert after(written({"id": "1", field.column: said})) == (replace(STORED, **{field.name: value}), [])


@pytest.mark.parametrize("written", FORMATS)
def test_a_parameter_without_a_value_is_removed(written: Callable[[Mapping[str, Any]], bytes]) -> None:
    assert after(written({"id": "1", "price": "100", "parameters": {"Вес": ""}})) == (
        replace(STORED, parameters=(("Сорт", "высший"),)),
        [],
    )


@pytest.mark.parametrize("written", [as_json, as_yaml])
@pytest.mark.parametrize("empty", ["", None, "-", "нет", "0", [], {}])
def test_all_ways_to_say_that_there_is_none_empty_a_field(
    empty: Any, written: Callable[[Mapping[str, Any]], bytes]
) -> None:
    assert after(written({"id": "1", "images": empty, "parameters": empty})) == (
        replace(STORED, images=(), parameters=()),
        [],
    )


@pytest.mark.parametrize("written", FORMATS)
@pytest.mark.parametrize(
    "field", [field for field in ESSENTIAL if field.column != "id"], ids=lambda field: str(field.name)
)
def test_a_field_that_every_good_has_cannot_be_emptied(
    field: Field, written: Callable[[Mapping[str, Any]], bytes]
) -> None:
    shop = Shop(STORED)
    plan = shop.takes(written({"id": "1", field.column: NOTHING}))
    assert [(fault.severity, fault.code, fault.field) for fault in plan.faults] == [
        ("error", "field_missing", field.column)
    ]
    assert (shop.written, plan.counts["kept"]) == ([], 1)


@pytest.mark.parametrize("written", FORMATS)
@pytest.mark.parametrize(
    ("column", "value"),
    [("gtin", "1"), ("vat_rate", "18%"), ("max_quantity", "x"), ("images", ["x"]), ("unit", "x" * 51)],
)
def test_a_faulty_optional_field_stays_as_it_is_with_a_warning(
    column: str, value: Any, written: Callable[[Mapping[str, Any]], bytes]
) -> None:
    good, faults = after(written({"id": "1", "price": "150", column: value}))
    assert good == replace(STORED, price=15_000)
    assert [(fault.severity, fault.field, fault.ext_id) for fault in faults] == [("warning", column, "1")]


@pytest.mark.parametrize("line", ["id;price;quantity\n1;150;7\n", "model,quantity,price\nm/1,7,150\n"])
def test_a_daily_list_of_price_and_stock_works(line: str) -> None:
    stored = replace(STORED, ext_id="1" if line.startswith("id") else "m/1")
    expected = replace(stored, price=15_000, quantity=7)
    assert after(f"# mode: merge\n{line}".encode(), stored) == (expected, [])


def test_a_short_row_for_an_unknown_good_says_what_is_missing() -> None:
    shop = Shop(STORED)
    plan = shop.takes(b"# mode: merge\nid;price;quantity\n1;150;7\n2;5;5\n")
    (found,) = plan.faults
    assert (found.severity, found.code, found.line, found.field, found.value) == (
        *("error", "good_unknown", 4),
        *("id", "2"),
    )
    assert found.hint["missing"] == "category, name"
    assert [good.ext_id for good in shop.written] == ["1"]


def test_a_complete_row_for_an_unknown_good_creates_it() -> None:
    shop = Shop(STORED)
    row = {"id": "2", "category": "Чай", "name": "Чай зелёный", "price": "5", "quantity": "1", "step_quantity": "6"}
    plan = shop.takes(as_json({**row, "parameters": {"Вес": "", "Сорт": "второй"}}))
    assert (plan.faults, plan.counts["created"], shop.looked_up) == ([], 1, [])
    (made,) = shop.written
    assert (made.min_quantity, made.unit, made.parameters) == (6, "", (("Сорт", "второй"),))


def test_a_withdrawn_good_comes_back_only_with_its_stock() -> None:
    shop = Shop(STORED, listed=False)
    plan = shop.takes(as_json({"id": "1", "price": "150"}))
    assert [(fault.code, fault.field) for fault in plan.faults] == [("good_withdrawn", "quantity")]
    shop.takes(as_json({"id": "1", "quantity": "3"}))
    assert shop.written == [replace(STORED, quantity=3)]


@pytest.mark.parametrize(("row", "keeps"), [({"price": "150"}, True), ({"price": "150", "quantity": "5"}, False)])
def test_a_row_without_quantity_leaves_the_stock_to_sales(row: dict[str, str], keeps: bool) -> None:
    shop = Shop(STORED)
    shop.takes(as_json({"id": "1", **row}))
    assert shop.keeps_stock == [keeps]


@pytest.mark.parametrize(("row", "writes"), [({}, 0), ({"unit": "упак"}, 0), ({"quantity": "5"}, 1)])
def test_a_sale_makes_a_row_changed_only_if_it_sets_the_stock(row: dict[str, str], writes: int) -> None:
    assert Shop(STORED, sold=True).takes(as_json({"id": "1", **row})).writes == writes


@pytest.mark.parametrize(("stock", "said", "expected"), [(5, "true", 5), (0, "true", 1), (5, "false", 0)])
@pytest.mark.parametrize("yml", [False, True])
def test_available_sets_a_stock_only_where_it_says_something_new(
    stock: int, said: str, expected: int, *, yml: bool
) -> None:
    row = as_yml({"id": "1", "price": "100"}).replace(b'id="1"', f'id="1" available="{said}"'.encode())
    content = row if yml else as_json({"id": "1", "available": said})
    assert after(content, replace(STORED, quantity=stock))[0].quantity == expected


@pytest.mark.parametrize("row", [
    {"category": "ЧАЙ"}, {"category": " чай "}, {"name": "Чай чёрный", "price": "100", "quantity": "5"}, {},
])  # fmt: skip
def test_what_says_what_is_stored_writes_nothing(row: dict[str, str]) -> None:
    assert Shop(STORED).takes(as_json({"id": "1", **row})).counts["unchanged"] == 1


def test_a_row_that_says_all_there_is_looks_nothing_up() -> None:
    plain = Good(0, "1", "Чай", "", "Чай чёрный", 10_000, None, 5, ())
    shop = Shop(plain)
    row = {"id": "1", "category": "Чай", "name": "Чай чёрный", "price": "100", "quantity": "5"}
    assert (shop.takes(as_json(row)).counts["unchanged"], shop.looked_up) == (1, [])


@pytest.mark.parametrize(("row", "quantities", "codes"), [
    ({"step_quantity": "10"}, (10, 10, 50), []),
    ({"step_quantity": "4"}, (4, 4, 50), ["min_not_multiple"]),
    ({"min_quantity": "7"}, (5, 5, 50), ["min_not_multiple"]),
    ({"min_quantity": "60"}, (60, 5, None), ["max_below_min"]),
    ({"max_quantity": "9"}, (10, 5, None), ["max_below_min"]),
    ({"min_quantity": "-", "step_quantity": "", "max_quantity": "0"}, (1, 1, None), []),
])  # fmt: skip
def test_quantities_are_reconciled_with_the_stored_ones(
    row: dict[str, str], quantities: tuple[int, int, int | None], codes: list[str]
) -> None:
    good, faults = after(as_json({"id": "1", **row}))
    assert (good.min_quantity, good.step_quantity, good.max_quantity) == quantities
    assert [(fault.severity, fault.code) for fault in faults] == [("warning", code) for code in codes]


def test_a_minimum_of_one_step_follows_the_step() -> None:
    good, faults = after(as_json({"id": "1", "step_quantity": "12"}), replace(STORED, min_quantity=5))
    assert (good.min_quantity, good.step_quantity, faults) == (12, 12, [])


def test_texts_that_do_not_fit_beside_the_stored_ones_are_left_out() -> None:
    long = {f"п{number}": "я" * 490 for number in range(28)}
    good, faults = after(
        as_json({"id": "1", "price": "150", "parameters": long}), replace(STORED, description="я" * 5_900)
    )
    assert (good.price, good.parameters, [fault.code for fault in faults]) == (
        15_000,
        STORED.parameters,
        ["texts_too_long"],
    )


def test_parameters_added_list_by_list_are_bounded() -> None:
    many = tuple((f"п{number}", "1") for number in range(100))
    good, faults = after(as_json({"id": "1", "parameters": {"п0": "2", "ещё": "1"}}), replace(STORED, parameters=many))
    assert good.parameters == (("п0", "2"), *many[1:])
    assert [fault.code for fault in faults] == ["too_many_parameters"]


def test_stored_goods_are_looked_up_in_batches() -> None:
    goods = [replace(STORED, ext_id=str(number)) for number in range(250)]
    shop, sizes = Shop(*goods), list[int]()

    def stored(ids: Collection[int]) -> Mapping[int, Good]:
        sizes.append(len(ids))
        return shop.stored(ids)

    rows = "".join(f"{number};7\n" for number in range(250))
    content = f"# mode: merge\nid;quantity\n{rows}".encode()
    plan = make_plan(Source(lambda: io.BytesIO(content)), SHOP, shop.known, shop, stored)
    assert (sizes, plan.counts["changed"]) == ([LOOKED_UP, LOOKED_UP, 50], 250)


@pytest.mark.parametrize("top", ["{}", '{"categories": ["Чай"]}'])
def test_a_mode_that_follows_the_goods_counts_for_them(top: str) -> None:
    content = json.dumps({**json.loads(top), "goods": [{"id": "1", "price": "150"}], "mode": "merge"}).encode()
    shop = Shop(STORED)
    try:
        plan = shop.takes(content)
    except LateMode:
        assert "categories" in top  # otherwise the file is read ahead anyway
        plan = shop.takes(content, merging=True)
    assert (plan.mode, plan.faults, shop.written) == ("merge", [], [replace(STORED, price=15_000)])


def examples_of_changes() -> list[str]:
    """The code blocks of the docs that show lists of changes."""
    docs = (Path(__file__).parents[4] / "docs/pricelist.md").read_text("utf-8")
    section = docs.partition("### What a row with `mode: merge` changes")[2].partition("\n## ")[0]
    return re.findall(r"```\w*\n(.*?)```", section, re.DOTALL)


def test_the_examples_of_the_docs_do_what_they_say() -> None:
    daily, yaml_list, yml_list = examples_of_changes()
    first, second = replace(STORED, ext_id="700101"), replace(STORED, ext_id="700102")
    priced = replace(first, price=1_849_000, quantity=24)
    for content, changed in (
        (daily, replace(second, price=2_199_000, quantity=0)),
        (yaml_list, replace(second, price_rrc=None, unit="")),
        (yml_list, replace(second, gtin="")),
    ):
        shop = Shop(first, second)
        assert (shop.takes(content.encode()).faults, shop.written) == ([], [priced, changed])
