"""One bad row costs that row: the rest of the file is read, in every format, and the good it names stays known."""

import pytest

from chalicelib.pricelists.reading.faults import Fault, Limits, fault_text
from chalicelib.pricelists.reading.reader import PriceList, PriceListRejected
from chalicelib.pricelists.written.refused_rows import refused_rows
from chalicelib.texts import LANGUAGES
from tests.unit.pricelists.files import Outcome, opener, read, refusal

A = "https://a.example/"
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
        *((file, "control_in_text", "name") for file in (
            YAML.format("a\x0bb", "") + YAML_END, YAML.format("a\\x0bb", "") + YAML_END, xml("a\x0bb"),
            JSON.format("a\x0bb", "") + JSON_END, JSON.format("a\\u000bb", "") + JSON_END,
            H + "1;Чай;m;a\x0bb;5;5\n2;Чай;m;b;5;5\n", xml("<![CDATA[a\x0bb]]>"),
        )),
        *((file, "field_too_long", "name") for file in (
            YAML.format("a" * 70_000, "") + YAML_END, JSON.format("a" * 70_000, "") + JSON_END, xml("a" * 70_000),
            H + f"1;Чай;m;{'a' * 140_000};5;5\n2;Чай;m;b;5;5\n",
        )),
        (YAML.format("a", ", <<: {unit: x}") + YAML_END, "yaml_markup", "<<"),
        (YAML.format("a", ", ? [b] : c") + YAML_END, "yaml_markup", "?"),
        (YAML.format("a", ", available: *b") + YAML_END, "yaml_markup", "available"),
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


def table(columns: str, cells: str) -> str:
    return f"id;category;model;name;price;quantity;{columns}\n1;Чай;m;a;5;5;{cells}\n2;Чай;m;b;5;5\n"


