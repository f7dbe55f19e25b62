"""Every code: reachable, worded in both languages, listed in the docs."""

import gzip
import json
from dataclasses import fields
from pathlib import Path
from string import Formatter

import pytest

from chalicelib.goods import Good
from chalicelib.pricelists import review
from chalicelib.pricelists.planning.digest import digest
from chalicelib.pricelists.planning.judging import judged
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.reading.faults import (
    CODES,
    ERROR_CODES,
    FATAL_CODES,
    FORMER_CODES,
    KEPT,
    WARNING_CODES,
    Fault,
    Limits,
    fault,
    fault_text,
)
from chalicelib.pricelists.reading.faults import PriceListRejected as Rejected
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.settings import Settings
from chalicelib.texts import LANGUAGES, Language
from tests.unit.pricelists.files import good, goods, opener, read

ROOT = Path(__file__).parents[4]
SMALL = Limits(
    max_good_texts=200,
    max_bytes=3000,
    max_goods=3,
    max_categories=3,
    max_parameters=2,
    max_scalar=600,
    max_keys=4,
    max_good_bytes=2000,
    max_columns=10,
    max_empty_rows=10,
    max_ratio=50,
    packed_free=1000,
)
GOOD = Good(8, "1", "Смартфоны", "a/b", "Телефон", 100, None, 5, ())
CSV = "id;category;name;price;quantity\n"


def offers(children: str, top: str = "") -> str:
    """A YML file with one offer."""
    return (
        f'<?xml version="1.0"?>{top}<yml_catalog><shop><categories><category id="1">Ч</category></categories>'
        f'<offers><offer id="1">{children}</offer></offers></shop></yml_catalog>'
    )


# The smallest file for each code.
FILES: dict[str, str | bytes] = {
    "alias": "goods: *a",
    "available_unknown": goods(good(quantity=None, available="maybe")),
    "column_missing": "id;name;price\n",
    "currency_unknown": goods(good(currency="USD")),
    "gtin_invalid": goods(good(gtin="4601234567890")),
    "gzip_broken": gzip.compress(b"a" * 100)[:20],
    "gzip_nested": gzip.compress(gzip.compress(b"a")),
    "gzip_too_dense": gzip.compress(b"#" * 100_000),
    "image_invalid": goods(good(images="javascript:x")),
    "max_below_min": goods(good(min_quantity="5", max_quantity="4")),
    "min_not_multiple": goods(good(min_quantity="5", step_quantity="4")),
    "mode_invalid": "mode: add",
    "quantity_assumed": goods(good(quantity=None, available="yes")),
    "row_too_long": CSV + "1;a;b;2;3;4",
    "syntax_csv": CSV.replace("category", '"category" a'),
    "quote_misplaced": CSV + '1;a;"b"c;1;1',
    "quote_unclosed": CSV + '1;a;"b;1;1',
    "too_many_empty_rows": CSV + "\n" * 20,
    "lines_skipped": "Прайс-лист на февраль\n" + CSV + "1;a;b;1;1",
    "encoding_assumed": (CSV + "1;a;b;1;Ч").encode("cp1251"),
    "encoding_differs": offers("<name>Чай чёрный</name>", top="").replace('"1.0"', '"1.0" encoding="cp1251"'),
    "encoding_unknown": (CSV + "1;a;Müller größe;1;1").encode("latin-1"),
    "encodings_mixed": (CSV + "1;a;Чайник заварочный;1;1\n").encode("cp1251") + "2;a;Чайник;1;1".encode(),
    "control_in_text": goods(good(name=r'"a\x0b"')),
    "key_repeated": goods(good(name="А\n    name: Б")),
    "nested_too_deep": goods(good(old="[[[[[[[]]]]]]]")),
    "yaml_markup": goods(good(name="&a b")),
    "syntax_json": '{"a": "' + "x" * 40 + '",}',
    "syntax_xml": "<yml_catalog>",
    "too_many_columns": ";".join(["id", "name", *"abcdefghijk"]),
    "too_many_images": goods(good(images=" ".join(f"https://a.example/{n}" for n in range(11)))),
    "unknown_format": b"PK\x03\x04",
    "vat_unknown": goods(good(vat_rate="18")),
    "xml_dtd": '<!DOCTYPE yml_catalog [<!ENTITY a "b">]><yml_catalog/>',
    "anchor": "goods: &a []",
    "category_repeated": "categories: [{id: 1, name: А}, {id: 1, name: Б}]",
    "category_undeclared": goods(good(category="Шляпы")),
    "category_unknown": goods(good(category="7")),
    "control_character": '"\\a": b',
    "duplicate_id": goods(good(), good(price="7")),
    "duplicate_key": "shop: a\nshop: b",
    "entry_not_mapping": goods("  - a"),
    "field_missing": goods(good(name=None)),
    "field_not_text": goods(good(name="[]", price="[1]")),
    "field_too_long": goods(good(name="x" * 501)),
    "file_empty": "",
    "file_too_large": "# " + "x" * 4000,
    "good_too_large": "# " + "x" * 2500,
    "goods_missing": "shop: a",
    "good_unknown": "mode: merge\n" + goods("  - {id: 9, price: 5}\n"),
    "good_withdrawn": "mode: merge\n" + goods("  - {id: 2, price: 5}\n"),
    "id_and_model_missing": goods(good(id=None, model=None)),
    "id_exponent": goods(good(id="4,60123E+12")),
    "id_fraction": goods(good(id="700101.0")),
    "id_invalid": goods(good(id=r'"a\nb"')),
    "key_not_text": "? [a]\n: b",
    "merge_key": "<<: a",
    "not_a_list": "goods: a",
    "not_utf8": b"\xff",
    "parameter_invalid": goods(good(parameters="[a]")),
    "parameter_nested": goods(good(parameters="{a: [b]}")),
    "parameter_repeated": goods(good(parameters="{a: 1, ' a': 2}")),
    "parameters_invalid": goods(good(parameters="красный")),
    "price_currency": goods(good(price="100 руб.")),
    "price_not_number": goods(good(price="сто")),
    "price_not_positive": goods(good(price="0")),
    "price_too_large": goods(good(price="9" * 15)),
    "price_too_precise": goods(good(price="0.001")),
    "quantity_ambiguous": goods(good(quantity="'1,000'")),
    "quantity_fractional": goods(good(quantity="1.5")),
    "quantity_negative": goods(good(quantity="-1")),
    "quantity_not_number": goods(good(quantity="сто")),
    "quantity_too_large": goods(good(quantity="9" * 15)),
    "row_repeated": goods(good(), good()),
    "several_documents": goods(good()) + "---\n",
    "still_repeated": goods(good(_repeats="1")),
    "syntax": "a: b: c",
    "tag": "goods: !a []",
    "text_cut": goods(good(name="Чай #1 чёрный")),
    "text_too_long": "old: " + "x" * 601,
    "texts_too_long": goods(good(description="x" * 190, parameters="{a: 1}")),
    "too_deep": "goods: " + "[" * 200,
    "too_many_categories": "categories: [{name: А}, {name: Б}, {name: В}, {name: Г}]",
    "too_many_goods": goods(*(good(id=str(n)) for n in range(4))),
    "too_many_keys": "a: 1\nb: 2\nc: 3\nd: 4\ne: 5",
    "too_many_parameters": goods(good(parameters="{a: 1, b: 2, c: 3}")),
    "top_not_mapping": "text",
    "unknown_key": goods(good(colour="red")),
}


