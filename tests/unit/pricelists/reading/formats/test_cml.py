"""CommerceML: what 1C's words become, how parts are joined, and what no list may make a parser do."""

import io
from typing import Any

import pytest

from chalicelib.goods import GoodPatch
from chalicelib.pricelists.reading.faults import Fault, Limits, PriceListRejected, fault_text
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.pricelists.reading.table_settings import TableSettings
from tests.unit.pricelists.commerceml import (
    GROUPS,
    ROOT,
    as_version_2,
    as_version_3,
    bundle,
    catalogue,
    classifier,
    file,
    good,
    group,
    offer,
    one_file,
    package,
    price,
    tag,
    types,
)
from tests.unit.pricelists.files import SAMPLES, Outcome, opener, read, refusal

SAMPLE = SAMPLES / "standard.cml.xml"


def chosen(content: str | bytes, price_type: str = "", **more: Any) -> Outcome:
    """What is read with these settings of the shop."""
    columns = {price_type: "price"} if price_type else {}
    outcome = Outcome()
    for item in PriceList(opener(content), table=TableSettings(columns=columns, **more)):
        if isinstance(item, Fault):
            outcome.faults.append(item)
        elif isinstance(item, GoodPatch):
            outcome.patches.append(item)
        else:
            outcome.goods.append(item)
    return outcome


def mode_of(content: str | bytes, **more: Any) -> str:
    prices = PriceList(opener(content), **more)
    list(prices)
    return prices.mode


def only(outcome: Outcome) -> Any:
    (taken,) = outcome.goods
    return taken


class TestOneFile:
    def test_the_sample(self) -> None:
        outcome = read(SAMPLE.read_bytes())
        first, second = outcome.goods
        assert (first.ext_id, first.category, first.model) == ("700101#128", "Смартфоны & планшеты", "T5-128")
        assert (first.name, first.price, first.quantity) == ("Смартфон Тайга T5 (128 ГБ)", 1_849_000, 24)
        assert (first.gtin, first.vat_rate, first.unit) == ("4600494000010", 20, "шт")
        assert (first.description, first.line) == ("Экран 6,5 дюйма.", 57)
        assert first.parameters == (("Цвет", "графит"), ("Вес", "0.2"), ("Память", "128 ГБ"))
        assert (second.model, second.name, second.price, second.quantity) == ("T5 Case", "Чехол Тайга", 199_050, 9)
        assert [(each.code, each.line) for each in outcome.faults] == [
            ("price_not_number", 82),
            ("currency_unknown", 82),
            ("stock_adjusted", None),
            ("rows_skipped", None),
        ]

    def test_offers_that_name_their_goods_are_a_full_list_and_leave_alone_what_they_do_not_say(self) -> None:
        content = file(package(offer("1", more=tag("Артикул", "a-1") + tag("Наименование", "Чай"))))
        (patch,) = chosen(content).patches
        assert patch.given == {"model": "a-1", "name": "Чай", "price": 10_000, "quantity": 5}
        assert patch.if_new == {"category": "Без категории", "quantity": 0}
        assert mode_of(content) == "replace"

    @pytest.mark.parametrize("version", ["", ' xmlns="urn:1C.ru:commerceml_2"', ' ВерсияСхемы="2.04"'])
    @pytest.mark.parametrize("encoding", ["UTF-8", "windows-1251"])
    def test_any_version_and_encoding(self, version: str, encoding: str) -> None:
        sections = classifier(), catalogue(good("1")), package(offer("1"))
        prices = PriceList(opener(file(*sections, version=version, encoding=encoding).encode(encoding)))
        assert [each.name for each in prices if not isinstance(each, Fault)] == ["Чай чёрный"]
        assert prices.format == ("cml", False, encoding.lower(), False)

    def test_elements_may_have_a_prefix(self) -> None:
        content = one_file(good("1"), offer("1"))
        content = content.replace("</", "</c:").replace("<", "<c:").replace("<c:/c:", "</c:").replace("<c:?", "<?")
        assert only(read(content.replace("xmlns=", "xmlns:c="))).price == 10_000

    def test_what_is_unknown_is_passed_over(self) -> None:
        strange = "<Новое><Ид>x</Ид><Цены><Цена>9</Цена></Цены></Новое>"
        content = one_file(good("1", more=strange), offer("1", more=strange), more=strange)
        content = content.replace(f"</{ROOT}>", f"<Документ><Товары>{good('9')}</Товары></Документ></{ROOT}>")
        assert (only(read(content)).ext_id, read(content).codes) == ("1", [])