class TestWhatCostsAValue:
    """What only the format sees in an optional field costs that value, as what the rules of rows see there."""

    @pytest.mark.parametrize(("content", "code", "field"), [
        (YAML.format("a", ", unit: x, unit: y") + YAML_END, "key_repeated", "unit"),
        (JSON.format("a", ', "unit": "x", "unit": "y"') + JSON_END, "key_repeated", "unit"),
        (YAML.format("a", DEEP["yaml"]) + YAML_END, "nested_too_deep", "x.a.a.a"),
        (JSON.format("a", DEEP["json"]) + JSON_END, "nested_too_deep", "x.a.a.a"),
        (xml("a", "<x>" * 20 + "</x>" * 20), "nested_too_deep", "x"),
        (YAML.format("a", ", unit: &b x") + YAML_END, "yaml_markup", "unit"),
        (YAML.format("a", ", unit: *b") + YAML_END, "yaml_markup", "unit"),
        (YAML.format("a", ", unit: !b x") + YAML_END, "yaml_markup", "unit"),
        (YAML.format("a", ', unit: "x\\x07"') + YAML_END, "control_in_text", "unit"),
        (JSON.format("a", ', "unit": "x\\u0007"') + JSON_END, "control_in_text", "unit"),
        (xml("a", "<unit>x\x0b</unit>"), "control_in_text", "unit"),
        (xml("a", "<vendorCode>x\x0b</vendorCode>"), "control_in_text", "model"),
        (table("Unit", '"x" y'), "quote_misplaced", "unit"),
        (table("Unit", '"x'), "quote_unclosed", "unit"),
        (table("unit", "x\x0b"), "control_in_text", "unit"),
    ])  # fmt: skip
    def test_the_good_is_taken_without_it(self, content: str, code: str, field: str) -> None:
        outcome = read(content)
        found = outcome.faults[0]
        assert (found.severity, found.code, found.ext_id, found.field) == ("warning", code, "1", field)
        assert [(good.ext_id, good.unit, good.model) for good in outcome.goods] in (
            [("1", "", ""), ("2", "", "")],
            [("1", "", "m"), ("2", "", "m")],
        )

    @pytest.mark.parametrize(("content", "left"), [
        (YAML.format("a", ", parameters: {b: 1, b: 2, c: 3}") + YAML_END, (("b", "1"), ("c", "3"))),
        (JSON.format("a", ', "parameters": {"b": 1, "b": 2}') + JSON_END, (("b", "1"),)),
        (JSON.format("a", ', "parameters": {"b": "\\u0007", "c.d": 2}') + JSON_END, (("c.d", "2"),)),
        (xml("a", "<param name='b'>1</param>\n<param name='c'>\x0b</param>"), (("b", "1"),)),
        (table("param:b;param:c", '"1" x;2'), (("c", "2"),)),
    ])  # fmt: skip
    def test_of_parameters_only_the_faulty_one_is_left_out(self, content: str, left: tuple[object, ...]) -> None:
        outcome = read(content)
        assert outcome.goods[0].parameters == left
        assert [each.severity for each in outcome.faults] == ["warning"]

    @pytest.mark.parametrize(("content", "left"), [
        (YAML.format("a", f', images: ["{A}1", "{A}2\\x07", "{A}3\\x07", "{A}4"]') + YAML_END, "14"),
        (YAML.format("a", f', images: "{A}1 {A}2\\x07,{A}3"') + YAML_END, "13"),
        (YAML.format("a", f', images: ["{A}1", !x "{A}2", *x]') + YAML_END, "1"),
        (YAML.format("a", f', images: ["{A}1", "{A}{"x" * 70_000}"]') + YAML_END, "1"),
        (JSON.format("a", f', "images": ["{A}1", "{A}2\\u0007", "{A}3"]') + JSON_END, "13"),
        (JSON.format("a", f', "images": ["{A}\\u0007", "{A}2\\u0007"]') + JSON_END, ""),
        (JSON.format("a", f', "images": "{A}1 {A}2", "images": "{A}3"') + JSON_END, ""),
        (xml("a", f"<picture>{A}1</picture><picture>{A}2\x0b</picture><picture>{A}3</picture>"), "13"),
        (table("images", f"{A}1 {A}2\x0b {A}3"), "13"),
    ])  # fmt: skip
    def test_of_images_only_the_faulty_ones_are_left_out(self, content: str, left: str) -> None:
        outcome = read(content)
        assert outcome.goods[0].images == tuple(A + number for number in left)
        assert {(each.severity, each.field) for each in outcome.faults} == {("warning", "images")}

    @pytest.mark.parametrize("parameters", [
        '[{"name": "b", "value": 1}, {"name": "c", "value": "\\u0007"}, {"name": "\\u0007d", "value": 1}]',
        '{"b": 1, "c": "\\u0007", "d\\u0007": 1}',
    ])  # fmt: skip
    @pytest.mark.parametrize("content", [YAML, JSON])
    def test_parameters_on_one_line_do_not_cost_each_other(self, parameters: str, content: str) -> None:
        end = YAML_END if content == YAML else JSON_END
        assert read(content.format("a", f', "parameters": {parameters}') + end).goods[0].parameters == (("b", "1"),)

    def test_a_list_that_merges_leaves_the_value_as_it_is_stored(self) -> None:
        (patch,) = read('# mode: merge\nid;price;unit\n1;7;"x" y\n').patches
        assert patch.given == {"price": 700}

    def test_a_name_made_of_several_words_is_not_taken_with_a_faulty_one(self) -> None:
        offer = OFFER.format(1, "", "<vendor>x\x0b</vendor><model>y</model>").replace("<name></name>", "")
        assert only_second(read(XML.format(offer, OFFER.format(2, "b", "")))).field == "name"

    @pytest.mark.parametrize("cells", ['"Чай; крупный;шт', '"Чай", крупный;шт;9', '"Чай'])
    def test_a_row_whose_cells_may_be_anothers_is_refused(self, cells: str) -> None:
        """Behind a text that is wrongly quoted, a unit would be read as a quantity."""
        assert only_second(read(table("description;unit", cells))).field == "description"

    def test_a_model_that_identifies_the_good_is_not_optional(self) -> None:
        content = table("unit", "").replace("1;Чай;m;a", ';Чай;"m" x;a')
        assert [good.ext_id for good in read(content).goods] == ["2"]

    def test_what_is_not_about_a_good_refuses_none(self) -> None:
        outcome = read('shop: "a\\x07b"\ncategories: [{id: 1, name: "Чай\\x07"}]\ngoods:\n' + YAML_END)
        assert [(each.severity, each.field) for each in outcome.faults] == [
            ("warning", "shop"), ("warning", "categories.name"),
        ]  # fmt: skip
        (found,) = read(xml("a").replace(">Ч<", ">Ч\x0b<")).faults
        assert (found.severity, found.field) == ("warning", "categories.name")
        assert len(outcome.goods) == 1

    @pytest.mark.parametrize(("name", "read_as", "sentences"), [
        ('"Чай\\x07чёрный"', "Чай чёрный", ("Он прочитан как пробел.", "It was read as a space.")),
        ("!x Чай", "Чай", ("Значение прочитано без неё.", "The value was read without it.")),
        ("[Чай]", "Чай", ("Это значение пропущено.", "This value was skipped.")),
    ])  # fmt: skip
    def test_a_category_says_what_became_of_its_name(self, name: str, read_as: str, sentences: tuple[str, str]) -> None:
        outcome = read(f"categories:\n- {{id: 1, name: {name}}}\ngoods:\n" + YAML_END.replace("Чай", read_as))
        (found,) = [each for each in outcome.faults if each.field == "categories.name"]
        texts = [fault_text(found, language) for language in LANGUAGES]
        assert [sentence in text for sentence, text in zip(sentences, texts, strict=True)] == [True, True]
        declared = outcome.codes != ["field_not_text", "category_undeclared"]
        assert (len(outcome.faults) == 1, outcome.goods[0].category) == (declared, read_as)


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