def stored() -> Known:
    """A shop that has the good 1 on sale, at a rouble, and the good 2 withdrawn."""
    known = Known()
    known.add("1", digest(GOOD), 11, 100, listed=True)
    known.add("2", digest(GOOD), 12, 100, listed=False)
    known.sort()
    return known


def fault_of(code: str) -> Fault:
    try:
        rows = list(PriceList(opener(FILES[code]), SMALL).rows())
        faults = [each for row in rows for each in judged(row, stored())[1]]
    except Rejected as rejected:
        faults = [rejected.fault]
    return next(each for each in faults if each.code == code)


def places_of(language: Language) -> dict[str, set[str]]:
    """The places that the text of each code fills."""
    texts = json.loads((ROOT / "chalicelib/locales" / language / "pricelist.json").read_text("utf-8"))
    return {code: {name for _, name, _, _ in Formatter().parse(text) if name} for code, text in texts.items()}


def test_every_code_has_a_file_that_shows_it() -> None:
    assert set(FILES) == CODES


def test_a_code_is_worded_in_both_languages_with_what_was_found(subtests: pytest.Subtests) -> None:
    for code in sorted(set(FILES) - {"category_repeated"}):
        with subtests.test(code):
            found = fault_of(code)
            russian, english = fault_text(found, "ru"), fault_text(found, "en")
            assert russian != english
            for text in (russian, english):
                assert "{" not in text
                assert (found.field or "") in text or (found.value or "") in text


def test_a_repeated_category_is_reported_with_both_names() -> None:
    items = "categories: [{id: 1, name: А}, {id: 1, name: Б}]\ngoods:\n" + good(category="1")
    (found,) = read(items).faults
    assert "«А»" in fault_text(found, "ru")
    assert '"Б"' in fault_text(found, "en")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_fault_of_an_optional_field_says_that_the_good_was_taken_without_it(language: Language) -> None:
    said = {"ru": "Товар принят без этого значения.", "en": "The product was taken without this value."}[language]
    (optional,) = read(goods(good(price_rrc="сто"))).faults
    (needed,) = read(goods(good(price="сто"))).faults
    assert (optional.severity, needed.severity) == ("warning", "error")
    assert fault_text(optional, language).endswith(said)
    assert said not in fault_text(needed, language)


