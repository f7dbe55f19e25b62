"""Goods as price lists: what is written reads back as the same."""

import io
from dataclasses import fields, replace
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import yaml
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.files.formats import roubles
from chalicelib.goods import BY_COLUMN, Good
from chalicelib.pricelists.formats.cml.writer import write_goods as write_cml
from chalicelib.pricelists.formats.xlsx.writer import write_goods as write_xlsx
from chalicelib.pricelists.formats.yaml.writer import write_goods as write_yaml
from chalicelib.pricelists.formats.yml.writer import write_goods as write_yml
from chalicelib.pricelists.reading.optional_fields import says_nothing
from chalicelib.pricelists.reading.raw import shown, shown_lines, tidy_lines
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.pricelists.reading.table_settings import TableSettings
from chalicelib.vat import all_rates
from tests.unit.pricelists.written.goods import AWKWARD, Page, about, awkward_goods, make_good


def as_yaml(goods: list[Good]) -> bytes:
    page = Page()
    write_yaml(page, about(goods), goods)
    return page.getvalue()


def as_xlsx(goods: list[Good]) -> bytes:
    page = Page()
    write_xlsx(page, about(goods), goods)
    return page.getvalue()


def as_yml(goods: list[Good]) -> Element:
    page = Page()
    write_yml(page, about(goods), goods)
    found: Element = fromstring(page.getvalue())
    return found


def as_cml(goods: list[Good]) -> bytes:
    page = Page()
    write_cml(page, about(goods), goods)
    return page.getvalue()


def imported(content: bytes) -> list[Good]:
    """What the importer reads; fails at the first fault."""
    rows = list(PriceList(lambda: io.BytesIO(content)))
    assert [row for row in rows if not isinstance(row, Good)] == []
    return [row for row in rows if isinstance(row, Good)]


def values(good: Good) -> dict[str, object]:
    """Every field of a good but the line that it stood on, as the importer has them."""
    found = {field.name: getattr(good, field.name) for field in fields(good)}
    found.pop("line")
    least = good.step_quantity if good.min_quantity == 1 else good.min_quantity
    return {**found, "ext_id": good.ext_id or good.model, "min_quantity": least}


def as_lists_have_it(good: Good) -> Good:
    """Return the good as far as a price list can have brought it: without HTML, and no dash for a unit."""
    texts = {name: shown(getattr(good, name)) for name in ("name", "model", "category", "unit")}
    texts["description"] = shown_lines(good.description)
    texts |= {name: "" for name in ("unit", "description") if says_nothing(texts[name])}
    pairs = tuple((shown(name), shown(value)) for name, value in good.parameters if shown(name))
    return replace(good, **texts, parameters=pairs)


def test_awkward_texts_survive_the_importer() -> None:
    goods = [as_lists_have_it(good) for good in awkward_goods()]
    assert [values(good) for good in imported(as_yaml(goods))] == [values(good) for good in goods]


def test_a_workbook_survives_the_importer() -> None:
    read = map(as_lists_have_it, awkward_goods())
    goods = [replace(good, category="Посуда", parameters=tuple(sorted(good.parameters))) for good in read]
    assert [values(good) for good in imported(as_xlsx(goods))] == [values(good) for good in goods]


def test_commerceml_survives_the_importer() -> None:
    goods = [as_lists_have_it(good) for good in awkward_goods()]
    assert [values(good) for good in imported(as_cml(goods))] == [values(good) for good in goods]


@pytest.mark.parametrize("changes", [
    {"ext_id": "C#"}, {"ext_id": "a#b"}, {"ext_id": "a#00000000-0000-0000-0000-000000000000"}, {"unit": "Штука"},
    {"unit": "796"}, {"vat_rate": 0}, {"parameters": (("Файл", "4f0c6a52-8f1e-4d0b-9a57-2a64c0f3d1b7"), ("Б", "а"))},
])  # fmt: skip
def test_what_commerceml_would_take_for_something_else_survives_too(changes: dict[str, Any]) -> None:
    goods = [make_good(2, ext_id="a"), make_good(1, **changes)]
    assert [values(good) for good in imported(as_cml(goods))] == [values(good) for good in goods]


def test_more_parameters_than_commerceml_declares_survive_too() -> None:
    goods, page = awkward_goods()[:3], Page()
    write_cml(page, about(goods, parameter_names=None), goods)
    assert [values(good) for good in imported(page.getvalue())] == [values(good) for good in goods]