class TestWords:
    @pytest.mark.parametrize(("number", "expected"), [
        ("g#c", "g#c"), (" g#c ", "g#c"), ("g#", "g"), ("g#00000000-0000-0000-0000-000000000000", "g"), ("g", "g"),
    ])  # fmt: skip
    def test_an_id_is_that_of_the_good_and_its_characteristic(self, number: str, expected: str) -> None:
        assert only(read(one_file(good("g"), offer(number)))).ext_id == expected

    @pytest.mark.parametrize(("of_offer", "expected"), [
        (None, "Чай чёрный (100 г, лист)"), ("Чай чёрный", "Чай чёрный (100 г, лист)"),
        ("Чай чёрный, 100 г", "Чай чёрный, 100 г"), ("", "Чай чёрный (100 г, лист)"),
    ])  # fmt: skip
    def test_characteristics_are_parameters_and_part_of_a_name_that_lacks_them(
        self, of_offer: str | None, expected: str
    ) -> None:
        pairs = "".join(
            f"<ХарактеристикаТовара>{tag('Наименование', name)}{tag('Значение', value)}</ХарактеристикаТовара>"
            for name, value in (("Вес", "100 г"), ("Вид", "лист"))
        )
        named = "" if of_offer is None else tag("Наименование", of_offer)
        found = only(
            read(one_file(good("g"), offer("g#1", more=f"{named}<ХарактеристикиТовара>{pairs}</ХарактеристикиТовара>")))
        )
        assert (found.name, found.parameters) == (expected, (("Вес", "100 г"), ("Вид", "лист")))

    @pytest.mark.parametrize(("unit", "expected"), [
        ('<БазоваяЕдиница Код="796 " НаименованиеПолное="Штука">шт</БазоваяЕдиница>', "шт"),
        ('<БазоваяЕдиница Код="166"/>', "кг"), ("<БазоваяЕдиница>715 </БазоваяЕдиница>", "пара"),
        ('<БазоваяЕдиница Код="6" НаименованиеПолное="Метр"/>', "м"),
        ("<БазоваяЕдиница>мешок</БазоваяЕдиница>", "мешок"),
        ('<БазоваяЕдиница Код="1" НаименованиеПолное="Штука"/>', "шт"),
        ("<БазоваяЕдиница>4242</БазоваяЕдиница>", "вязанка"),
        ('<БазоваяЕдиница Код="715">\n<Пересчет><Единица>796</Единица></Пересчет>\n</БазоваяЕдиница>', "пара"),
    ])  # fmt: skip
    def test_units_are_known_by_name_or_code(self, unit: str, expected: str) -> None:
        own = "<ЕдиницыИзмерения><ЕдиницаИзмерения><Код>4242</Код><НаименованиеКраткое>вязанка</НаименованиеКраткое>"
        content = one_file(good("1", more=unit), offer("1"), more=own + "</ЕдиницаИзмерения></ЕдиницыИзмерения>")
        assert only(read(content)).unit == expected

    @pytest.mark.parametrize(("rate", "expected"), [
        ("20", 20), ("22%", 22), ("10.00", 10), ("0", 0), ("Без налога", None), ("без НДС", None),
    ])  # fmt: skip
    def test_the_rate_of_vat_is_read(self, rate: str, expected: int | None) -> None:
        taxes = f"<СтавкаНалога>{tag('Наименование', 'НДС')}{tag('Ставка', rate)}</СтавкаНалога>"
        outcome = read(one_file(good("1", more=f"<СтавкиНалогов>{taxes}</СтавкиНалогов>"), offer("1")))
        assert (only(outcome).vat_rate, outcome.codes) == (expected, [])

    def test_properties_and_details_are_parameters(self) -> None:
        variants = f"<Справочник>{tag('ИдЗначения', 'v1')}{tag('Значение', 'красный')}</Справочник>"
        known = (
            f"<Свойства><Свойство>{tag('Ид', 'p1')}{tag('Наименование', 'Цвет')}"
            f"<ВариантыЗначений>{variants}</ВариантыЗначений></Свойство></Свойства>"
        )
        unknown = "304631b8-0d79-11e4-943a-00155d020201"
        values = "".join(
            f"<ЗначенияСвойства>{tag('Ид', number)}{tag('Значение', value)}</ЗначенияСвойства>"
            for number, value in (("p1", "v1"), ("p1x", "8"), ("p2", ""))
        )
        details = "".join(
            f"<ЗначениеРеквизита>{tag('Наименование', name)}{tag('Значение', value)}</ЗначениеРеквизита>"
            for name, value in (("ТипНоменклатуры", "Товар"), ("Страна", "Индия"))
        )
        more = f"<ЗначенияСвойств>{values}</ЗначенияСвойств><ЗначенияРеквизитов>{details}</ЗначенияРеквизитов>"
        outcome = read(one_file(good("1", more=more), offer("1"), more=known))
        assert only(outcome).parameters == (("Цвет", "красный"), ("Страна", "Индия"))
        again = read(one_file(good("1", more=more.replace("v1", unknown)), offer("1"), more=known))
        assert (only(again).parameters, again.codes) == ((("Страна", "Индия"),), [])

    def test_the_maker_and_pictures_with_an_address_are_taken(self) -> None:
        more = f"<Изготовитель>{tag('Ид', 'm')}{tag('Наименование', 'Заря')}</Изготовитель>"
        more += tag("Картинка", "import_files/a.jpg") + tag("Картинка", "https://a.example/1.jpg")
        found = only(read(one_file(good("1", more=more), offer("1"))))
        assert (found.parameters, found.images) == ((("Производитель", "Заря"),), ("https://a.example/1.jpg",))

    def test_the_category_is_the_innermost_group(self) -> None:
        nested = file(
            f"<Классификатор><Группы>{group('g0', 'Напитки', group('g1', 'Чай'))}</Группы></Классификатор>",
            catalogue(good("1") + good("2", group="other") + good("3", group=None)),
            package(offer("1") + offer("2") + offer("3")),
        )
        outcome = read(nested)
        assert ([each.category for each in outcome.goods], outcome.codes) == (["Чай", *["Без категории"] * 2], [])

    @pytest.mark.parametrize("marked", [
        tag("Штрихкод", "4600494000010"), tag("ШтрихКод", "4600494000010"),
        f"<Штрихкоды>{tag('Штрихкод', '4600494000010')}</Штрихкоды>",
    ])  # fmt: skip
    def test_the_barcode_of_a_good_counts_where_its_offer_leaves_it_empty(self, marked: str) -> None:
        content = one_file(good("1", more=marked), offer("1", more="<Штрихкод/>"))
        assert only(read(content)).gtin == "4600494000010"


