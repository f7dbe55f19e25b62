"""YML: how Yandex Market's names become ours, and what no price list may make an XML parser do."""

import pytest

from chalicelib.pricelists.reading.faults import Limits
from tests.unit.pricelists.files import SAMPLES, read, refusal

SAMPLE = SAMPLES / "standard.yml.xml"


def yml(offer: str, categories: str = '<category id="1">Ч</category>', head: str = '<?xml version="1.0"?>') -> str:
    lists = f"<categories>{categories}</categories><offers>\n{offer}\n</offers>"
    return f"{head}\n<yml_catalog><shop>{lists}</shop></yml_catalog>"


OFFER = "<name>Т</name><price>5</price><count>2</count><categoryId>1</categoryId>"


class TestYML:
    def test_the_sample(self) -> None:
        outcome = read(SAMPLE.read_bytes())
        first, second, third = outcome.goods
        assert (first.ext_id, first.category, first.model) == ("700101", "Смартфоны & планшеты", "T5-128")
        assert (first.gtin, first.vat_rate, first.quantity) == ("4600494000010", 20, 24)
        assert (first.min_quantity, first.step_quantity, len(first.images)) == (2, 2, 2)
        assert first.parameters == (("Диагональ (дюйм)", "6.5"), ("Цвет", "графит, серый"))
        assert first.description == "Экран 6,5 дюйма."
        assert (second.name, second.model, second.vat_rate, second.quantity) == (
            "Чехол Тайга T5 Case",
            "T5 Case",
            None,
            1,
        )
        assert third.quantity == 0
        assert [(each.code, each.line) for each in outcome.faults] == [
            ("unknown_key", 33),
            ("quantity_assumed", 35),
            ("category_unknown", 48),
            ("price_not_number", 48),
            ("currency_unknown", 48),
        ]

    @pytest.mark.parametrize(("vat", "rate"), [
        ("VAT_22", 22), ("VAT_0", 0), ("NO_VAT", None), ("2", 10), ("5", 0), ("6", None), ("7", 20), ("10", 10),
    ])  # fmt: skip
    def test_vat_is_read_in_yandex_numbers_too(self, vat: str, rate: int | None) -> None:
        assert read(yml(f'<offer id="1">{OFFER}<vat>{vat}</vat></offer>')).goods[0].vat_rate == rate

    def test_a_field_given_twice_is_an_error_of_its_row(self) -> None:
        outcome = read(yml(f'<offer id="1">{OFFER}<price>6</price></offer><offer id="2">{OFFER}</offer>'))
        assert outcome.codes == ["field_not_text"]
        assert [each.ext_id for each in outcome.goods] == ["2"]

    def test_categories_may_follow_the_offers(self) -> None:
        content = yml(f'<offer id="1">{OFFER}</offer>', "")
        content = content.replace("<categories></categories>", "").replace(
            "</shop>", '<categories><category id="1">Ч</category></categories></shop>'
        )
        assert read(content).goods[0].category == "Ч"

    BOMB = '<!DOCTYPE yml_catalog [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'

    @pytest.mark.parametrize(("content", "code"), [
        (f"<?xml version='1.0'?>{BOMB}<yml_catalog>&b;</yml_catalog>", "xml_dtd"),
        ('<!DOCTYPE yml_catalog [<!ENTITY a SYSTEM "file:///etc/passwd">]><yml_catalog>&a;</yml_catalog>', "xml_dtd"),
        ('<!DOCTYPE yml_catalog SYSTEM "a.dtd"><yml_catalog>&nbsp;</yml_catalog>', "xml_dtd"),
        ("<yml_catalog>&nbsp;</yml_catalog>", "xml_dtd"),
        ('<!DOCTYPE yml_catalog [<!ATTLIST offer id CDATA "1">]><yml_catalog/>', "xml_dtd"),
        ("<!DOCTYPE html>", "unknown_format"),
        ("<yml_catalog>", "syntax_xml"),
        ("<yml_catalog/>", "goods_missing"),
        ("<yml_catalog><shop><offers/></shop></yml_catalog>", "goods_missing"),
        (yml("<offer>") , "syntax_xml"),
        (yml("&#0;"), "control_character"),
        (yml("<offer><name>\x01"), "syntax_xml"),
        ("<yml_catalog><shop><name>&#x85;a&#x9f;</name></shop></yml_catalog>", "control_character"),
        ("<yml_catalog><shop>" + "<a>" * 100_000, "too_deep"),
        ("<yml_catalog><shop><name>" + "x" * 70_000 + "</name></shop></yml_catalog>", "text_too_long"),
        (f'<yml_catalog date="{"x" * 70_000}"/>', "text_too_long"),
        (yml("<offer><name>" + "<b/>" * 300_000), "good_too_large"),
        ("<yml_catalog><!--" + "x" * 2_000_000, "good_too_large"),
        ("<yml_catalog " + "x" * 2_000_000, "good_too_large"),
        ("<yml_catalog><shop><offers/><offers/></shop></yml_catalog>", "duplicate_key"),
        ('<yml_catalog mode="add"/>', "mode_invalid"),
    ])  # fmt: skip
    def test_a_broken_file_is_refused_with_its_fault(self, content: str, code: str) -> None:
        assert refusal(content).code == code

    @pytest.mark.parametrize("limits", [Limits(max_goods=1), Limits(max_categories=1)])
    def test_there_are_limits_to_lists(self, limits: Limits) -> None:
        content = yml(f'<offer id="1">{OFFER}</offer>' * 2, '<category id="1">А</category>' * 2)
        assert refusal(content, limits).code in {"too_many_goods", "too_many_categories"}
