"""What a shop has settled about its tables is not about ours: exports and files of refused rows are read as written."""

import io

import pytest

from chalicelib.goods import Good
from chalicelib.pricelists.reading.faults import PriceListRejected
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.pricelists.reading.table_settings import TableSettings
from tests.unit.pricelists.sheets.programs import excel
from tests.unit.pricelists.written.goods import about, make_good
from tests.unit.pricelists.written.test_price_lists import as_xlsx

SETTINGS = [
    TableSettings(sheet="Прайс"),
    TableSettings(header_row=5),
    TableSettings(letters={"A": "name", "E": "ignored"}),
    TableSettings(columns={"price_rrc": "price"}),
    TableSettings(sheet="Прайс", header_row=5, letters={"D": "id"}, columns={"Опт": "price"}),
]


def goods_in(content: bytes, table: TableSettings) -> list[Good]:
    return [row for row in PriceList(lambda: io.BytesIO(content), table=table) if isinstance(row, Good)]


@pytest.mark.parametrize("table", SETTINGS)
def test_an_export_means_what_it_says(table: TableSettings) -> None:
    goods = [make_good(1, price_rrc=12_000), make_good(2)]
    assert about(goods).parameter_names == ()
    found = goods_in(as_xlsx(goods), table)
    assert [(good.ext_id, good.name, good.price, good.price_rrc) for good in found] == [
        ("1", "Товар 1", 10_000, 12_000), ("2", "Товар 2", 10_000, None),
    ]  # fmt: skip


def test_a_sheet_that_is_not_there_is_missed_in_any_other_workbook() -> None:
    with pytest.raises(PriceListRejected) as rejected:
        goods_in(excel((("Код", "Товар", "Цена"), ("1", "Чай", 5)), "Лист"), TableSettings(sheet="Прайс"))
    assert rejected.value.fault.code == "sheet_missing"


def test_a_file_of_refused_rows_has_its_header_where_it_is_written() -> None:
    header = ("Что исправить", "_repeats", "Категория", "Код", "Товар", "Цена", "Остаток")
    rows = (("# mode: merge",), ("# ...",), header, ("", "", "Чай", "1", "Чай", 5, 7))
    price_list = PriceList(lambda: io.BytesIO(excel(rows, "Прайс")), table=TableSettings(header_row=7))
    (found,) = list(price_list)
    assert (found.ext_id, price_list.mode) == ("1", "merge")
