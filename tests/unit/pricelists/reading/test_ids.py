"""An id that a program wrote as a fraction."""

import json

import pytest

from tests.unit.pricelists.files import good, goods, read

ROW = {"category": "А", "name": "Б", "price": 1, "quantity": 1}


@pytest.mark.parametrize(("written", "ext_id"), [
    ("700101.0", "700101"), ("700101.00", "700101"), ("700101", "700101"), ("7.5", "7.5"), ("1e3", "1e3"),
    ('"700101.0"', "700101.0"),
])  # fmt: skip
def test_a_number_of_json_is_the_id_without_its_zeros(written: str, ext_id: str) -> None:
    (found,) = read(f'{{"goods": [{{"id": {written}, {json.dumps(ROW)[1:]}]}}').goods
    assert found.ext_id == ext_id


def test_a_category_is_found_by_such_a_number_too() -> None:
    row = json.dumps({**ROW, "id": "1"}).replace('"\\u0410"', "10.0")
    outcome = read(f'{{"categories": [{{"id": 10, "name": "Чай"}}], "goods": [{row}]}}')
    assert ([each.category for each in outcome.goods], outcome.faults) == (["Чай"], [])
    outcome = read(f'{{"categories": [{{"id": 10.0, "name": "Чай"}}], "goods": [{row.replace("10.0", "10")}]}}')
    assert ([each.category for each in outcome.goods], outcome.faults) == (["Чай"], [])


def test_where_the_text_counts_such_an_id_is_taken_with_one_warning() -> None:
    outcome = read(goods(good(id="700101.0"), good(id="700102.0")))
    assert [each.ext_id for each in outcome.goods] == ["700101.0", "700102.0"]
    (found,) = outcome.faults
    assert (found.severity, found.code, found.line, found.hint) == ("warning", "id_fraction", 8, {"whole": "700101"})


def test_an_id_that_a_spreadsheet_has_shortened_is_taken_with_one_warning() -> None:
    outcome = read(goods(good(id="4,60123E+12"), good(id="4,60124E+12"), good(id="4E5"), good(id="A1E+12")))
    assert len(outcome.goods) == 4
    (found,) = outcome.faults
    assert (found.severity, found.code, found.value) == ("warning", "id_exponent", "4,60123E+12")


def test_a_value_of_json_keeps_its_zeros() -> None:
    (found,) = read(f'{{"goods": [{{"id": 1, "parameters": {{"Вес": 6.50}}, {json.dumps(ROW)[1:]}]}}').goods
    assert found.parameters == (("Вес", "6.50"),)


class TestRowsSentBackAsTheyAre:
    def test_the_mark_of_a_repeated_id_keeps_the_row_refused(self) -> None:
        outcome = read(goods(good(_repeats="1"), good(id="2")))
        assert [(each.severity, each.code) for each in outcome.faults] == [("error", "still_repeated")]
        assert [each.ext_id for each in outcome.goods] == ["2"]

    def test_a_row_with_another_id_is_taken_mark_or_not(self) -> None:
        assert read(goods(good(id="7", _repeats="1"))).faults == []

    def test_a_refused_mark_does_not_use_up_the_id(self) -> None:
        outcome = read(goods(good(_repeats="1"), good(price="7")))
        assert ([each.price for each in outcome.goods], outcome.codes) == ([700], ["still_repeated"])
