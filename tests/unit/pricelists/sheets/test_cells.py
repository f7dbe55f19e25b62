"""Cells are read as people see them, exactly."""

import io
import struct
import subprocess
import sys
from datetime import date

import pytest
import xlsxwriter
import xlwt
from xlwt.CompoundDoc import XlsDoc

from chalicelib.pricelists.reading.faults import fault_text
from tests.unit.pricelists.files import read
from tests.unit.pricelists.sheets.hostile import SHEET, changed, workbook

HEADER = ("Код", "Наименование", "Цена", "Остаток", "Штрихкод", "Скидка на опт", "Срок", "Новый", "Вес")


def styled(rows: list[list[tuple[object, str]]]) -> bytes:
    """A workbook with a number format for each cell."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Прайс")
        sheet.write_row(0, 0, HEADER)
        for at, row in enumerate(rows, 1):
            for place, (value, shape) in enumerate(row):
                sheet.write(at, place, value, book.add_format({"num_format": shape}))
    return file.getvalue()


def test_number_formats_show_what_people_see() -> None:
    content = styled([[
        (12345, "0000000"), ("Чай", "@"), (1234.5, '# ##0.00" руб."'), (7, "0"), (4601234567893, "0"), (0.2, "0%"),
        (date(2026, 11, 29), "dd.mm.yyyy"), (True, "General"), (0.1 + 0.2, "0.00"),
    ]])  # fmt: skip
    (good,) = read(content).goods
    assert (good.ext_id, good.price, good.gtin) == ("0012345", 123450, "4601234567893")
    assert dict(good.parameters) == {"Срок": "2026-11-29", "Новый": "true", "Вес": "0.3"}


@pytest.mark.parametrize(("value", "shape", "shown"), [
    ("0012345", "General", "0012345"), (12345, "00000000000", "00000012345"), (12345, '"А-"0000000', "0012345"),
    (4601234567893, "General", "4601234567893"), (123456789012345, "General", "123456789012345"),
    (700101, "#,##0", "700101"), (700101, "0.00", "700101"), (1.5, "General", "1.5"), (-7, "General", "-7"),
])  # fmt: skip
def test_an_id_is_exact(value: object, shape: str, shown: str) -> None:
    (good,) = read(styled([[(value, shape), ("Чай", "@"), (5, "0"), (7, "0")]])).goods
    assert good.ext_id == shown


def test_errors_and_formulas_without_a_value_never_become_a_price() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("Код", "Товар", "Цена", "Остаток"))
        for row, (formula, value) in enumerate([("=1/0", "#DIV/0!"), ("=B9", ""), ("=5*2", 10)], 1):
            sheet.write_row(row, 0, (f"т-{row}", "Чай"))
            sheet.write_formula(row, 2, formula, None, value)
            sheet.write_number(row, 3, 1)
    outcome = read(file.getvalue())
    assert [(good.ext_id, good.price) for good in outcome.goods] == [("т-3", 1000)]
    assert [(each.code, each.line, each.hint["column"]) for each in outcome.faults] == [
        ("formula_failed", 2, "C"), ("field_missing", 3, "C"),
    ]  # fmt: skip


def test_a_repeated_article_names_the_sheet_of_the_first_row() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name in ("Ноябрь", "Октябрь"):
            sheet = book.add_worksheet(name)
            for at, row in enumerate(
                [("Код", "Товар", "Цена"), ("1", "Чай", len(name)), ("2", "Кофе", 5), ("2", "Кофе", 6)]
            ):
                sheet.write_row(at, 0, row)
    found = [each for each in read(file.getvalue()).faults if each.code in ("duplicate_id", "row_repeated")]
    first = [(each.hint["sheet"], each.line, each.hint["first_line"], each.hint.get("first_sheet")) for each in found]
    assert first == [
        ("Ноябрь", 4, 3, None), ("Октябрь", 2, 2, "Ноябрь"), ("Октябрь", 3, 3, "Ноябрь"), ("Октябрь", 4, 3, "Ноябрь"),
    ]  # fmt: skip
    assert "на листе «Ноябрь»" in fault_text(found[1], "ru", "xlsx")


def test_what_is_hidden_is_no_good_and_reported() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for name in ("Посуда", "Старое", "Чай"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ("Код", "Товар", "Цена", "Остаток"))
            sheet.write_row(1, 0, (f"{name}-1", name, 5, 7))
            sheet.write_row(2, 0, (f"{name}-2", name, 6, 8))
            sheet.set_row(2, None, None, {"hidden": True})
            sheet.set_column(3, 3, None, None, {"hidden": True})
        book.get_worksheet_by_name("Старое").very_hidden()
    outcome = read(file.getvalue())
    assert [(good.ext_id, good.category, good.quantity) for good in outcome.goods] == [
        ("Посуда-1", "Посуда", 7), ("Чай-1", "Чай", 7),
    ]  # fmt: skip
    assert [(each.code, each.hint["count"]) for each in outcome.faults] == [("rows_skipped", 2)]


def test_a_fault_names_sheet_and_cell() -> None:
    content = workbook(("Прайс",), ("Код", "Товар", "Цена", "Остаток"), ("1", "Чай", "сто", 5), name="Опт")
    (found,) = read(content).faults
    assert (found.code, found.line, found.hint["sheet"], found.hint["column"]) == ("price_not_number", 3, "Опт", "C")


def test_rich_text_and_its_pronunciation() -> None:
    plain = workbook(("Код", "Товар", "Цена", "Остаток"), ("1", "Чай", 5, 7))
    rich = "<r><t>Чай </t></r><r><rPr><b/></rPr><t>чёрный</t></r><rPh sb='0' eb='1'><t>чэй</t></rPh>".encode()
    content = changed("xl/sharedStrings.xml", "<t>Чай</t>".encode(), rich, plain)
    assert [good.name for good in read(content).goods] == ["Чай чёрный"]


def test_a_date_beyond_the_calendar_is_no_error_of_the_file() -> None:
    content = styled([[("1", "@"), ("Чай", "@"), (5, "0"), (7, "0"), *[("", "@")] * 2, (5e9, "dd.mm.yyyy")]])
    assert [good.price for good in read(content).goods] == [500]


def test_cells_without_addresses_follow_each_other() -> None:
    content = changed(SHEET, b'<row r="2"', b"<row", workbook(("Код", "Товар", "Цена"), ("1", "Чай", 5)))
    content = changed(SHEET, b'<c r="B2"', b"<c", content)
    assert [(good.ext_id, good.name) for good in read(content).goods] == [("1", "Чай")]


def of_1c(number_format: str) -> bytes:
    """As 1C writes its own formats: their numbers begin at 50, where others have dates."""
    book, file = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("TDSheet")
    for place, label in enumerate(("Код", "Товар", "Цена", "Остаток")):
        sheet.write(0, place, label)
    style = xlwt.easyxf(num_format_str=number_format)
    for place, value in enumerate((2193312, "Шина", 77, 5)):
        sheet.write(1, place, value, style)
    book.save(file)
    content = bytearray(file.getvalue())
    at = content.index(b"\x1e\x04")  # the record of the format, then those of the styles that use it
    content[at + 4] = 50
    at = content.find(b"\xe0\x00\x14\x00")
    while at >= 0:
        if content[at + 6 : at + 8] == b"\xa4\x00":
            content[at + 6] = 50
        at = content.find(b"\xe0\x00\x14\x00", at + 1)
    return bytes(content)


@pytest.mark.parametrize(("number_format", "shown"), [("00000000000", "00002193312"), ('0.00" руб."', "2193312")])
def test_the_formats_of_1c_are_no_dates(number_format: str, shown: str) -> None:
    content = of_1c(number_format)
    assert b"\xa4\x00" not in content[content.index(b"\x1e\x04") :][:6]
    (good,) = read(content).goods
    assert (good.ext_id, good.price, good.quantity) == (shown, 7700, 5)


def record(code: int, body: bytes) -> bytes:
    return struct.pack("<HH", code, len(body)) + body


def excel_5() -> bytes:
    """A workbook of Excel 5 that does not say which code page its texts are in."""
    rows = (("Код", "Наименование", "Цена", "Остаток"), ("т-1", "Чай чёрный", 5.0, 7.0))
    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            where = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str):
                said = value.encode("cp1251")
                cells += record(0x0204, where + struct.pack("<H", len(said)) + said)
            else:
                cells += record(0x0203, where + struct.pack("<d", value))
    begin = struct.pack("<HHHH", 0x0500, 0x0005, 0x096C, 0x07C9)
    name = "Прайс".encode("cp1251")
    font = record(0x0031, struct.pack("<HHHHHBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 5) + b"Arial")
    style = record(0x00E0, struct.pack("<HHHHHHHH", 0, 0, 1, 0x20, 0, 0, 0, 0))
    fixed = record(0x0809, begin) + font * 4 + style
    at = len(fixed) + 4 + 7 + len(name) + 4
    head = fixed + record(0x0085, struct.pack("<IBBB", at, 0, 0, len(name)) + name) + record(0x000A, b"")
    assert len(head) == at
    sheet = record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0x096C, 0x07C9)) + cells + record(0x000A, b"")
    file = io.BytesIO()
    stream = head + sheet
    XlsDoc().save(file, stream + bytes(max(0, 4096 - len(stream))))
    return file.getvalue()


def test_excel_5_without_a_code_page_is_read_as_windows_1251() -> None:
    (good,) = read(excel_5()).goods
    assert (good.ext_id, good.category, good.name, good.price) == ("т-1", "Без категории", "Чай чёрный", 500)


def test_dates_of_old_workbooks_are_dates() -> None:
    book, file = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("А")
    for place, label in enumerate(("Код", "Товар", "Цена", "Срок")):
        sheet.write(0, place, label)
    sheet.write(1, 3, date(2026, 11, 29), xlwt.easyxf(num_format_str="DD.MM.YYYY"))
    for place, value in enumerate(("1", "Чай", 5)):
        sheet.write(1, place, value)
    book.save(file)
    (good,) = read(file.getvalue()).goods
    assert dict(good.parameters) == {"Срок": "2026-11-29"}


def test_the_libraries_are_loaded_for_a_workbook_alone() -> None:
    code = (
        "import io, sys, chalicelib.answers.imports, chalicelib.pricelists.job\n"
        "from chalicelib.pricelists.reading.reader import PriceList\n"
        "list(PriceList(lambda: io.BytesIO('Код;Товар;Цена\\n1;Чай;5'.encode())))\n"
        "print(*({'openpyxl', 'xlrd', 'et_xmlfile'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", f"import tests.conftest\n{code}"], capture_output=True, check=True)
    assert done.stdout.strip() == b""