@pytest.mark.parametrize("chosen", ["Опт", "РРЦ", "Цена"])
def test_the_price_of_an_export_in_commerceml_is_not_asked_about(chosen: str) -> None:
    goods = [make_good(1, price_rrc=12_000), make_good(2)]
    table = TableSettings(columns={chosen: "price"})
    found = [row for row in PriceList(lambda: io.BytesIO(as_cml(goods)), table=table) if isinstance(row, Good)]
    assert [(good.price, good.price_rrc) for good in found] == [(10_000, 12_000), (10_000, None)]


def test_any_yaml_reader_takes_texts_for_texts() -> None:
    read = yaml.safe_load(as_yaml(awkward_goods()))
    numbers = {text for text in AWKWARD if text == "0"}
    for text, good in zip(AWKWARD, read["goods"], strict=True):
        assert good["name"] == (int(text) if text in numbers else text)
    assert read["shop"] == "Связь-Плюс"


words = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), min_size=1, max_size=60)
# What looks like HTML is not part of a text that a list can have brought.
texts = words.map(lambda text: shown(shown(text))).filter(lambda text: text and shown(text) == text)
parameters = st.dictionaries(texts, texts, max_size=4).map(lambda pairs: tuple(pairs.items()))
prices = st.integers(1, BY_COLUMN["price"].limit)
goods_lists = st.lists(
    st.builds(
        Good,
        line=st.just(0),
        ext_id=texts,
        category=texts.map(lambda text: " ".join(text.split())).filter(bool),
        model=texts,
        name=texts,
        price=prices,
        price_rrc=st.none() | prices,
        quantity=st.integers(0, BY_COLUMN["quantity"].limit),
        parameters=parameters,
        unit=st.just("") | texts.filter(lambda text: len(text) <= BY_COLUMN["unit"].limit),
        gtin=st.sampled_from(["", "00012348", "614141007349", "4600494000010", "04601234567893"]),
        step_quantity=st.just(1) | st.just(5),
        min_quantity=st.just(1) | st.integers(1, 9).map(lambda number: number * 5),
        max_quantity=st.none() | st.integers(45, BY_COLUMN["quantity"].limit),
        vat_rate=st.none() | st.sampled_from(all_rates()),
        description=st.lists(texts, max_size=3).map(lambda lines: tidy_lines("\n".join(lines))),
        images=st.lists(st.sampled_from(["https://a.example/я?a=1&b='", "http://b.example/#1"]), unique=True).map(
            tuple
        ),
    ),
    min_size=1,
    max_size=4,
    unique_by=(lambda good: good.ext_id, lambda good: good.category.casefold()),
)


@given(goods_lists)
def test_whatever_a_good_may_hold_survives(goods: list[Good]) -> None:
    goods = list(map(as_lists_have_it, goods))
    for written in (as_yaml(goods), as_cml(goods)):
        assert [values(good) for good in imported(written)] == [values(good) for good in goods]


def test_goods_come_out_as_a_supplier_would_write_them() -> None:
    good = make_good(
        700101,
        price=1_849_050,
        price_rrc=1_999_000,
        unit="шт",
        gtin="04601234567893",
        step_quantity=5,
        vat_rate=20,
        description="Строка 1\nСтрока 2",
        images=("https://img.example/1.jpg?a=1&b=2",),
        parameters=(("Диагональ (дюйм)", "6.5"), ("Цвет", "графит")),
    )
    assert as_yaml([good]).decode() == (
        "shop: Связь-Плюс\n"
        "categories:\n"
        "  - name: Смартфоны\n"
        "goods:\n"
        "  - id: 700101\n"
        "    category: Смартфоны\n"
        "    model: m/700101\n"
        "    name: Товар 700101\n"
        "    price: 18490.50\n"
        "    price_rrc: 19990\n"
        "    quantity: 10\n"
        "    unit: шт\n"
        '    gtin: "04601234567893"\n'
        "    step_quantity: 5\n"
        "    vat_rate: 20\n"
        '    description: "Строка 1\\nСтрока 2"\n'
        "    images:\n"
        '      - "https://img.example/1.jpg?a=1&b=2"\n'
        "    parameters:\n"
        '      Диагональ (дюйм): "6.5"\n'
        "      Цвет: графит\n"
    )


def test_a_good_without_an_id_of_its_own_goes_by_its_model() -> None:
    [good] = imported(as_yaml([make_good(ext_id="м" * 150, model="м" * 150)]))
    assert good.ext_id == "м" * 150