class TestStock:
    @pytest.mark.parametrize(("stock", "expected"), [
        (tag("Количество", "1 719"), 1719), (tag("Количество", "1\u00a0719,000"), 1719),
        (tag("Количество", "5") + '<Склад ИдСклада="1" КоличествоНаСкладе="3"/>' * 2, 5),
        ('<Склад ИдСклада="1" КоличествоНаСкладе="3"/><Склад ИдСклада="2" КоличествоНаСкладе="4"/>', 7),
        ("<Склад><Ид>a</Ид><Количество>3</Количество></Склад>" * 2, 6),
        ("<КоличествоНаСкладах><КоличествоНаСкладе><ИдСклада>a</ИдСклада><Количество>2</Количество></КоличествоНаСкладе>"
         "</КоличествоНаСкладах>", 2),
        ("<Остатки><Остаток><Склад><Ид>a</Ид><Количество>3</Количество></Склад></Остаток><Остаток><Склад><Ид>b</Ид>"
         "<Количество>0</Количество></Склад></Остаток></Остатки>", 3),
        ("<Остатки><Остаток><Количество>9</Количество></Остаток></Остатки>", 9),
    ])  # fmt: skip
    def test_is_the_total_or_the_sum_of_all_warehouses(self, stock: str, expected: int) -> None:
        outcome = read(one_file(good("1"), offer("1", stock=None, more=stock)))
        assert (only(outcome).quantity, outcome.codes) == (expected, [])

    @pytest.mark.parametrize(("stock", "expected"), [("42.5", 42), ("-3", 0), ("-0,5", 0)])
    def test_that_nobody_can_sell_is_less_with_a_warning_for_the_file(self, stock: str, expected: int) -> None:
        outcome = read(one_file(good("1") + good("2"), offer("1", stock=stock) + offer("2", stock=stock)))
        assert [each.quantity for each in outcome.goods] == [expected] * 2
        (told,) = outcome.faults
        assert (told.severity, told.code, told.value, told.hint["count"]) == ("warning", "stock_adjusted", stock, 2)

    def test_in_words_is_an_error_with_its_line(self) -> None:
        (told,) = read(one_file(good("1"), offer("1", stock="много"))).faults
        assert (told.code, told.line, told.ext_id) == ("quantity_not_number", 8, "1")

    def test_that_is_absent_is_none_or_what_the_shop_settled(self) -> None:
        some = read(one_file(good("1") + good("2"), offer("1") + offer("2", stock=None)))
        assert ([each.quantity for each in some.goods], some.codes) == ([5, 0], ["stock_unknown"])
        none = chosen(one_file(good("1"), offer("1", stock=None)), no_stock=7)
        assert (only(none).quantity, none.codes) == (7, ["stock_unknown"])


