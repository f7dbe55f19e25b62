"""Every code: reachable, worded in both languages, listed in the docs."""

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
from tests.unit.pricelists.reading.smallest_files import ELSEWHERE, FILES, SMALL

ROOT = Path(__file__).parents[4]
GOOD = Good(8, "1", "Смартфоны", "a/b", "Телефон", 100, None, 5, ())


def stored() -> Known:
    """A shop that has the good 1 on sale, at a rouble, and the good 2 withdrawn."""
    known = Known()
    known.add("1", digest(GOOD), 11, 100, listed=True)
    known.add("2", digest(GOOD), 12, 100, listed=False)
    known.sort()
    return known


def fault_of(code: str) -> Fault:
    try:
        content = FILES[code]
        limits = Limits() if content[:2] == b"PK" else SMALL  # a workbook of one row is larger than these files may be
        rows = list(PriceList(opener(content), limits).rows())
        faults = [each for row in rows for each in judged(row, stored())[1]]
    except Rejected as rejected:
        faults = [rejected.fault]
    return next(each for each in faults if each.code == code)


def places_of(language: Language) -> dict[str, set[str]]:
    """The places that the text of each code fills."""
    texts = json.loads((ROOT / "chalicelib/locales" / language / "pricelist.json").read_text("utf-8"))
    return {code: {name for _, name, _, _ in Formatter().parse(text) if name} for code, text in texts.items()}


def test_every_code_has_a_file_that_shows_it() -> None:
    assert set(FILES) | ELSEWHERE == CODES


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
