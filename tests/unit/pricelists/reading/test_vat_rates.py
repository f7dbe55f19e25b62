"""VAT rates stand in one table: a rate added there is accepted, worded and exported."""

from datetime import date
from pathlib import Path

import pytest

from chalicelib import vat
from chalicelib.pricelists.formats.yml.offers import VAT_NUMBERS
from chalicelib.pricelists.reading.faults import fault_message, fault_text
from chalicelib.pricelists.reading.numbers import read_vat
from chalicelib.texts import LANGUAGES, Language
from chalicelib.vat import all_rates, general_rate
from tests.unit.pricelists.files import good, goods, read

ROOT = Path(__file__).parents[4]
YML = (
    '<?xml version="1.0"?><yml_catalog><shop><categories><category id="1">Ч</category></categories><offers>'
    '<offer id="1"><categoryId>1</categoryId><name>Ч</name><price>1</price><count>1</count><vat>VAT_25</vat></offer>'
    "</offers></shop></yml_catalog>"
)


def test_a_rate_that_is_not_in_the_table_is_refused() -> None:
    assert read_vat("25") == "vat_unknown"


@pytest.mark.parametrize("content", [
    goods(good(vat_rate="25%")), YML, "id;category;name;price;quantity;vat_rate\n1;Ч;Ч;1;1;НДС 25 %\n",
    '{"goods": [{"id": 1, "category": "Ч", "name": "Ч", "price": 1, "quantity": 1, "vat_rate": 25}]}',
], ids=["yaml", "yml", "csv", "json"])  # fmt: skip
def test_a_rate_added_to_the_table_is_accepted_in_lists(content: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [each.code for each in read(content).faults] == ["vat_unknown"]
    monkeypatch.setattr(vat, "_GENERAL", (*vat._GENERAL, (date(2030, 1, 1), 25)))
    outcome = read(content)
    assert [(each.vat_rate, outcome.faults) for each in outcome.goods] == [(25, [])]
    assert general_rate(date(2030, 1, 1)) == 25


def test_the_fault_lists_the_rates_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = read(goods(good(vat_rate="18"))).faults
    assert "22, 20, 10, 7, 5, 0" in fault_text(found, "ru")
    monkeypatch.setattr(vat, "_OTHER", (*vat._OTHER, 3))
    assert "22, 20, 10, 7, 5, 3, 0" in fault_text(found, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_stored_before_is_worded_too(language: Language) -> None:
    stored = {"code": "vat_unknown", "line": 1, "ext_id": "1", "field": "vat_rate", "value": "18", "hint": {}}
    assert "22, 20, 10, 7, 5, 0" in fault_message(stored, language)


def test_the_numbers_of_old_yml_lists_mean_rates_of_the_table() -> None:
    assert {rate for rate in VAT_NUMBERS.values() if rate != "none"} <= {*map(str, all_rates())}


def test_the_docs_name_every_rate() -> None:
    rates = [str(rate) for rate in all_rates()]
    assert f"{', '.join(rates[:-1])} or {rates[-1]}" in (ROOT / "docs/pricelist.md").read_text("utf-8")