class TestPrices:
    TWO = f"<Цены>{price(10, 't1')}{price(8, 't2')}</Цены>"

    @pytest.mark.parametrize(("amount", "expected"), [
        ("1234.5000", 123_450), ("1 234,50", 123_450), ("1234", 123_400), ("0.01", 1),
    ])  # fmt: skip
    def test_are_numbers_as_1c_writes_them(self, amount: str, expected: int) -> None:
        assert only(read(one_file(good("1"), offer("1", amount)))).price == expected

    def test_the_only_type_is_taken_without_asking(self) -> None:
        content = one_file(good("1"), offer("1"), head=types(t1="Оптовая"))
        assert only(read(content)).price == only(chosen(content, "Цена опт")).price == 10_000

    def test_the_only_type_that_is_used_is_taken(self) -> None:
        assert only(read(one_file(good("1"), offer("1"), head=types(t1="Опт", t2="Розница")))).price == 10_000

    def test_of_several_the_shop_chooses(self) -> None:
        content = one_file(good("1"), offer("1", None, more=self.TWO), head=types(t1="Розница", t2="Мелкий опт"))
        found = refusal(content)
        assert (found.code, found.value, found.field) == ("prices_unclear", "«Розница», «Мелкий опт»", "price")
        assert "вид" in fault_text(found, "ru", "cml")
        assert [only(chosen(content, name)).price for name in ("Розница", "мелкий  ОПТ", "t2")] == [1_000, 800, 800]

    @pytest.mark.parametrize(("declared", "kind"), [
        ({"t1": "Розница", "t2": "Опт"}, "t1"), ({}, "t1"), ({"t1": "Розница", "t3": "Ещё"}, "t1"),
    ])  # fmt: skip
    def test_another_type_never_stands_in_for_the_chosen_one(self, declared: dict[str, str], kind: str) -> None:
        """A list of changes may have no prices of the chosen type."""
        offers = offer("1", None, more=f"<Цены>{price(10, kind)}</Цены>")
        content = one_file(good("1"), offers, changes="true", head=types(**declared) if declared else "")
        if "t2" in declared:
            (patch,) = chosen(content, "Опт").patches
            assert "price" not in patch.given
        else:
            with pytest.raises(PriceListRejected, match="prices_unclear"):
                chosen(content, "Опт")

    def test_the_recommended_price_is_known_by_its_name(self) -> None:
        content = one_file(good("1"), offer("1", None, more=self.TWO), head=types(t1="РРЦ", t2="Оптовая"))
        assert (only(read(content)).price, only(read(content)).price_rrc) == (800, 1_000)

    @pytest.mark.parametrize("name", ["Закупочная", "Плановая себестоимость"])
    def test_what_the_supplier_pays_is_not_published_without_asking(self, name: str) -> None:
        assert refusal(one_file(good("1"), offer("1"), head=types(t1=name))).code == "prices_unclear"

    @pytest.mark.parametrize(("currency", "codes"), [
        ("руб", []), ("RUB", []), ("RUR", []), ("643", []), ("", []),
        ("USD", ["currency_unknown"]), ("грн", ["currency_unknown"]),
    ])  # fmt: skip
    def test_are_in_roubles(self, currency: str, codes: list[str]) -> None:
        more = f"<Цены>{price(10, currency=currency)}</Цены>"
        assert read(one_file(good("1"), offer("1", None, more=more))).codes == codes

    def test_have_the_currency_of_their_type(self) -> None:
        more = f"<Цены>{price(10, currency='')}</Цены>"
        head = types(t1="Валютная").replace("руб", "USD")
        assert read(one_file(good("1"), offer("1", None, more=more), head=head)).codes == ["currency_unknown"]

    def test_are_for_one_base_unit(self) -> None:
        packs = f"<Цены>{price(120, more=tag('Коэффициент', 12))}</Цены>"
        both = f"<Цены>{price(120, more=tag('Коэффициент', 12))}{price(11, more=tag('Коэффициент', 1))}</Цены>"
        for more, expected in ((packs, 1_000), (both, 1_100), (packs.replace(">12<", ">0<"), 12_000)):
            assert only(read(one_file(good("1"), offer("1", None, more=more)))).price == expected


