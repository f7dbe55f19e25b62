"""One bad row costs that row: the rest of the file is read, in every format, and the good it names stays known."""

import pytest

from chalicelib.pricelists.reading.faults import Fault, Limits
from chalicelib.pricelists.reading.reader import PriceList, PriceListRejected
from chalicelib.pricelists.written.refused_rows import refused_rows
from tests.unit.pricelists.files import Outcome, opener, read, refusal

H = "id;category;model;name;price;quantity\n"
YAML = '- {{id: 1, name: "{}", category: Чай, price: 5, quantity: 1{}}}\n'
YAML_END = "- {id: 2, name: b, category: Чай, price: 5, quantity: 1}\n"
JSON = '[{{"id": 1, "name": "{}", "category": "Чай", "price": 5, "quantity": 1{}}},\n'
JSON_END = '{"id": 2, "name": "b", "category": "Чай", "price": 5, "quantity": 1}]'
CATEGORIES = '<categories><category id="1">Ч</category></categories>'
XML = f"<yml_catalog><shop>{CATEGORIES}<offers>{{}}{{}}</offers></shop></yml_catalog>"
OFFER = '<offer id="{}"><name>{}</name><price>5</price><count>1</count><categoryId>1</categoryId>{}</offer>'


def xml(name: str, more: str = "") -> str:
    return XML.format(OFFER.format(1, name, more), OFFER.format(2, "b", ""))


def only_second(outcome: Outcome) -> Fault:
    """The fault of the first good, of which the id is known; the second one is taken."""
    assert [each.ext_id for each in outcome.goods] == ["2"]
    first = outcome.faults[0]
    assert (first.severity, first.ext_id) == ("error", "1")
    return first


DEEP = {"yaml": ", x: " + "{a: " * 6 + "1" + "}" * 6, "json": ', "x": ' + '{"a": ' * 6 + "1" + "}" * 6}


class TestWhatCostsARow:
    @pytest.mark.parametrize(("content", "code", "field"), [
        (YAML.format("a", ", price: 6") + YAML_END, "key_repeated", "price"),
        (JSON.format("a", ', "price": 6') + JSON_END, "key_repeated", "price"),
        (YAML.format("a", ", parameters: {b: 1, b: 2}") + YAML_END, "key_repeated", "parameters.b"),
        (JSON.format("a", ', "parameters": {"b": 1, "b": 2}') + JSON_END, "key_repeated", "parameters.b"),
        (YAML.format("a", DEEP["yaml"]) + YAML_END, "nested_too_deep", "x.a.a.a"),
        (JSON.format("a", DEEP["json"]) + JSON_END, "nested_too_deep", "x.a.a.a"),
        (xml("a", "<x>" * 20 + "</x>" * 20), "nested_too_deep", "x"),
        *((file, "control_in_text", "name") for file in (
            YAML.format("a\x0bb", "") + YAML_END, YAML.format("a\\x0bb", "") + YAML_END, xml("a\x0bb"),
            JSON.format("a\x0bb", "") + JSON_END, JSON.format("a\\u000bb", "") + JSON_END,
            H + "1;Чай;m;a\x0bb;5;5\n2;Чай;m;b;5;5\n", xml("<![CDATA[a\x0bb]]>"),
        )),
        *((file, "field_too_long", "name") for file in (
            YAML.format("a" * 70_000, "") + YAML_END, JSON.format("a" * 70_000, "") + JSON_END, xml("a" * 70_000),
            H + f"1;Чай;m;{'a' * 140_000};5;5\n2;Чай;m;b;5;5\n",
        )),
        (YAML.format("a", ", unit: &шт x").replace("&шт", "&b") + YAML_END, "yaml_markup", "unit"),
        (YAML.format("a", ", unit: *b") + YAML_END, "yaml_markup", "unit"),
        (YAML.format("a", ", unit: !b x") + YAML_END, "yaml_markup", "unit"),
        (YAML.format("a", ", <<: {unit: x}") + YAML_END, "yaml_markup", "<<"),
        (YAML.format("a", ", ? [b] : c") + YAML_END, "yaml_markup", "?"),
        (H + '1;Чай;m;"Волга" чайник;5;5\n2;Чай;m;b;5;5\n', "quote_misplaced", "name"),
        (H + '1;Чай;m;"Волга\nбольшая" чайник;5;5\n2;Чай;m;b;5;5\n', "quote_misplaced", "name"),
        (H + '1;Чай;m;"Волга;5;5\n2;Чай;m;b;5;5\n', "quote_unclosed", "name"),
        (H + '1;Чай;m;"Волга;5;5\n2;Чай;m;"b";5;5\n', "quote_unclosed", "name"),
    ])  # fmt: skip
    def test_the_rest_is_read(self, content: str, code: str, field: str) -> None:
        found = only_second(read(content))
        assert (found.code, found.field) == (code, field)

    def test_a_field_is_reported_once(self) -> None:
        assert read(YAML.format("a" * 70_000, "") + YAML_END).codes == ["field_too_long"]

    def test_two_goods_in_one_entry_are_both_in_the_file(self) -> None:
        """A dash that was forgotten must not withdraw the second of them."""
        outcome = read(
            "- id: 1\n  name: a\n  category: Чай\n  id: 3\n  name: b\n  price: 5\n  quantity: 1\n" + YAML_END
        )
        repeated = [(each.field, each.ext_id, each.line) for each in outcome.faults if each.code == "key_repeated"]
        assert repeated == [("id", "3", 4), ("name", "1", 5)]
        assert read('[{"id": 1,\n"id": 3}, {}]').faults[0].ext_id == "3"

    @pytest.mark.parametrize("content", [
        YAML.format("a", ", price: 6") + YAML_END, JSON.format("a", ', "price": 6') + JSON_END,
    ])  # fmt: skip
    def test_a_repeated_key_is_repeated_in_the_file_of_refused_rows(self, content: str) -> None:
        again = b"".join(refused_rows(opener(content), "ru"))
        outcome = read(again)
        assert (outcome.codes, outcome.goods) == (["key_repeated"], [])

    def test_a_good_of_a_thousand_faults_reports_a_hundred(self) -> None:
        assert len(read(YAML.format("a", ", id: 1" * 1000) + YAML_END).faults) == 100


