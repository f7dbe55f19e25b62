"""Tables: harmless in a spreadsheet, exact, and the same rows again for the importer."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from chalicelib.exports.goods import write_goods
from chalicelib.files.formats import TooManyRows, xlsx
from chalicelib.files.formats import csv as csv_format
from chalicelib.files.tables import Column
from chalicelib.goods import Good
from chalicelib.pricelists.written.goods_table import ParameterNames
from tests.unit.pricelists.written.goods import AWKWARD, Page, about, awkward_goods, make_good

MOMENT = datetime(2026, 11, 23, 15, 48, 10, tzinfo=UTC)
COLUMNS = [Column("Текст"), Column("Число", "number"), Column("Сумма", "money"), Column("Когда", "moment")]
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def as_csv(columns: list[Column], rows: list[list[Any]]) -> bytes:
    page = Page()
    csv_format.write_table(page, "", columns, rows)
    return page.getvalue()


def as_xlsx(columns: list[Column], rows: list[list[Any]]) -> zipfile.ZipFile:
    page = Page()
    xlsx.write_table(page, "Лист", columns, rows)
    return zipfile.ZipFile(io.BytesIO(page.getvalue()))


def sheet(book: zipfile.ZipFile) -> Element:
    found: Element = fromstring(book.read("xl/worksheets/sheet1.xml"))
    return found


def cells(book: zipfile.ZipFile) -> list[list[str]]:
    rows = sheet(book).iter(f"{_MAIN}row")
    return [["".join(cell.itertext()) for cell in row.iter(f"{_MAIN}c")] for row in rows]


def goods_csv(goods: list[Good], **known: Any) -> list[dict[str, str]]:
    page = Page()
    write_goods("csv", page, about(goods, **known), goods)
    return list(csv.DictReader(io.StringIO(page.getvalue().decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_opens_in_a_spreadsheet_of_this_country() -> None:
    assert (
        as_csv(COLUMNS, [["Анна; «А»\nи Б", 7, 1_990, MOMENT], [None, None, 50_000, None]])
        == ('\ufeffТекст;Число;Сумма;Когда\r\n"Анна; «А»\nи Б";7;19.90;2026-11-23 15:48:10\r\n;;500;\r\n').encode()
    )


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_no_cell_of_csv_is_a_formula(sign: str) -> None:
    text = f"{sign}HYPERLINK(1)"
    page = as_csv([Column(text)], [[text]]).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(page, newline=""), delimiter=";"))
    assert rows == [[f" {text}"], [f" {text}"]]


def test_goods_in_csv_are_the_same_when_stripped() -> None:
    goods = awkward_goods()
    read = goods_csv(goods)
    for text, good, row in zip(AWKWARD, goods, read, strict=True):
        assert not row["name"].startswith(("=", "+", "-", "@"))
        assert [row[field].strip() for field in ("id", "model")] == [text[:100], text[:200]]
        assert (row["name"].strip(), row[f"parameters.{text[:100]}"].strip()) == (good.name, good.name)
        assert row["parameters.Цвет"] == "графит"


def test_the_header_of_goods_names_the_fields_of_a_price_list() -> None:
    [row] = goods_csv([make_good(1, images=("https://a.example/1", "https://a.example/2"), vat_rate=20)])
    assert list(row) == [
        *("id", "category", "model", "name", "price", "price_rrc", "quantity", "unit", "gtin"),
        *("min_quantity", "step_quantity", "max_quantity", "vat_rate", "description", "images"),
    ]
    assert (row["images"], row["vat_rate"], row["price"]) == ("https://a.example/1 https://a.example/2", "20", "100")


def test_columns_of_parameters_keep_the_order_that_goods_have_them_in() -> None:
    names = ParameterNames()
    for own in ("ЯБ", "ЯАБ", "xЯ", "Б1", "yz"):
        names.add(make_good(1, parameters=tuple((name, "1") for name in own)))
    columns = names.columns()
    assert columns is not None
    assert "".join(columns) == "yzxЯАБ1"


def test_too_many_names_have_no_columns() -> None:
    names = ParameterNames(2)
    for own in ("аб", "ба", "в"):
        assert names.columns() is not None
        names.add(make_good(1, parameters=tuple((name, "1") for name in own)))
    assert names.columns() is None


def test_many_parameters_share_a_column() -> None:
    good = make_good(1, parameters=(("Цвет", "графит"), ("Вес", "=1")))
    [row] = goods_csv([good], parameter_names=None)
    assert row["parameters"] == '{"Цвет": "графит", "Вес": "=1"}'


def test_no_cell_of_xlsx_is_a_formula() -> None:
    book = as_xlsx([Column("Текст")], [[text] for text in AWKWARD])
    assert [row[0] for row in cells(book)[1:]] == AWKWARD
    assert list(sheet(book).iter(f"{_MAIN}f")) == []
    assert {cell.get("t") for cell in sheet(book).iter(f"{_MAIN}c")} == {"inlineStr"}


def test_numbers_of_xlsx_are_numbers() -> None:
    book = as_xlsx(COLUMNS, [["x", 7, 1_990, MOMENT], ["y", 0, 10**12 + 1, MOMENT]])
    assert [row[1:3] for row in cells(book)[1:]] == [["7", "19.9"], ["0", "10000000000.01"]]


def test_amounts_that_a_double_would_round_are_texts() -> None:
    assert cells(as_xlsx([Column("a", "money")], [[10**17 + 1]]))[1] == ["1000000000000000.01"]


def test_the_header_of_xlsx_stays_in_sight_and_filters() -> None:
    page = sheet(as_xlsx(COLUMNS, [["x", 7, 1_990, MOMENT]]))
    pane = next(page.iter(f"{_MAIN}pane"))
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "1")
    assert next(page.iter(f"{_MAIN}autoFilter")).get("ref") == "A1:D2"
    assert [column.get("width") for column in page.iter(f"{_MAIN}col")]


def test_a_sheet_that_is_full_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_SHEET_ROWS", 2)
    with pytest.raises(TooManyRows):
        as_xlsx([Column("a")], [["x"]] * 3)
    assert len(cells(as_xlsx([Column("a")], [["x"]] * 2))) == 3


def test_a_text_too_long_for_a_cell_is_cut() -> None:
    [_, [cell]] = cells(as_xlsx([Column("a")], [["д" * 40_000]]))
    assert (len(cell), cell[-1]) == (32_767, "…")


def test_goods_in_xlsx_have_the_header_of_a_price_list() -> None:
    page = Page()
    good = make_good(1, parameters=(("Цвет", "графит"),))
    write_goods("xlsx", page, about([good]), [good])
    [head, row] = cells(zipfile.ZipFile(io.BytesIO(page.getvalue())))
    assert head[0] == "id"
    assert head[-1] == "parameters.Цвет"
    assert row[-1] == "графит"