class TestWhereABracketWasOpened:
    @pytest.mark.parametrize("rest", [
        "", "- {id: 6, name: b}\n", "- id: 6\n  name: b\n",
    ])  # fmt: skip
    @pytest.mark.parametrize(
        "opened", ["- {id: 5, name: a", "- id: 5\n  images: [a, b", "- id: 5\n  parameters: {a: b"]
    )
    def test_yaml_names_its_line(self, opened: str, rest: str) -> None:
        found = refusal(YAML.format("a", "") + opened + "\n" + rest)
        assert (found.code, found.line, found.hint["why"]) == ("syntax", 2 + opened.count("\n"), "bracket_open")

    def test_yaml_names_it_where_the_next_field_follows(self) -> None:
        found = refusal(YAML.format("a", "") + "- id: 5\n  images: [a, b\n  price: 5\n")
        assert (found.line, found.hint["why"]) == (3, "bracket_open")

    def test_yaml_that_is_wrong_between_brackets_is_not_called_open(self) -> None:
        found = refusal(YAML.format("a", "") + '- {id: 5,\n   name: "a" b,\n   price: 5}\n')
        assert (found.line, found.hint["why"]) == (3, "behind_quote")


class TestRowsThatSayNothing:
    def test_ten_million_empty_lines_end_with_an_error(self) -> None:
        content = H.encode() + b"\n" * 10_000_000
        assert refusal(content).code == "too_many_empty_rows"

    def test_as_many_as_a_sheet_has_are_read(self) -> None:
        assert (
            len(read(H + "1;Чай;m;a;5;5\n" + "\n" * 3_000 + "2;Чай;m;a;5;5\n", Limits(max_empty_rows=3_000)).goods) == 2
        )
        assert Limits().max_empty_rows == 1_048_576
