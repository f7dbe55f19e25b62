"""Reports say what is wrong in the language of their reader, in the words of the format, with what was meant."""

import json
from pathlib import Path

import pytest

from chalicelib.pricelists.reading.faults import CODES, Fault, fault_message, fault_text
from chalicelib.pricelists.reading.reader import PriceList, PriceListRejected
from chalicelib.texts import Language
from tests.unit.pricelists.files import good, goods, opener, read

LOCALES = Path(__file__).parents[4] / "chalicelib/locales"
H = "id;category;model;name;price;quantity"
OFFER = '<yml_catalog><shop><offers><offer id="1">\n{}</offer></offers></shop></yml_catalog>'


def refused(content: str) -> tuple[Fault, str]:
    prices = PriceList(opener(content))
    with pytest.raises(PriceListRejected) as rejected:
        list(prices)
    assert prices.format is not None
    return rejected.value.fault, prices.format.kind


@pytest.mark.parametrize(("content", "line", "why"), [
    ("goods:\n- name: Чай: чёрный\n", 2, "colon"),
    ("goods:\n- id: 1\n\tname: Чай\n", 3, "tab"),
    ("goods:\n- id: 1\n  name: @Чай\n", 3, "sign"),
    ('goods:\n- id: 1\n  name: "Волга" чайник\n', 3, "behind_quote"),
    ('goods:\n- id: 1\n  name: "a\\q"\n', 3, "escape"),
    ("goods:\n- id: 1\n  name\n  price: 5\n", 3, "colon_missing"),
    ("goods:\n- id: 1\n  name: 'Чай\n  price: 5\n", 3, "quote_open"),
    ('{"goods": [{"id": 1,\n"name": "a",}]}', 2, "comma_extra"),
    ('{"goods": [{"id": 1,\n"price": 1 "name": "a"}]}', 2, "comma_missing"),
    ("{\"goods\": [{\n'id': 1}]}", 2, "single_quotes"),
    ('{"goods": [{\n"id": True}]}', 2, "word"),
    ('{"goods": [{\n"id": NaN}]}', 2, "word"),
    ('{"goods": [{\n"id": "1\n"}]}', 2, "line_break"),
    ('{"goods": [{\n"id": "1}]}', 2, "quote_open"),
    ('{"goods": [{"id": 1}\n// x\n]}', 2, "comment"),
    ('{"goods": [{"id": "\\x"}]}', 1, "escape"),
    ('{"goods": [{"id": 1}', 1, "end"),
    (OFFER.format("<name>a & b</name>"), 2, "xml_sign"),
    (OFFER.format("<name>a</nam>"), 2, "tag_open"),
    (OFFER.format("") + "<x/>", 2, "after_end"),
    (OFFER.format('<a b="1" b="2"/>'), 2, "attribute_repeated"),
    (OFFER.format("")[:-30], 2, "tag_open"),
    (OFFER.format("<?xml version='1.0'?>"), 2, "declaration"),
    (H.replace("name", '"na"me') + "\n", 1, "header"),
])  # fmt: skip
def test_what_no_parser_can_read_is_explained_without_its_words(content: str, line: int, why: str) -> None:
    found, kind = refused(content)
    assert (found.hint["why"], found.line) == (why, line)
    russian, english = fault_text(found, "ru", kind), fault_text(found, "en", kind)
    shown = (found.value or "").strip()
    rest = russian.replace(shown, "") if shown else russian
    for word in ("YAML", "JSON", "CSV", "XML", "amp", "lt", "xml", str(found.hint.get("tag", ""))):
        rest = rest.replace(word, "")
    assert not any("a" <= char.lower() <= "z" for char in rest), rest
    assert not any("а" <= char <= "я" for char in english.replace(shown, ""))


@pytest.mark.parametrize(("content", "code", "words"), [
    ('{"goods": "x"}', "not_a_list", "квадратные скобки"),
    ("goods: x", "not_a_list", "«- »"),
    (H + "\n", "goods_missing", "под заголовком столбцов"),
    ("<yml_catalog/>", "goods_missing", "offer"),
    ('{"a": 1, "a": 2}', "duplicate_key", "Оставьте один."),
    (H + ";price\n", "duplicate_key", "столбец"),
])  # fmt: skip
def test_advice_is_in_the_idioms_of_the_format(content: str, code: str, words: str) -> None:
    found, kind = refused(content)
    assert found.code == code
    assert words in fault_text(found, "ru", kind)
    if kind != "yaml":
        assert "«- »" not in fault_text(found, "ru", kind)


MEANT = {
    **{"image": "images", "barcode": "gtin", "sku": "id", "stock_quantity": "quantity", "pice": "price"},
    **{"Цвет": None, "Остаток": "quantity", "ед. изм.": "unit", "Штрих-код": "gtin", "min-quantity": "min_quantity"},
}


@pytest.mark.parametrize("key", MEANT)
@pytest.mark.parametrize("kind", ["yaml", "csv"])
def test_an_unknown_key_is_reported_with_what_was_meant(key: str, kind: str) -> None:
    in_csv = f"{H};{key}\n1;Чай;m;Чай;5;5;7\n"
    (found,) = read(goods(good(**{f'"{key}"': "7"})) if kind == "yaml" else in_csv).faults
    assert (found.code, found.field, found.hint.get("similar")) == ("unknown_key", key, MEANT[key])
    said = fault_text(found, "ru", kind)
    assert f"Похоже, нужно «{MEANT[key]}»." in said if MEANT[key] else "parameters" in said or f"param:{key}" in said


@pytest.mark.parametrize(("content", "meant"), [
    ("mode: mrege\n" + goods(good()), "merge"), (f"# mode: replce\n{H}\n", "replace"),
])  # fmt: skip
def test_a_misspelled_mode_is_reported_with_what_was_meant(content: str, meant: str) -> None:
    found, kind = refused(content)
    assert (found.code, found.hint) == ("mode_invalid", {"similar": meant})
    assert f'Did you mean "{meant}"?' in fault_text(found, "en", kind)


def test_a_misspelled_section_is_reported_with_what_was_meant() -> None:
    (found,) = read("categoris: []\n" + "goods:\n" + good(category="Чай")).faults
    assert (found.field, found.hint) == ("categoris", {"similar": "categories"})


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_fault_stored_by_an_earlier_release_is_still_worded(language: Language) -> None:
    stored = {"code": "syntax", "field": None, "value": None, "hint": {"problem": "did not find expected key"}}
    assert "did not find expected key" in fault_message(stored, language, "yaml")
    for code in ("unknown_key", "column_missing", "top_not_mapping", "not_utf8", "not_a_list"):
        assert fault_message({"code": code, "field": "a", "value": None, "hint": {}}, language, "json")


def test_each_text_of_a_format_is_one_of_a_code_in_both_languages() -> None:
    russian, english = (json.loads((LOCALES / one / "problems.json").read_text("utf-8")) for one in ("ru", "en"))
    assert russian.keys() == english.keys()
    formats = {key.partition(".")[0] for key in russian if key.partition(".")[2] in {"csv", "json", "yaml", "yml"}}
    assert formats <= CODES
