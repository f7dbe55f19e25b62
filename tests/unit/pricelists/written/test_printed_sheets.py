"""Every sheet that people get can be printed, and no text stands over another row."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from chalicelib.exports.goods import write_goods
from chalicelib.files.formats.xlsx import row_height
from chalicelib.pricelists.written.changes_workbook import changes_workbook
from chalicelib.pricelists.written.refused_rows import refused_rows
from tests.unit.pricelists.files import opener
from tests.unit.pricelists.sheets.programs import excel
from tests.unit.pricelists.written.goods import Page, about, make_good

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LONG = "Чайник электрический, 1,7 л, 2200 Вт, чёрный с подсветкой и съёмным фильтром"
WRONG = (("Код", "Товар", "Цена", "Остаток", "Штрихкод"), ("1", "Чай", "дорого", -5, "4600494000011"))


def exported(**more: Any) -> bytes:
    page, goods = Page(), [make_good(1, name="Чай", description="Крупный лист.\nСорт высший.", **more), make_good(2)]
    write_goods("xlsx", page, about(goods), goods)
    return page.getvalue()


def changed() -> bytes:
    page = Page()
    with changes_workbook(page, "ru") as changes:
        changes.price("1", LONG, 100, 200, 100)
        changes.price("2", "Чай", 100, 200, 100)
    return page.getvalue()


def refused() -> bytes:
    return b"".join(refused_rows(opener(excel((*WRONG, ("2", "Чай", "x", 1, None)), "Прайс")), "ru"))


SHEETS = {"export": (exported, 1), "changes": (changed, 1), "refused rows": (refused, 3)}


@pytest.mark.parametrize(("made", "header"), SHEETS.values(), ids=SHEETS)
def test_it_is_printed_across_with_its_header_on_every_page(made: Callable[[], bytes], header: int) -> None:
    book = zipfile.ZipFile(io.BytesIO(made()))
    page = fromstring(book.read("xl/worksheets/sheet1.xml"))
    setup = page.find(f"{MAIN}pageSetup")
    assert setup is not None
    assert (setup.get("orientation"), setup.get("paperSize"), setup.get("fitToHeight")) == ("landscape", "9", "0")
    assert page.find(f"{MAIN}sheetPr/{MAIN}pageSetUpPr").get("fitToPage") == "1"
    assert f"${header}:${header}</definedName>" in book.read("xl/workbook.xml").decode()


def heights(content: bytes) -> list[float | None]:
    book = zipfile.ZipFile(io.BytesIO(content))
    page = fromstring(book.read("xl/worksheets/sheet1.xml"))
    return [float(row.get("ht")) if row.get("ht") else None for row in page.iter(f"{MAIN}row")]


def test_a_row_is_as_high_as_its_texts() -> None:
    assert heights(exported()) == [None, 30, None]
    assert heights(changed()) == [None, 30, None]
    assert heights(refused())[3] > heights(refused())[4] > 15


def test_a_long_description_does_not_make_a_row_of_a_table_high() -> None:
    page, good = Page(), make_good(1, description="\n".join(["строка"] * 200))
    write_goods("xlsx", page, about([good]), [good])
    assert heights(page.getvalue())[1] == 45


@pytest.mark.parametrize(("text", "width", "height"), [
    ("", 10, 15), ("Чай", 10, 15), ("Чай\nКофе", 10, 30), ("а" * 95, 10, 150), ("а\n\nб", 10, 45), ("а\n" * 99, 9, 409),
])  # fmt: skip
def test_heights_count_the_lines_of_a_text(text: str, width: int, height: float) -> None:
    assert row_height([("x", 5), (text, width)]) == height


def test_a_wide_table_is_printed_on_several_pages_that_all_name_the_good() -> None:
    goods = [make_good(1, parameters=tuple((f"Свойство {n}", "да") for n in range(60)))]
    page = Page()
    write_goods("xlsx", page, about(goods), goods)
    book = zipfile.ZipFile(io.BytesIO(page.getvalue()))
    setup = fromstring(book.read("xl/worksheets/sheet1.xml")).find(f"{MAIN}pageSetup")
    assert int(setup.get("fitToWidth")) == 6
    assert re.search(r"\$A:\$A,[^<]*\$1:\$1</definedName>", book.read("xl/workbook.xml").decode())
