"""A line of a report says in words where a fault is: suppliers do not know our notation."""

from typing import Any

import pytest

from chalicelib.pricelists.planning.judging import judged
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.planning.understood import UnderstoodRow
from chalicelib.pricelists.reading.faults import Fault, PriceListRejected, fault, fault_text, shown_field, stored_fault
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.pricelists.report_page import fault_line
from chalicelib.pricelists.review_lines import understood_lines
from chalicelib.texts import Language
from tests.unit.pricelists.files import opener
from tests.unit.pricelists.sheets.layouts import Rows
from tests.unit.pricelists.sheets.programs import excel, old_excel, text_of


@pytest.mark.parametrize(("line", "ext_id", "language", "begins"), [
    (2, "A1", "ru", "Строка 2, товар A1: В поле «unit»"), (2, "A1", "en", "Line 2, product A1: Field \"unit\""),
    (2, None, "ru", "Строка 2: В поле"), (None, "A1", "en", "Product A1: Field"), (None, None, "ru", "В поле"),
    (2, "{line}", "ru", "Строка 2, товар {line}: В поле"),
])  # fmt: skip
def test_the_line_and_the_product_are_named(
    line: int | None, ext_id: str | None, language: Language, begins: str
) -> None:
    found = stored_fault(fault("control_in_text", line, ext_id=ext_id, field="unit", value="U+0007"))
    assert fault_line(found, language, "csv").startswith(begins)


TABLE: Rows = [
    ("Артикул №", "Товар", "Цена, руб", "Свободный остаток", "Штрих-код", "НДС"),
    ("A1", "Чай", "сто", "5", "1", "18"),
    ("", "Кофе", "0", "много штук", "", ""),
    ("A1", "", "5", "1,000", "", ""),
]


def faults_of(content: bytes, **more: Any) -> list[Fault]:
    """All faults of a list, also of one that is refused as a whole."""
    try:
        return [each for row in PriceList(opener(content), **more).rows() for each in judged(row, Known())[1]]
    except PriceListRejected as rejected:
        return [rejected.fault, *rejected.also]


@pytest.mark.parametrize("written", [excel, old_excel, lambda rows, _: text_of(rows).encode()])
def test_a_fault_of_a_table_names_the_heading_and_not_our_field(written: Any) -> None:
    found = faults_of(written(TABLE, "Лист"))
    texts = [fault_text(each, "ru", "csv") for each in found]
    headings = [shown_field(stored_fault(each), "ru") for each in found if each.line]
    assert {"Цена, руб", "Свободный остаток", "Штрих-код", "НДС", "Товар"} <= set(headings)
    assert [text for text in texts if "price" in text or "quantity" in text or " id" in text or "model" in text] == []


@pytest.mark.parametrize(("language", "word"), [("ru", "цена"), ("en", "price")])
def test_a_column_that_a_table_lacks_is_named_in_words(language: Language, word: str) -> None:
    rows: Rows = [("Артикул", "Наименование", "Остаток"), ("A1", "Чай", "5")]
    (missing,) = faults_of(excel(rows, "Лист"))
    assert word in fault_text(missing, language, "xlsx")
    rows = [("# mode: merge",), ("Артикул", "Наименование", "Цена"), ("A1", "Чай", 5)]
    (unknown,) = faults_of(excel(rows, "Лист"))
    said = fault_text(unknown, language, "xlsx")
    assert unknown.code == "good_unknown"
    assert ("категория" if language == "ru" else "category") in said


def test_a_list_with_our_own_names_of_columns_keeps_them() -> None:
    (found,) = faults_of("id;category;name;price;quantity\n1;Чай;Чай;сто;5\n".encode())
    assert "«price»" in fault_text(found, "ru", "csv")


def test_a_row_that_was_not_understood_says_why() -> None:
    found = faults_of(excel(TABLE, "Лист"))[:1]
    row: UnderstoodRow = {
        "sheet": "Лист", "line": 2, "id": "A1", "refused": True, "fields": [], "faults": list(map(stored_fault, found)),
    }  # fmt: skip
    (line,) = understood_lines({"tables": [], "rows": [row]}, "ru")["Как поняты первые строки"]
    assert line.startswith("«Лист», строка 2: строка не принята: «сто» в поле «Цена, руб» — не число.")