def test_a_shop_without_goods_is_a_list_without_goods() -> None:
    assert yaml.safe_load(as_yaml([])) == {"shop": "Связь-Плюс", "categories": [], "goods": []}


def test_commerceml_has_the_words_of_1c() -> None:
    good = make_good(
        7, unit="упак", gtin="04601234567893", price_rrc=12_050, vat_rate=10, parameters=(("Цвет", "чёрный & белый"),)
    )
    read = fromstring(as_cml([good]))
    named = {"": "urn:1C.ru:commerceml_210"}
    (found,) = read.findall("Каталог/Товары/Товар", named)
    assert [(each.tag.rpartition("}")[2], "".join(each.itertext())) for each in found] == [
        ("Ид", "7"),
        ("Штрихкод", "04601234567893"),
        ("Артикул", "m/7"),
        ("Наименование", "Товар 7"),
        ("БазоваяЕдиница", "упак"),
        ("Группы", "g1"),
        ("СтавкиНалогов", "НДС10"),
        ("ЗначенияСвойств", "\np1чёрный & белый\n"),
    ]
    types = read.findall("ПакетПредложений/ТипыЦен/ТипЦены", named)
    prices = read.findall("ПакетПредложений/Предложения/Предложение/Цены/Цена", named)
    assert [each.findtext("Наименование", "", named) for each in types] == ["Цена", "РРЦ"]
    assert [each.findtext("ЦенаЗаЕдиницу", "", named) for each in prices] == ["100", "120.50"]
    assert [each.findtext("ИдТипаЦены", "", named) for each in prices] == [
        each.findtext("Ид", "", named) for each in types
    ]
    assert read.findtext("ПакетПредложений/Предложения/Предложение/Количество", "", named) == "10"
    assert read.findtext("Классификатор/Свойства/Свойство/Наименование", "", named) == "Цвет"


def test_yml_has_the_words_of_the_market() -> None:
    good = make_good(
        7,
        price=1_990,
        gtin="04601234567893",
        min_quantity=2,
        max_quantity=20,
        vat_rate=10,
        images=("https://img.example/1.jpg?a=1&b=2", "https://img.example/2.jpg"),
        description="<b>Две\nстроки</b> & знак",
        parameters=(('Цвет "корпуса"', "чёрный & белый"),),
    )
    offer = as_yml([good]).find("shop/offers/offer")
    assert offer is not None
    assert offer.attrib == {"id": "7", "available": "true"}
    assert [(field.tag, field.text) for field in offer] == [
        ("categoryId", "1"),
        ("model", "m/7"),
        ("name", "Товар 7"),
        ("price", "19.90"),
        ("currencyId", "RUR"),
        ("count", "10"),
        ("barcode", "04601234567893"),
        ("min-quantity", "2"),
        ("max_quantity", "20"),
        ("vat", "VAT_10"),
        ("description", "<b>Две\nстроки</b> & знак"),
        ("picture", "https://img.example/1.jpg?a=1&b=2"),
        ("picture", "https://img.example/2.jpg"),
        ("param", "чёрный & белый"),
    ]
    assert offer[-1].attrib == {"name": 'Цвет "корпуса"'}


def test_awkward_texts_survive_yml() -> None:
    goods = awkward_goods()
    root = as_yml(goods)
    categories = {category.get("id"): category.text for category in root.iterfind("shop/categories/category")}
    read = [
        (offer.get("id"), categories[offer.findtext("categoryId")], offer.findtext("model"), offer.findtext("name"))
        for offer in root.iterfind("shop/offers/offer")
    ]
    assert read == [(good.ext_id, good.category, good.model, good.name) for good in goods]
    params = [[(one.get("name"), one.text) for one in offer.iterfind("param")] for offer in root.iter("offer")]
    assert params == [list(good.parameters) for good in goods]


def test_sold_out_goods_are_not_available_in_yml() -> None:
    offer = as_yml([make_good(quantity=0)]).find("shop/offers/offer")
    assert offer is not None
    assert (offer.get("available"), offer.findtext("count")) == ("false", "0")


@pytest.mark.parametrize(
    ("kopecks", "written"), [(50_000, "500"), (1_990, "19.90"), (1, "0.01"), (10**15, "10000000000000"), (5, "0.05")]
)
def test_money_is_exact(kopecks: int, written: str) -> None:
    assert roubles(kopecks) == written