class TestMode:
    @pytest.mark.parametrize(("goods", "offers", "mode"), [
        ("false", "false", "replace"), ("true", "true", "merge"),
        ("false", "true", "merge"), ("true", "false", "merge"),
    ])  # fmt: skip
    def test_a_list_of_changes_says_so(self, goods: str, offers: str, mode: str) -> None:
        assert mode_of(file(classifier(), catalogue(good("1"), goods), package(offer("1"), offers))) == mode

    def test_it_may_be_said_at_the_root_in_an_element_or_by_the_package(self) -> None:
        plain = one_file(good("1"), offer("1")).replace(' СодержитТолькоИзменения="false"', "")
        assert mode_of(plain) == "replace"
        for said in (
            plain.replace(f"<{ROOT}", f'<{ROOT} СодержитТолькоИзменения="true"'),
            plain.replace("<Товары>", "<СодержитТолькоИзменения>true</СодержитТолькоИзменения><Товары>"),
            plain.replace("ПакетПредложений", "ИзмененияПакетаПредложений"),
        ):
            assert mode_of(said) == "merge"
        assert mode_of(plain, table=TableSettings(merges=True)) == "merge"
        assert mode_of(one_file(good("1"), offer("1")), table=TableSettings(merges=True)) == "replace"

    @pytest.mark.parametrize("content", [
        file(classifier(), catalogue(good("1"))),
        file(package(offer("1"))),
        file(package(offer("1", None))),
        bundle({"prices.xml": file(package(offer("1", stock=None))), "rests.xml": file(package(offer("1", None)))}),
    ])  # fmt: skip
    def test_a_list_that_cannot_say_what_is_sold_takes_nothing_off_sale(self, content: str | bytes) -> None:
        (patch,) = chosen(content).patches
        assert (patch.ext_id, mode_of(content)) == ("1", "merge")

    def test_prices_alone_change_prices_alone(self) -> None:
        content = bundle({"prices0_1.xml": file(package(offer("1", 7, None), "true")), "readme.txt": "x"})
        assert [patch.given for patch in chosen(content).patches] == [{"price": 700}]

    def test_a_full_list_leaves_out_what_is_not_for_sale(self) -> None:
        goods = good("1") + good("2") + good("3") + good("4", mark=' Статус="Удален"') + good("5")
        offers = offer("1") + offer("2", 0) + offer("3", None) + offer("4")
        outcome = read(one_file(goods, offers))
        assert [each.ext_id for each in outcome.goods] == ["1"]
        skipped = {str(each.value): each.hint["count"] for each in outcome.faults}
        assert skipped == {"no_price": 2, "not_sold": 1, "no_offer": 1}

    @pytest.mark.parametrize("gone", [
        good("1", mark=' Статус="Удален"'), good("1", more=tag("Статус", "Удалён")),
        good("1", more=tag("ПометкаУдаления", "true")),
    ])  # fmt: skip
    def test_a_list_of_changes_takes_off_sale_what_it_marks(self, gone: str) -> None:
        content = one_file(gone, offer("1#a") + offer("2"), changes="true")
        taken = {patch.ext_id: patch.withdrawn for patch in chosen(content).patches}
        assert taken == {"1#a": True, "2": False}
        (patch,) = chosen(file(catalogue(gone, "true"))).patches
        assert (patch.ext_id, patch.withdrawn, patch.given) == ("1", True, {})

    def test_a_good_without_an_offer_says_nothing_to_a_shop_without_it(self) -> None:
        patches = {
            each.ext_id: each for each in chosen(one_file(good("1") + good("2"), offer("1"), changes="true")).patches
        }
        assert (patches["1"].if_known, patches["2"].if_known) == (False, True)
        (alone,) = chosen(file(catalogue(good("2")))).patches
        assert alone.if_known is False


