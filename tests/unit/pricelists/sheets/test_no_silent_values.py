"""What a table does not say is not guessed at in silence: it is refused, or the report says so."""

from datetime import date
from typing import Any

import pytest

from chalicelib.goods import Good
from chalicelib.pricelists.reading.faults import PriceListRejected
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.pricelists.reading.table_settings import TableSettings
from chalicelib.pricelists.written.refused_rows import refused_rows
from tests.unit.pricelists.files import opener, read
from tests.unit.pricelists.sheets.layouts import Rows
from tests.unit.pricelists.sheets.programs import PROGRAMS, excel, text_of
from tests.unit.pricelists.sheets.test_cells import styled

HEADER = ("Артикул", "Товар", "Цена", "Остаток")


def codes(content: bytes) -> list[tuple[str, str | None]]:
    try:
        found = read(content).faults
    except PriceListRejected as rejected:
        found = [rejected.fault]
    return [(each.code, each.field) for each in found]


def sheet(*rows: tuple[object, ...], name: str = "Лист") -> bytes:
    return excel(list(rows), name)


@pytest.mark.parametrize("shape", ['"$"# ##0.00', "#,##0.00 [$€-407]", "[$USD] 0.00", "0.00 €", '0" грн"'])
def test_a_currency_that_only_the_format_of_a_price_shows_is_no_rouble(shape: str) -> None:
    outcome = read(styled([[("A1", "@"), ("Чай", "@"), (15, shape), (7, "0")]]))
    assert (outcome.goods, [each.code for each in outcome.faults]) == ([], ["price_currency"])


@pytest.mark.parametrize(
    "shape", ['0.00" руб."', "[$₽-419] 0.00", "[$-419]0.00", "# ##0.00 ₽", '#,##0.00_);[Red]("$"0)']
)
def test_a_format_in_roubles_and_a_language_are_no_other_currency(shape: str) -> None:
    assert [good.price for good in read(styled([[("A1", "@"), ("Чай", "@"), (15, shape), (7, "0")]])).goods] == [1500]


@pytest.mark.parametrize("title", [
    "Цены указаны в долларах США", "Цены приведены в гривне с НДС", "Цены: EUR", "Все цены в у.е., оплата в рублях",
    "Валюта: USD",
])  # fmt: skip
def test_a_currency_that_a_title_or_a_sheet_names_is_that_of_all_prices(title: str) -> None:
    goods = (HEADER, ("A1", "Чай", 15, 7))
    assert codes(sheet((title,), *goods)) == [("currency_unknown", "currency")]
    assert ("currency_unknown", "currency") in codes(f"{title}\n".encode() + text_of(goods).encode())
    assert codes(sheet(*goods, name="Прайс USD")) == [("currency_unknown", "currency")]


@pytest.mark.parametrize("written", [lambda rows: excel(rows, "Лист"), lambda rows: text_of(rows).encode()])
def test_refused_rows_keep_the_currency_of_the_title(written: Any) -> None:
    content = written([("Цены указаны в долларах США",), HEADER, ("A1", "Чай", 15, 7)])
    again = b"".join(refused_rows(opener(content), "ru"))
    assert codes(again) == [("currency_unknown", "currency")]


@pytest.mark.parametrize("title", [
    "Цены указаны в рублях по курсу 90 за $", "Курс доллара 90", "Цены могут меняться при росте доллара",
    "Цены в рублях, USD справочно", "Цены в тг", "Цены на 1 мая. Курс USD 90", "Евроокна: цены",
])  # fmt: skip
def test_a_title_with_a_rate_leaves_prices_in_roubles(title: str) -> None:
    assert [good.price for good in read(sheet((title,), HEADER, ("A1", "Чай", 15, 7))).goods] == [1500]


@pytest.mark.parametrize("label", ["Цена, у.е.", "Цена (доллары)", "Цена, евро", "Цена, тенге"])
def test_a_heading_names_a_currency_in_words(label: str) -> None:
    assert codes(sheet(("Артикул", "Товар", label), ("A1", "Чай", 15)))[0] == ("currency_unknown", "currency")


@pytest.mark.parametrize("label", ["Цена за 1000 шт", "Цена (руб. за 100 шт.)", "Цена, руб/тыс. шт", "Цена за 100 г"])
def test_the_price_of_many_is_not_that_of_one(label: str) -> None:
    rows = (("Артикул", "Товар", label, "Остаток"), ("A1", "Гайка", 15, 7))
    assert codes(sheet(*rows)) == [("column_missing", "price")]


def test_what_a_hundred_grams_have_stays_a_property() -> None:
    (good,) = read(sheet((*HEADER, "Ккал / 100 г"), ("A1", "Чай", 15, 7, 5))).goods
    assert dict(good.parameters) == {"Ккал / 100 г": "5"}


def test_the_currency_of_a_price_has_a_column_beside_it() -> None:
    header = (
        "Код",
        "Наименование",
        "Цена: Опт",
        "Валюта (Цена: Опт)",
        "Старая цена",
        "Валюта (Старая цена)",
        "Остаток",
    )
    outcome = read(sheet(header, ("1", "Чай", 15, "руб", 3, "USD", 7), ("2", "Чай", 15, "USD", 3, "руб", 7)))
    assert [good.ext_id for good in outcome.goods] == ["1"]
    assert [each.code for each in outcome.faults] == ["currency_unknown"]