@pytest.mark.parametrize(("language", "said"), [("ru", "по прежней цене: 1 ₽"), ("en", "old price of 1 ₽")])
def test_an_error_says_at_which_price_the_good_stays_on_sale(language: Language, said: str) -> None:
    (row,) = list(PriceList(opener("goods:\n" + good(category="А", price="сто", gtin="1"))).rows())
    error, warning = judged(row, stored())[1]
    assert (error.hint[KEPT], KEPT in warning.hint) == (100, False)
    assert said in fault_text(error, language)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_fault_of_an_earlier_release_is_still_worded(language: Language) -> None:
    assert "step_quantity" in fault_text(Fault("error", "quantity_zero", 3, "1", "step_quantity", "0"), language)


@pytest.mark.parametrize("code", ["price_not_number", "quantity_not_number"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_for_a_number_is_reported_with_field_value_and_an_example(code: str, language: Language) -> None:
    text = fault_text(fault_of(code), language)
    assert code.split("_")[0] in text
    assert "сто" in text
    assert "14" in text or "1990.50" in text


def test_both_languages_use_the_same_places() -> None:
    russian, english = places_of("ru"), places_of("en")
    assert russian.keys() == english.keys() == CODES | FORMER_CODES
    assert [code for code in sorted(CODES) if russian[code] != english[code]] == []


def test_the_docs_list_every_code_with_its_severity() -> None:
    rows = (ROOT / "docs/pricelist.md").read_text("utf-8").splitlines()
    listed = {tuple(part.strip(" `") for part in row.split("|")[1:3]) for row in rows if row.startswith("| `")}
    severities = {"fatal": FATAL_CODES, "error": ERROR_CODES, "warning": WARNING_CODES}
    expected = {(code, severity) for severity, codes in severities.items() for code in codes}
    assert expected <= listed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_docs_say_what_to_do_about_every_code_of_a_whole_import(language: Language) -> None:
    texts = json.loads((ROOT / "chalicelib/locales" / language / "imports.json").read_text("utf-8"))
    rows = (ROOT / "docs/pricelist.md").read_text("utf-8").splitlines()
    cells = [[part.strip(" `") for part in row.split("|")[1:-1]] for row in rows if row.startswith("| `")]
    advised = {code for code, *more in cells if len(more) == 3 and all(more)}
    assert {key for key in texts if not key.startswith("review.")} == advised


def test_the_docs_say_when_a_list_waits_for_a_decision() -> None:
    usual = {field.name: field.default for field in fields(Settings)}
    docs = (ROOT / "docs/pricelist.md").read_text("utf-8")
    percents = [f"**{usual[f'guard_{name}_percent']} %**" for name in ("vanished", "moved", "move", "renamed")]
    assert [each for each in percents if each not in docs] == []
    assert f"fewer than {usual['guard_min_goods']} products on sale" in docs
    assert f"After {review.DAYS} days" in docs


def test_a_value_is_cut_and_braces_in_it_stay() -> None:
    found = fault("price_not_number", 1, field="price", value="{field}" + "x" * 300)
    assert found.value is not None
    assert len(found.value) == 200
    assert "{field}xxx" in fault_text(found, "ru")


@pytest.mark.parametrize("content", [
    "id;category;name;price;quantity;" + ";".join(["я" * 50_000] * 2),
    "я" * 500 + ": 1\n" + "я" * 500 + ": 2\n",
    '{"' + "я" * 5_000 + '": 1, "' + "я" * 5_000 + '": 2}',
])  # fmt: skip
def test_the_name_of_a_field_is_cut(content: str) -> None:
    with pytest.raises(Rejected) as rejected:
        read(content)
    assert (rejected.value.fault.code, rejected.value.fault.field) == ("duplicate_key", "я" * 200)


def test_an_undeclared_code_is_a_bug() -> None:
    with pytest.raises(KeyError):
        fault("nonsense", 1)


def test_the_broken_sample_shows_its_faults() -> None:
    outcome = read((ROOT / "examples/broken.yaml").read_bytes())
    assert [each.ext_id for each in outcome.goods] == ["700101", "700203"]
    assert sorted(outcome.codes) == [
        "category_unknown", "duplicate_id", "field_missing", "price_currency", "price_not_positive",
        "quantity_not_number", "unknown_key",
    ]  # fmt: skip
