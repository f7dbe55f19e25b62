"""CommerceML: what 1C's words become, and what no list may make a parser do."""

import io

import pytest

from chalicelib.pricelists.reading.faults import Fault, Limits
from chalicelib.pricelists.reading.reader import PriceList
from tests.unit.pricelists.commerceml import (
    GROUPS,
    ROOT,
    catalogue,
    classifier,
    file,
    good,
    group,
    offer,
    one_file,
    package,
    tag,
)
from tests.unit.pricelists.files import SAMPLES, opener, read, refusal
from tests.unit.pricelists.reading.formats.cml import chosen, mode_of, only

SAMPLE = SAMPLES / "standard.cml.xml"


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