class TestWhereAQuoteWasOpened:
    def rows(self, count: int, **others: str) -> str:
        names = {f"n{number}": f"Чай {number}" for number in range(1, count + 1)}
        cells = {**names, **others}
        return "".join(f"{n};Чай;m{n};{cells[f'n{n}']};5;5\n" for n in range(1, count + 1))

    def test_csv_loses_the_row_in_which_it_was(self) -> None:
        outcome = read(H + self.rows(4000, n3='"Чай 3'))
        assert [(each.code, each.line, each.ext_id) for each in outcome.faults] == [("quote_unclosed", 4, "3")]
        assert len(outcome.goods) == 3999

    def test_csv_loses_no_row_up_to_the_next_quote(self) -> None:
        outcome = read(H + self.rows(400, n3='"Чай 3', n9='"Чай ""9"""', n20='"Чай" 20'))
        assert [(each.code, each.line) for each in outcome.faults] == [("quote_unclosed", 4), ("quote_misplaced", 21)]
        assert len(outcome.goods) == 398

    def test_csv_with_such_a_quote_in_every_row_is_read_in_linear_time(self) -> None:
        content = H + "".join(f'{n};Чай;m;"Чай;5;5\n' for n in range(3_000))
        assert set(read(content).codes) == {"quote_unclosed"}
        assert len(read(content).codes) == 3_000

    def test_csv_that_may_not_be_read_that_far_names_the_line(self) -> None:
        found = refusal(H + self.rows(4000, n3='"Чай 3'), Limits(max_good_bytes=20_000))
        assert (found.code, found.line, found.value) == ("syntax_csv", 4, '"Чай 3')

    @pytest.mark.parametrize("closed", ["", '"'])
    @pytest.mark.parametrize("count", [4000, 40_000])
    def test_yaml_names_its_line(self, closed: str, count: int) -> None:
        names = {3: '"Чай 3', 300: f"Чай {closed}300{closed}"}
        rows = (
            f"- id: {n}\n  category: Чай\n  name: {names.get(n, n)}\n  price: 5\n  quantity: 1\n" for n in range(count)
        )
        taken: list[object] = []
        with pytest.raises(PriceListRejected) as rejected:
            taken.extend(PriceList(opener("".join(rows))))
        found = rejected.value.fault
        assert (found.code, found.line, found.value) == ("syntax", 18, 'name: "Чай 3')
        assert len(taken) == 3


class TestRowsThatSayNothing:
    def test_ten_million_empty_lines_end_with_an_error(self) -> None:
        content = H.encode() + b"\n" * 10_000_000
        assert refusal(content).code == "too_many_empty_rows"

    def test_as_many_as_a_sheet_has_are_read(self) -> None:
        assert (
            len(read(H + "1;Чай;m;a;5;5\n" + "\n" * 3_000 + "2;Чай;m;a;5;5\n", Limits(max_empty_rows=3_000)).goods) == 2
        )
        assert Limits().max_empty_rows == 1_048_576
