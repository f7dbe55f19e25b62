"""A table without stock that merges takes goods that are not on sale with the shop's default, and leaves the others."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.pricelists.reading.faults import fault_text
from chalicelib.pricelists.reading.table_settings import TableSettings
from tests.unit.pricelists.planning.merging import STORED, Shop, as_json
from tests.unit.pricelists.sheets.layouts import Rows
from tests.unit.pricelists.sheets.programs import excel, text_of

ROWS: Rows = (("Код", "Наименование", "Цена, руб."), ("1", STORED.name, 150), ("2", "Чай зелёный", 90))
WRITTEN: list[Callable[[Rows], bytes]] = [lambda rows: excel(rows, "Чай"), lambda rows: text_of(rows).encode()]
MERGES = TableSettings(merges=True)
each_format = pytest.mark.parametrize("written", WRITTEN, ids=["xlsx", "csv"])


@each_format
@pytest.mark.parametrize("taken", [0, 3])
def test_a_new_good_takes_the_default_and_the_report_says_how_many(
    written: Callable[[Rows], bytes], taken: int
) -> None:
    shop = Shop(STORED)
    plan = shop.takes(written(ROWS), table=replace(MERGES, no_stock=taken))
    assert [(good.ext_id, good.price, good.quantity) for good in shop.written] == [
        ("2", 9_000, taken),
        ("1", 15_000, 5),
    ]
    assert shop.keeps_stock == [False, True]
    assert plan.counts["created"] == plan.counts["changed"] == 1
    (found,) = [each for each in plan.faults if each.code == "stock_unknown"]
    assert (found.severity, found.hint["count"], found.hint["taken"]) == ("warning", 1, taken)
    assert "stays as it is" in fault_text(found, "en")
    assert "не изменится" in fault_text(found, "ru")


@each_format
def test_where_all_goods_are_on_sale_nothing_is_assumed(written: Callable[[Rows], bytes]) -> None:
    plan = Shop(STORED).takes(written(ROWS[:2]), table=MERGES)
    assert (plan.counts["changed"], plan.counts["refused"], plan.faults) == (1, 0, [])


@each_format
def test_a_withdrawn_good_comes_back_with_the_default(written: Callable[[Rows], bytes]) -> None:
    shop = Shop(STORED, listed=False)
    plan = shop.takes(written(ROWS[:2]), table=MERGES)
    assert [(good.ext_id, good.quantity) for good in shop.written] == [("1", 0)]
    assert shop.keeps_stock == [False]
    assert [each.code for each in plan.faults] == ["stock_unknown"]


def test_a_new_row_that_lacks_more_than_its_stock_says_what() -> None:
    plan = Shop().takes(b"# mode: merge\n" + text_of((ROWS[0], ("2", None, 90))).encode())
    (found,) = plan.faults
    assert (found.code, found.hint["missing"]) == ("good_unknown", "category, name")


def test_a_refused_row_of_a_table_without_stock_comes_back_once_it_is_mended() -> None:
    header = ("Что исправить", "_repeats", "Категория", *ROWS[0])
    mended = excel((("# mode: merge",), header, ("", "", "Чай", "3", "Чай белый", 70)), "Чай")
    shop = Shop(STORED)
    plan = shop.takes(mended)
    assert [(good.ext_id, good.category, good.quantity) for good in shop.written] == [("3", "Чай", 0)]
    assert [each.code for each in plan.faults] == ["stock_unknown"]


def test_a_list_that_is_no_table_still_has_to_say_the_stock_of_a_new_good() -> None:
    plan = Shop().takes(as_json({"id": "2", "category": "Чай", "name": "Чай", "price": "5"}))
    assert [each.code for each in plan.faults] == ["good_unknown"]