class TestParts:
    GOODS = good("1") + good("2", "Кофе", group="g2")

    def test_parts_in_any_order_and_folder_are_one_list(self) -> None:
        parts = as_version_2(self.GOODS, offer("1") + offer("2", 9), head=types(t1="Опт"))
        expected = read(bundle(parts))
        assert [(each.name, each.category, each.price) for each in expected.goods] == [
            ("Чай чёрный", "Чай", 10_000), ("Кофе", "Кофе", 900),
        ]  # fmt: skip
        turned = bundle({f"webdata/{name}": part for name, part in reversed(parts.items())}, ["import_files/1.jpg"])
        assert read(turned) == expected
        prices = PriceList(opener(turned))
        list(prices)
        assert prices.format == ("cml", False, "utf-8", True)
        assert prices.progress.bytes_read == sum(len(part.encode()) for part in parts.values())

    def test_the_new_scheme_is_read(self) -> None:
        named = [
            f"<Предложение>{tag('Ид', n)}{tag('Наименование', n)}<Штрихкод/></Предложение>" for n in ("1#a", "1#b")
        ]
        parts = as_version_3(
            good("1"), "".join(named), offer("1#a", 5, None) + offer("1#b", 6, None),
            "".join(f"<Предложение>{tag('Ид', n)}<Остатки><Остаток><Склад><Количество>3</Количество></Склад></Остаток>"
                    "</Остатки></Предложение>" for n in ("1#b", "1#a")),
        )  # fmt: skip
        outcome = read(bundle(parts))
        assert [(each.ext_id, each.category, each.price, each.quantity) for each in outcome.goods] == [
            ("1#a", "Чай", 500, 3), ("1#b", "Чай", 600, 3),
        ]  # fmt: skip
        assert outcome.codes == []

    def test_numbered_parts_go_together_and_the_last_word_counts(self) -> None:
        parts = {
            "import0_1.xml": file(classifier(), catalogue(good("1"))),
            "import0_2.xml": file(catalogue(good("2"))),
            "offers0_2.xml": file(package(offer("2"))),
            "offers0_10.xml": file(package(offer("1", 7))),
            "offers0_1.xml": file(package(offer("1", 5))),
        }
        assert [(each.ext_id, each.price) for each in read(bundle(parts)).goods] == [("1", 700), ("2", 10_000)]

    def test_encodings_differ_between_parts(self) -> None:
        parts = as_version_2(self.GOODS, offer("1"))
        old = file(catalogue(good("1", "Чай зелёный")), encoding="windows-1251").encode("cp1251")
        wide = parts["offers0_1.xml"].replace('"UTF-8"', '"UTF-16"').encode("utf-16")
        assert read(bundle({"a.xml": old, "b.xml": file(classifier()), "c.xml": wide})).goods[0].name == "Чай зелёный"

    def test_a_zip_file_of_one_part_is_that_part(self) -> None:
        prices = PriceList(opener(bundle({"import.xml": one_file(good("1"), offer("1"))})))
        assert [each for each in prices if isinstance(each, Fault)] == []
        assert prices.format == ("cml", False, "utf-8", True)

    def test_an_offer_that_is_there_twice_is_refused_the_second_time(self) -> None:
        outcome = read(one_file(good("1"), offer("1") + offer("1", 7) + offer("1")))
        assert ([each.price for each in outcome.goods], outcome.codes) == ([10_000], ["duplicate_id", "row_repeated"])

    def test_a_fault_names_its_file_and_line(self) -> None:
        parts = as_version_2(good("1", name="x" * 501) + good("2"), "\n" + offer("1") + offer("2", "дорого"))
        names = [(each.code, each.line, each.hint["file"]) for each in read(bundle(parts)).faults]
        assert names == [("field_too_long", 5, "import0_1.xml"), ("price_not_number", 6, "offers0_1.xml")]
        broken = refusal(bundle({**parts, "rests.xml": file("\n<a>").replace("</", "\n</")}))
        assert (broken.code, broken.line, broken.hint["file"]) == ("syntax_xml", 5, "rests.xml")
        assert "Файл «rests.xml»." in fault_text(broken, "ru", "cml")

    @pytest.mark.parametrize(("content", "code"), [
        (bundle({"a.yaml": "goods: []", "b.xml": "<a/>"}), "zip_members"),
        (bundle({"a.xml": f"<{ROOT}/>", "b.xml": "<a/>"}), "goods_missing"),
        (bundle(as_version_2("", ""))[:-40], "gzip_broken"),
        (bundle(as_version_2("", "")).replace(b"\x14\x00\x00\x00\x08", b"\x14\x00\x01\x00\x08"), "zip_password"),
        (bundle({"a.xml": file(f"<!--{'x' * 100_000}-->"), "b.xml": "<a/>"}), "gzip_too_dense"),
        (bundle({f"{n}.xml": f"<{ROOT}/>" for n in range(1_001)}), "zip_members"),
    ])  # fmt: skip
    def test_an_archive_that_is_no_exchange_is_refused(self, content: bytes, code: str) -> None:
        limits = Limits(packed_free=50_000, max_ratio=20)
        assert refusal(content, limits).code == code

    def test_all_parts_together_are_bounded(self) -> None:
        parts = {f"{n}.xml": file(catalogue(good(str(n)))) for n in range(9)}
        assert refusal(bundle(parts), Limits(max_bytes=2_000)).code == "file_too_large"


