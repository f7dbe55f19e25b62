"""A category whose cell is merged over several rows is that of all goods beside it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.pricelists.files import read
from tests.unit.pricelists.sheets.layouts import Cell, Rows
from tests.unit.pricelists.sheets.programs import merged_excel, merged_old_excel, merged_python

OFFICE = Path(__file__).parent / "merged.ods"
ROWS: Rows = (
    ("Категория", "Код", "Товар", "Цена", "Остаток", "Бренд"),
    ("Чай", "т-1", "Чай чёрный", 350, 12, "Самовар"),
    (None, "т-2", "Чай зелёный", 300, 5, None),
    (None, "т-3", "Чай белый", 900, 1, None),
    ("Посуда", "т-4", "Кружка", 199.5, 0, None),
    (None, "т-5", "Ложка", 41, 5, None),
    (None, "т-6", "Сахар", 60, 3, None),
)
# Rows from 1; the brand is merged as well, but is no category, and the sugar stands below the last merged cell.
MERGED = ((2, 4, 0), (5, 6, 0), (2, 3, 5))
NONE = "Без категории"
CATEGORIES = {"т-1": "Чай", "т-2": "Чай", "т-3": "Чай", "т-4": "Посуда", "т-5": "Посуда", "т-6": NONE}


def excel(rows: Rows) -> bytes:
    return merged_excel(rows, "Лист1", MERGED)


def python(rows: Rows) -> bytes:
    return merged_python(rows, "Лист1", MERGED)


def old_excel(rows: Rows) -> bytes:
    return merged_old_excel(rows, "Лист1", MERGED)


@pytest.mark.parametrize("content", [excel(ROWS), python(ROWS), old_excel(ROWS), OFFICE.read_bytes()],
                         ids=["xlsx", "openpyxl", "xls", "ods"])  # fmt: skip
def test_a_merged_category_is_that_of_every_row_it_covers(content: bytes) -> None:
    outcome = read(content)
    assert {good.ext_id: good.category for good in outcome.goods} == CATEGORIES
    brands = {good.ext_id: dict(good.parameters).get("Бренд") for good in outcome.goods}
    assert brands == {**dict.fromkeys(CATEGORIES), "т-1": "Самовар"}


@pytest.mark.parametrize("write", [excel, python, old_excel])
def test_empty_categories_that_are_not_merged_are_not_filled(write: Callable[[Rows], bytes]) -> None:
    rows = tuple((None, *row[1:]) if row[0] == "Посуда" else row for row in ROWS)
    found = {good.ext_id: good.category for good in read(write(rows)).goods}
    assert found == {**CATEGORIES, "т-4": NONE, "т-5": NONE}


def test_a_row_below_a_merged_category_that_lacks_its_price_is_refused_and_no_heading() -> None:
    cells: list[tuple[Cell, ...]] = [(*row[:3], None, 5, None) if row[1] == "т-2" else row for row in ROWS]
    outcome = read(excel(tuple(cells)))
    assert [(each.code, each.line, each.field) for each in outcome.faults] == [("field_missing", 3, "price")]
    assert {good.ext_id: good.category for good in outcome.goods} == {
        each: name for each, name in CATEGORIES.items() if each != "т-2"
    }


def test_a_range_behind_many_rows_is_found_wherever_the_pieces_of_the_file_end() -> None:
    rows: list[tuple[Cell, ...]] = [*ROWS, *(("Прочее", f"п-{n}", f"Товар {n}", n, 1, None) for n in range(1, 3_000))]
    goods = read(excel(tuple(rows))).goods
    assert {good.ext_id: good.category for good in goods[:6]} == CATEGORIES
    assert len(goods) == 3_005
