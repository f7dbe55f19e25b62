"""Tests of the workbook: what a reader of the XLSX finds in it, and what it can never hold."""

import re
import zipfile
from io import BytesIO
from unittest.mock import patch
from xml.etree import ElementTree

import pytest

from chalicelib.documents.workbook import order_workbook
from tests.unit.documents.builders import make_contact, make_order, make_part, make_row

_NS = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheet_of(book: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(zipfile.ZipFile(BytesIO(book)).read("xl/worksheets/sheet1.xml"))  # noqa: S314 - ours


def cells_of(book: bytes) -> list[list[str]]:
    """The cells that hold something, row by row, as texts."""
    shared = ElementTree.fromstring(zipfile.ZipFile(BytesIO(book)).read("xl/sharedStrings.xml"))  # noqa: S314 - ours
    texts = ["".join(node.itertext()) for node in shared.findall("s:si", _NS)]
    rows = []
    for row in sheet_of(book).iterfind(".//s:row", _NS):
        found = []
        for cell in row.findall("s:c", _NS):
            value = cell.find("s:v", _NS)
            if value is not None and value.text is not None:
                found.append(texts[int(value.text)] if cell.get("t") == "s" else value.text)
        rows.append(found)
    return [row for row in rows if row]


def test_a_workbook_holds_rows_by_part_and_the_totals() -> None:
    rows = cells_of(order_workbook(make_order()))
    assert rows[0] == ["Заказ № 1001"]
    assert ["1001-1, поставщик Связь-Плюс"] in rows
    name = "Смартфон «Комета» 512 ГБ (золотистый)"
    assert ["1", name, "kometa/512-gold", "шт", "2", "2", "55000.25", "22 %", "19836.16", "110000.5", ""] in rows
    for line in (
        ["Товары", "113500.5"],
        ["в том числе НДС 22 %", "19836.16"],
        ["в том числе НДС 10 %", "318.18"],
        ["Итого", "113850.5"],
        ["Всего по заказу, ₽", "114849.5"],
    ):
        assert line in rows


def test_what_stands_above_the_rows_is_wrapped_within_the_page() -> None:
    place = "Большая улица с очень длинным названием " * 5
    contact = make_contact(city=place, street=place)
    sheet = sheet_of(order_workbook(make_order(contact=contact)))
    merged = {cell.get("ref") for cell in sheet.iterfind(".//s:mergeCell", _NS)}
    heights = {row.get("r"): float(row.get("ht", 15)) for row in sheet.iterfind(".//s:row", _NS)}
    assert {"A2:K2", "A3:K3", "A4:K4"} <= merged
    assert (heights["3"], heights["4"]) == (15, 45)


def test_of_the_state_a_workbook_says_what_is_canceled_and_nothing_that_will_change() -> None:
    states = ("new", "confirmed", "assembled", "sent", "delivered")
    books = {order_workbook(make_order(state=state, parts=(make_part(state=state),))) for state in states}
    assert len(books) == 1
    rows = cells_of(order_workbook(make_order(state="canceled", parts=(make_part(state="canceled"),))))
    assert ["1001-1, поставщик Связь-Плюс: отменён"] in rows
    assert ["Размещён 23.11.2026 18:48 МСК: отменён"] in rows


def test_rows_of_which_nothing_comes_are_shown_with_the_reason() -> None:
    gone = make_row(name="Снятый товар", quantity=0, ordered=5, sum=0, vat=0, reason="Снят с производства")
    rows = cells_of(order_workbook(make_order(parts=(make_part(missing=(gone,)),))))
    row = next(row for row in rows if "Снятый товар" in row)
    assert (row[0], row[4], row[5], row[-1]) == ("3", "5", "0", "Снят с производства")


@pytest.mark.parametrize(
    "typed", ["=1+1", "+7 900", "-2", "@SUM(A1)", '=HYPERLINK("http://x")', "http://x.example", "{=1}"]
)
def test_typed_text_never_becomes_a_formula_or_a_link(typed: str) -> None:
    order = make_order(buyer_name=typed, parts=(make_part(shop_name=typed, rows=(make_row(name=typed, model=typed),)),))
    book = order_workbook(order)
    sheet = sheet_of(book)
    assert sheet.findall(".//s:f", _NS) == []
    assert sheet.findall(".//s:hyperlink", _NS) == []
    assert any(row[1:3] == [typed, typed] for row in cells_of(book) if len(row) > 3)


def test_the_same_order_gives_the_same_bytes_later() -> None:
    first = order_workbook(make_order())
    with patch("time.time", return_value=4_000_000_000.0):
        assert order_workbook(make_order()) == first


def test_a_thousand_rows_are_all_there() -> None:
    rows = tuple(make_row(name=f"Товар-{number}") for number in range(1000))
    shown = cells_of(order_workbook(make_order(parts=(make_part(rows=rows),))))
    names = [row[1] for row in shown if len(row) > 3 and re.fullmatch(r"Товар-\d+", row[1])]
    assert names == [row.name for row in rows]


def test_an_english_workbook_has_english_words() -> None:
    rows = cells_of(order_workbook(make_order(), "en"))
    assert rows[0] == ["Order 1001"]
    assert ["including VAT 22 %", "19836.16"] in rows
