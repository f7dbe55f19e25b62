"""The rules of a row: tolerances, and every fault with its field, value and line."""

import time

import pytest

from chalicelib.catalogue.identity import normal_name
from chalicelib.pricelists.reading.faults import fault_text
from tests.unit.pricelists.files import good, goods, read


class TestPrices:
    @pytest.mark.parametrize(("written", "kopecks"), [
        ("1", 100), ("110000", 11_000_000), ("007", 700), ("131764.71", 13_176_471), ("0,5", 50), ("0.01", 1),
        ('"1990"', 199_000), ('" 1990 "', 199_000), ("1 990", 199_000), ("1\u00a0234\u00a0567,8", 123_456_780),
        ("12\u202f000.50", 1_200_050), ("10000000000.00", 10**12), ("1,990.00", 199_000), ("1,234,567.8", 123_456_780),
        ("1,234,567", 123_456_700), ("1.990,00", 199_000), ("1.234.567", 123_456_700),
    ])  # fmt: skip
    def test_are_read_exactly(self, written: str, kopecks: int) -> None:
        (taken,) = read(goods(good(price=written, price_rrc=written))).goods
        assert (taken.price, taken.price_rrc) == (kopecks, kopecks)

    @pytest.mark.parametrize(("written", "code"), [
        ("сто", "price_not_number"), ("сто рублей", "price_not_number"), ("1e5", "price_not_number"),
        ("1_000", "price_not_number"), ("1 2 3", "price_not_number"), (".5", "price_not_number"),
        ("5.", "price_not_number"), ("1.00,50", "price_not_number"), ("yes", "price_not_number"),
        ("٣", "price_not_number"), (".inf", "price_not_number"), ("+5", "price_not_number"),
        ("100 руб.", "price_currency"), ("100р", "price_currency"), ("$100", "price_currency"),
        ("99.90 ₽", "price_currency"), ("100 RUB", "price_currency"),
        ("0", "price_not_positive"), ("0.00", "price_not_positive"), ("-5", "price_not_positive"),
        ("\u22125", "price_not_positive"), ("-" + "9" * 30, "price_not_positive"),
        ("1,000", "price_too_precise"), ("1.999", "price_too_precise"),
        ("10000000000.01", "price_too_large"), ("9" * 30, "price_too_large"),
    ])  # fmt: skip
    @pytest.mark.parametrize("field", ["price", "price_rrc"])
    def test_wrong_ones_are_reported_with_field_and_value(self, field: str, written: str, code: str) -> None:
        outcome = read(goods(good(**{field: written})))
        if field == "price_rrc" and written in {"0", "0.00"}:  # it says that there is none
            assert (outcome.faults, outcome.goods[0].price_rrc) == ([], None)
            return
        (found,) = outcome.faults
        assert (found.code, found.field, found.value, found.ext_id) == (code, field, written, "1")
        assert [each.price_rrc for each in outcome.goods] == ([] if field == "price" else [None])


class TestQuantities:
    @pytest.mark.parametrize(("written", "number"), [
        ("0", 0), ("14", 14), ("14.0", 14), ("14,00", 14), ("1 000", 1000), ("-0", 0), ("1000000000", 10**9),
        ("1,000.00", 1000), ("1,000,000", 10**6), ("0,000", 0), ("1000,000", 1000), ("1.000,0", 1000),
    ])  # fmt: skip
    def test_are_whole_numbers_from_zero(self, written: str, number: int) -> None:
        assert read(goods(good(quantity=written))).goods[0].quantity == number

    @pytest.mark.parametrize(("written", "code"), [
        ("сто", "quantity_not_number"), ("14 шт", "quantity_not_number"), ("1e3", "quantity_not_number"),
        ("-3", "quantity_negative"), ("-0.5", "quantity_negative"), ("1.5", "quantity_fractional"),
        ("1000000001", "quantity_too_large"), ("9" * 50, "quantity_too_large"),
    ])  # fmt: skip
    def test_wrong_ones_are_reported(self, written: str, code: str) -> None:
        (found,) = read(goods(good(quantity=written))).faults
        assert (found.code, found.field, found.value, found.line) == (code, "quantity", written, 13)

    @pytest.mark.parametrize(("written", "fraction", "thousands"), [
        ("1,000", "1", "1000"), ("1.000", "1", "1000"), ("14,250", "14,25", "14250"), ("200.500", "200,5", "200500"),
    ])  # fmt: skip
    def test_one_that_can_be_read_in_two_ways_is_asked_about_with_both(
        self, written: str, fraction: str, thousands: str
    ) -> None:
        outcome = read(goods(good(quantity=written)))
        (found,) = outcome.faults
        assert (found.severity, found.code, found.field) == ("error", "quantity_ambiguous", "quantity")
        for language in ("ru", "en"):
            text = fault_text(found, language)
            assert f" {fraction} " in text
            assert thousands in text
        assert outcome.goods == []


