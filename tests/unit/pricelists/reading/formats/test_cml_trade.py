"""CommerceML: stock, types of prices, and what a list of changes changes."""

import pytest

from chalicelib.pricelists.reading.faults import PriceListRejected, fault_text
from chalicelib.pricelists.reading.table_settings import TableSettings
from tests.unit.pricelists.commerceml import (
    ROOT,
    bundle,
    catalogue,
    classifier,
    file,
    good,
    offer,
    one_file,
    package,
    price,
    tag,
    types,
)
from tests.unit.pricelists.files import read, refusal
from tests.unit.pricelists.reading.formats.cml import chosen, mode_of, only


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
        (found,) = outcome.faults
        assert (found.severity, found.code, found.value, found.hint["count"]) == ("warning", "stock_adjusted", stock, 2)

    def test_in_words_is_an_error_with_its_line(self) -> None:
        (found,) = read(one_file(good("1"), offer("1", stock="много"))).faults
        assert (found.code, found.line, found.ext_id) == ("quantity_not_number", 8, "1")

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
