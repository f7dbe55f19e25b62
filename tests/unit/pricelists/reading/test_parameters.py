"""The parameters of a good: pairs, a list or a column of JSON, and every fault of one."""

import pytest

from chalicelib.pricelists.reading import parameters
from chalicelib.pricelists.reading.faults import DEFAULT_LIMITS, Limits
from chalicelib.pricelists.reading.raw import Node, RawMapping
from chalicelib.pricelists.reading.rows import RowRules
from tests.unit.pricelists.files import good, goods, read


class TestParameters:
    @pytest.mark.parametrize("written", [
        "{Цвет: чёрный, 5G: true, Вес: 6.50}",
        "[{name: Цвет, value: чёрный}, {value: true, name: 5G}, {name: Вес, value: 6.50}]",
    ])  # fmt: skip
    def test_are_pairs_or_a_list(self, written: str) -> None:
        expected = (("Цвет", "чёрный"), ("5G", "true"), ("Вес", "6.50"))
        assert read(goods(good(parameters=written))).goods[0].parameters == expected

    @pytest.mark.parametrize("written", ["{}", "[]", "", "~", "''", "{a: }", "[{name: a}]"])
    def test_may_be_none(self, written: str) -> None:
        assert read(goods(good(parameters=written))).goods[0].parameters == ()

    @pytest.mark.parametrize(("written", "code", "field"), [
        ("красный", "parameters_invalid", "parameters"),
        ("'{\"a\": '", "parameters_invalid", "parameters"),
        ("'[1]'", "parameters_invalid", "parameters"),
        ("'{\"a\": {\"b\": 1}}'", "parameter_nested", "parameters.a"),
        ("[красный]", "parameter_invalid", "parameters"),
        ("[{value: 1}]", "parameter_invalid", "parameters"),
        ("[{name: [a], value: 1}]", "parameter_invalid", "parameters"),
        ("{'': 1}", "parameter_invalid", "parameters"),
        ("{a: [1, 2]}", "parameter_nested", "parameters.a"),
        ("{a: {b: c}}", "parameter_nested", "parameters.a"),
        ("[{name: a, value: 1}, {name: ' a', value: 2}]", "parameter_repeated", "parameters.a"),
        ("{a: 1, ' a': 2}", "parameter_repeated", "parameters.a"),
        ("{" + "a" * 101 + ": 1}", "field_too_long", "parameters"),
        ("{a: " + "b" * 501 + "}", "field_too_long", "parameters.a"),
    ])  # fmt: skip
    def test_wrong_ones_are_reported(self, written: str, code: str, field: str) -> None:
        (found,) = read(goods(good(parameters=written))).faults
        assert (found.code, found.field, found.line) == (code, field, 14)

    def test_of_a_table_may_be_one_column_of_json(self) -> None:
        content = 'id;category;name;price;quantity;parameters\n1;А;Б;1;1;"{""Цвет"": ""белый"", ""Вес"": 6.50}"\n'
        assert read(content).goods[0].parameters == (("Цвет", "белый"), ("Вес", "6.50"))

    def test_have_a_limit(self) -> None:
        limits = Limits(max_parameters=2)
        assert read(goods(good(parameters="{a: 1, b: 2}")), limits).faults == []
        assert read(goods(good(parameters="{a: 1, b: 2, c: 3}")), limits).codes == ["too_many_parameters"]


def test_only_short_texts_of_parameters_are_remembered() -> None:
    parameters._shown_again.cache_clear()
    short, long = "к" * 200, "д" * 60_000
    values: dict[str, Node] = {short: short, long: "x", "а": long}
    RowRules(DEFAULT_LIMITS).good(1, RawMapping(1, {"parameters": RawMapping(1, values, {})}, {}), [])
    assert parameters._shown_again.cache_info().currsize == 3