class TestIdentity:
    def test_a_good_without_id_is_known_by_its_model(self) -> None:
        assert read(goods(good(id=None))).goods[0].ext_id == "a/b"

    def test_the_model_may_be_absent_where_there_is_an_id(self) -> None:
        assert read(goods(good(model=None))).goods[0].model == ""

    def test_one_of_them_is_needed(self) -> None:
        (found,) = read(goods(good(id=None, model=None))).faults
        assert (found.code, found.ext_id, found.line) == ("id_and_model_missing", None, 8)

    @pytest.mark.parametrize(("field", "written", "code"), [
        ("id", r'"a\nb"', "id_invalid"), ("id", r'"a\tb"', "id_invalid"), ("id", "x" * 101, "field_too_long"),
        ("id", "[1]", "field_not_text"), ("model", "x" * 201, "field_too_long"), ("model", "{a: b}", "field_not_text"),
    ])  # fmt: skip
    def test_a_wrong_kind_is_reported(self, field: str, written: str, code: str) -> None:
        (found,) = read(goods(good(**{field: written}))).faults
        assert (found.code, found.field) == (code, field)

    def test_a_wrong_model_does_not_hide_the_id_from_the_report(self) -> None:
        assert read(goods(good(model="[x]"))).faults[0].ext_id == "1"

    def test_each_repetition_is_reported_with_the_first_line(self) -> None:
        outcome = read(goods(good(), good(id='"1"', price="2"), good(id="2", model="z"), good(id=" 1 ", price="3")))
        assert [(each.code, each.line, each.hint["first_line"]) for each in outcome.faults] == [
            ("duplicate_id", 14, 8),
            ("duplicate_id", 26, 8),
        ]
        assert [each.ext_id for each in outcome.goods] == ["1", "2"]

    def test_goods_on_one_line_are_distinguished(self) -> None:
        row = "{id: 1, category: А, name: Б, quantity: 1, price: "
        assert read(f"goods: [{row}1}}, {row}2}}]").codes == ["duplicate_id"]

    @pytest.mark.parametrize("again", [{}, {"price": "100.00"}, {"name": "'Телефон  '"}])
    def test_a_row_that_repeats_another_exactly_is_a_warning(self, again: dict[str, str]) -> None:
        outcome = read(goods(good(), good(**again)))
        (found,) = outcome.faults
        assert (found.severity, found.code, found.line, found.hint) == (
            "warning",
            "row_repeated",
            14,
            {"first_line": 8},
        )
        assert len(outcome.goods) == 1

    def test_a_row_that_repeats_a_refused_one_is_refused(self) -> None:
        outcome = read(goods(good(price="x"), good(price="x")))
        assert outcome.codes == ["price_not_number", "price_not_number", "duplicate_id"]

    def test_a_model_repeats_an_id(self) -> None:
        (found,) = read(goods(good(id="a/b"), good(id=None, price="7"))).faults
        assert (found.code, found.field) == ("duplicate_id", "model")


class TestCategories:
    @pytest.mark.parametrize("written", ["10", "Смартфоны", "СМАРТФОНЫ", "' Смартфоны  '"])
    def test_are_found_by_id_or_name(self, written: str) -> None:
        assert read(goods(good(category=written))).goods[0].category == "Смартфоны"

    def test_are_one_whatever_the_spelling_of_their_name(self) -> None:
        content = "categories: [{name: Всё  для дома}]\ngoods:\n" + good(category="ВСЕ ДЛЯ ДОМА")
        assert read(content).goods[0].category == "Всё для дома"

    def test_an_undeclared_id_is_reported_and_the_others_are_imported(self) -> None:
        outcome = read(goods(good(category="1488"), good(id="2")))
        assert [(each.code, each.value, each.line) for each in outcome.faults] == [("category_unknown", "1488", 9)]
        assert len(outcome.goods) == 1

    def test_an_undeclared_name_is_taken_with_one_warning(self) -> None:
        outcome = read(goods(good(category="Шляпы"), good(id="2", category="шляпы"), good(id="3")))
        (found,) = outcome.faults
        assert (found.severity, found.code, found.value, found.line, found.ext_id) == (
            *("warning", "category_undeclared"),
            *("Шляпы", 9, "1"),
        )
        assert [each.category for each in outcome.goods] == ["Шляпы", "Шляпы", "Смартфоны"]

    @pytest.mark.parametrize("declared", ["[Посуда, Мебель]", "[Посуда, {name: Мебель}]", "['<b>Посуда</b>', Мебель]"])
    def test_may_be_declared_as_plain_names(self, declared: str) -> None:
        rows = good(category="посуда") + good(id="2", category="Мебель")
        outcome = read(f"categories: {declared}\ngoods:\n{rows}")
        assert outcome.faults == []
        assert [each.category for each in outcome.goods] == ["Посуда", "Мебель"]

    @pytest.mark.parametrize("declared", ["[~]", "[[А]]", "[{id: 5}]", "[{id: 5, name: [x]}]"])
    def test_a_faulty_declaration_is_a_warning_and_costs_no_good(self, declared: str) -> None:
        outcome = read(f"categories: {declared}\ngoods:\n" + good(category="Шляпы"))
        assert {each.severity for each in outcome.faults} == {"warning"}
        assert [each.category for each in outcome.goods] == ["Шляпы"]

    def test_the_last_declaration_of_an_id_counts(self) -> None:
        content = "categories:\n  - {id: 15, name: А}\n  - {id: 15, name: Б}\ngoods:\n" + good(category="15")
        outcome = read(content + good(id="2", category="А"))
        (found,) = outcome.faults
        assert (found.severity, found.code, found.line, found.value) == ("warning", "category_repeated", 3, "15")
        assert found.hint == {"was": "А", "now": "Б", "first_line": 2}
        assert [each.category for each in outcome.goods] == ["Б", "А"]

    def test_the_same_declaration_again_is_nothing(self) -> None:
        assert read("categories: [{id: 1, name: А}, {id: 1, name: а}]\ngoods:\n" + good(category="1")).faults == []

    def test_of_a_file_that_declares_none_are_taken_at_their_word(self) -> None:
        outcome = read(
            "goods:\n" + good(category="Шляпы") + good(id="2", category="шляпы") + good(id="3", category="7")
        )
        assert [each.category for each in outcome.goods] == ["Шляпы", "Шляпы"]
        assert outcome.codes == ["category_unknown"]