@pytest.mark.parametrize("error", ["#N/A", "#ССЫЛКА!", "Err:502"])
@pytest.mark.parametrize("place", range(4))
def test_a_formula_that_failed_is_no_value(error: str, place: int) -> None:
    row = ["A1", "Чай", "15", "7"]
    row[place] = error
    for content in (sheet(HEADER, tuple(row)), text_of([HEADER, tuple(row)]).encode()):
        outcome = read(content)
        assert (outcome.goods, [each.code for each in outcome.faults]) == ([], ["formula_failed"])


def test_a_formula_that_failed_costs_an_optional_field_alone() -> None:
    (good,) = (outcome := read(sheet((*HEADER, "Цвет", "Описание"), ("A1", "Чай", 5, 7, "#N/A", "#REF!")))).goods
    assert (good.parameters, good.description) == ((), "")
    assert {(each.code, each.severity) for each in outcome.faults} == {("formula_failed", "warning")}


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_date_in_place_of_an_article_is_reported_once(program: str) -> None:
    rows: Rows = [HEADER, *((str(date(2026, 5, day)), "Чай", 5, 7) for day in (1, 2))]
    outcome = read(PROGRAMS[program](rows, "Лист"))
    assert (len(outcome.goods), codes(PROGRAMS[program](rows, "Лист"))) == (2, [("date_instead", "model")])


@pytest.mark.parametrize("written", ["01.май", "май.01", "5-янв"])
def test_a_date_as_text_of_a_spreadsheet_is_reported_too(written: str) -> None:
    assert codes(text_of([HEADER, (written, "Чай", 5, 7)]).encode()) == [("date_instead", "model")]


def test_a_shortened_article_is_reported_as_a_shortened_id_is() -> None:
    assert codes(sheet(HEADER, ("4,60049E+12", "Чай", 5, 7))) == [("id_exponent", "model")]


@pytest.mark.parametrize("row", ["A1,Чай,100,50,7", "A1,Чай, чёрный,5,7"])
def test_a_row_of_text_with_too_many_cells_is_refused(row: str) -> None:
    outcome = read(f"Артикул,Товар,Цена,Остаток\n{row}\nA2,Кофе,5,7\n".encode())
    assert [good.ext_id for good in outcome.goods] == ["A2"]
    assert "row_too_long" in [each.code for each in outcome.faults]


def test_a_table_below_with_other_columns_is_not_read_by_the_first_header() -> None:
    rows: list[tuple[object, ...]] = [
        HEADER,
        ("A1", "Чай", 5, 7),
        ("Товар", "Артикул", "Остаток", "Цена"),
        ("Кофе", "B1", 7, 5),
    ]
    assert codes(sheet(*rows)) == [("tables_below", None)]
    assert codes(text_of(rows).encode()) == [("tables_below", None)]


def test_a_header_that_is_repeated_or_numbered_is_no_product() -> None:
    rows: list[tuple[object, ...]] = [HEADER, (1, 2, 3, 4), ("A1", "Чай", 5, 7), HEADER, ("A2", "Кофе", 5, 7)]
    assert [good.ext_id for good in read(sheet(*rows)).goods] == ["A1", "A2"]


def test_tables_beside_each_other_may_call_their_columns_differently() -> None:
    header = ("Код", "Товар", "Цена", "", "Код", "Наименование", "Цена")
    assert codes(sheet(header, ("1", "Чай", 5, "", "2", "Кофе", 6))) == [("tables_beside", None)]


@pytest.mark.parametrize("total", ["Общий итог", "Промежуточный итог", "Grand total"])
def test_a_total_is_not_a_product_that_its_name_identifies(total: str) -> None:
    outcome = read(sheet(("Товар", "Цена", "Остаток"), ("Чай", 5, 7), (total, 5, 7)))
    assert [good.name for good in outcome.goods] == ["Чай"]


def test_what_is_archived_or_reserved_is_not_sold() -> None:
    header = ("Артикул", "Товар", "Цена", "Остаток", "Свободный остаток", "Архивный")
    (good,) = read(sheet(header, ("A1", "Чай", 5, 12, 7, "нет"), ("A2", "Кофе", 5, 12, 7, "да"))).goods
    assert (good.ext_id, good.quantity) == ("A1", 7)


def test_a_status_that_the_shop_has_chosen_is_not_a_question_whether_the_product_is_over() -> None:
    content = sheet((*HEADER, "В продаже"), ("A1", "Чай", 5, 12, "да"))
    rows = PriceList(opener(content), table=TableSettings(columns={"В продаже": "status"})).rows()
    assert [row.good.ext_id for row in rows if isinstance(row.good, Good)] == ["A1"]


def test_zeros_that_an_export_protects_by_a_formula_are_an_article() -> None:
    (good,) = read('Артикул;Товар;Цена;Остаток\n="00124";Чай;5;7\n'.encode()).goods
    assert good.ext_id == "00124"