class TestBroken:
    BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'

    @pytest.mark.parametrize(("content", "code"), [
        (f"<?xml version='1.0'?><{ROOT}>&nbsp;</{ROOT}>", "xml_dtd"),
        (f"<?xml version='1.0'?>{BOMB}<{ROOT}>&b;</{ROOT}>", "xml_dtd"),
        (f'<!DOCTYPE a SYSTEM "file:///etc/passwd"><{ROOT}>&a;</{ROOT}>', "xml_dtd"),
        (f"<{ROOT}>", "syntax_xml"),
        (f"<{ROOT}/>", "goods_missing"),
        (one_file("", ""), "goods_missing"),
        (one_file("<Товар>", ""), "syntax_xml"),
        (one_file("&#0;", ""), "control_character"),
        (f"<{ROOT}>" + "<a>" * 100_000, "too_deep"),
        (one_file("<Товар>" + "<a>" * 300, ""), "too_deep"),
        (one_file("<Товар>" + "<b/>" * 300_000, ""), "good_too_large"),
        (f"<{ROOT}><!--" + "x" * 2_000_000, "good_too_large"),
    ])  # fmt: skip
    def test_a_broken_file_is_refused_with_its_fault(self, content: str, code: str) -> None:
        assert refusal(content).code == code

    @pytest.mark.parametrize("limits", [Limits(max_goods=1), Limits(max_categories=1)])
    def test_there_are_limits_to_lists(self, limits: Limits) -> None:
        content = one_file(good("1") + good("2", group="g2"), offer("1") + offer("2"))
        assert refusal(content, limits).code in {"too_many_goods", "too_many_categories"}
        assert len(GROUPS) == 2

    def test_one_bad_text_costs_its_row_or_its_value(self) -> None:
        content = one_file(
            good("1", "a\x0bb") + good("2", more=tag("Описание", "a\x0bb")) + good("3", "x" * 70_000),
            offer("1") + offer("2") + offer("3"),
        )
        outcome = read(content)
        assert [(each.ext_id, each.description) for each in outcome.goods] == [("2", "")]
        assert [(each.code, each.severity, each.ext_id, each.line) for each in outcome.faults] == [
            ("control_in_text", "error", "1", 5),
            ("control_in_text", "warning", "2", 6),
            ("field_too_long", "error", "3", 7),
        ]

    def test_memory_stays_flat_however_many_goods_there_are(self) -> None:
        import tracemalloc

        goods = "".join(good(str(n), f"Чай {n}") for n in range(1_500))
        content = one_file(goods, "".join(offer(str(n)) for n in range(1_500))).encode()
        tracemalloc.start()
        taken = sum(not isinstance(each, Fault) for each in PriceList(lambda: io.BytesIO(content)))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (taken, peak < 4 * 1024 * 1024) == (1_500, True)