class TestRows:
    def test_every_fault_of_a_row_is_reported(self) -> None:
        row = good(category="7", name=None, price="x", price_rrc="-5", quantity="[1]", parameters="y")
        outcome = read(goods(row))
        assert outcome.codes == [
            "category_unknown", "field_missing", "price_not_number", "field_not_text", "price_not_positive",
            "parameters_invalid",
        ]  # fmt: skip
        assert outcome.goods == []

    @pytest.mark.parametrize("field", ["category", "name", "price", "quantity"])
    @pytest.mark.parametrize("written", [None, "", "null", "' '"])
    def test_a_missing_required_field_is_reported(self, field: str, written: str | None) -> None:
        (found,) = read(goods(good(**{field: written}))).faults
        assert (found.code, found.field) == ("field_missing", field)

    @pytest.mark.parametrize(("field", "limit"), [("name", 500), ("category", 200), ("price", 100)])
    def test_long_texts_are_reported_and_cut(self, field: str, limit: int) -> None:
        (found,) = read(goods(good(**{field: "x" * 1000}))).faults
        assert (found.code, found.hint) == ("field_too_long", {"limit": limit})
        assert found.value == "x" * 200

    @pytest.mark.parametrize("written", ["text", "~", "[a]"])
    def test_an_element_that_is_not_a_mapping_is_reported(self, written: str) -> None:
        outcome = read(goods(f"  - {written}\n", good()))
        assert [(each.code, each.line) for each in outcome.faults] == [("entry_not_mapping", 8)]
        assert len(outcome.goods) == 1

    def test_an_empty_mapping_lacks_everything(self) -> None:
        codes = read(goods("  - {}\n")).codes
        assert codes == ["id_and_model_missing", *["field_missing"] * 4]

    def test_unknown_keys_warn_once_per_file_and_leave_the_good(self) -> None:
        outcome = read(goods(good(colour="red"), good(id="2", colour="blue", weight="3")))
        assert [(each.code, each.field, each.line) for each in outcome.faults] == [
            ("unknown_key", "colour", 14),
            ("unknown_key", "weight", 22),
        ]
        assert len(outcome.goods) == 2

    def test_unknown_keys_without_end_are_not_remembered(self) -> None:
        rows = (good(id=str(n), **{f"key{n}": "x"}) for n in range(150))
        assert len(read(goods(*rows)).faults) == 100

    def test_unknown_keys_without_end_in_one_good_cost_little(self) -> None:
        keys = ",\n".join(f'"key{n}": 1' for n in range(40_000))
        started = time.process_time()
        assert read(f'{{"goods": [{{{keys}}}]}}').codes.count("unknown_key") == 100
        assert time.process_time() - started < 10

    def test_texts_are_stripped_composed_and_in_one_line(self) -> None:
        (taken,) = read(goods(good(name=r'"  чи\u0306\r\n\tлист "'))).goods
        assert taken.name == "ч\u0439 лист"


class TestNormalName:
    @pytest.mark.parametrize(("one", "other"), [
        ("Всё", "ВСЕ"), ("Все\u0308", "все"), (" a \u00a0 b\n", "A B"), ("Straße", "STRASSE"), ("е\u0301", "Е\u0301"),
    ])  # fmt: skip
    def test_takes_spellings_for_the_same(self, one: str, other: str) -> None:
        assert normal_name(one) == normal_name(other)

    def test_keeps_different_names_apart(self) -> None:
        assert len({normal_name(each) for each in ("мои", "мой", "мойка", "моика")}) == 4
