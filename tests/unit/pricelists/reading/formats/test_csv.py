"""CSV: what may stand around the table, and the faults of it with their lines."""

import re

import pytest

from chalicelib.pricelists.reading.faults import Limits
from tests.unit.pricelists.files import CSV, read, refusal, sample, table, told


class TestCSV:
    def test_the_sample(self) -> None:
        outcome = read(sample("standard.csv"))
        first, second = outcome.goods
        assert (first.name, first.price_rrc, first.vat_rate) == ('Смартфон "Тайга"; графит', 1_999_050, 20)
        assert first.images == ("https://shop.example/1.jpg", "https://shop.example/2.jpg")
        assert first.parameters == (("Цвет", "графит"), ("Диагональ (дюйм)", "6,5"))
        assert (second.name, second.line, second.price, second.vat_rate) == ("Чехол в две строки", 3, 199_050, None)
        assert told(outcome) == [
            ("unknown_key", 2, "Склад"),
            ("price_not_number", 6, "price"),
            ("row_too_long", 7, "row"),
        ]

    @pytest.mark.parametrize("delimiter", [";", ",", "\t"])
    def test_the_delimiter_is_recognized(self, delimiter: str) -> None:
        assert read(table().replace(";", delimiter)).goods == read(table()).goods

    @pytest.mark.parametrize("preface", ["sep=;\n", "\n\n", "# by hand\n", '"# mode: replace";;;;\n'])
    def test_what_may_stand_before_the_header(self, preface: str) -> None:
        (taken,) = read(preface + table()).goods
        assert taken.line == 2 + preface.count("\n")

    @pytest.mark.parametrize("header", ["id;param:Цвет", "id,Param. Цвет", "Parameter:Цвет\tID"])
    def test_a_column_of_a_parameter_is_one_of_ours(self, header: str) -> None:
        row = re.sub("[^;,\t]+", "7", header)
        (patch,) = read(f"# mode: merge\n{header}\n{row}\n").patches
        assert (patch.ext_id, patch.given) == ("7", {"parameters": (("Цвет", "7"),)})

    @pytest.mark.parametrize(
        "above", ["Остатки на 1 мая\n# mode: merge\n", "# mode: merge\nОстатки;;\n", "# Mode: merge\n\nа\n"]
    )
    def test_a_title_above_a_list_that_merges_is_skipped(self, above: str) -> None:
        outcome = read(f"{above}id;price;quantity\n1;5;7\n")
        assert [(each.ext_id, each.given) for each in outcome.patches] == [("1", {"price": 500, "quantity": 7})]
        assert outcome.codes == ["lines_skipped"]

    @pytest.mark.parametrize("marks", [1, 2, 3])
    @pytest.mark.parametrize("name", ["standard.yaml", "standard.json", "standard.csv", "standard.yml.xml"])
    def test_a_repeated_mark_is_no_part_of_the_first_column(self, name: str, marks: int) -> None:
        assert read(b"\xef\xbb\xbf" * marks + sample(name)).goods == read(sample(name)).goods

    def test_old_mac_line_ends_are_taken(self) -> None:
        assert read(table().replace("\n", "\r")).goods == read(table()).goods

    def test_the_header_may_be_quoted_and_in_capitals(self) -> None:
        header, row = table().splitlines()
        quoted = ";".join(f'"{name.upper()}"' for name in header.split(";"))
        assert read(f"{quoted}\n{row}").goods == read(table()).goods

    @pytest.mark.parametrize(("content", "code", "line"), [
        ("id;name;price\n1;2;3", "column_missing", 1),
        ("артикул;наименование;цена\n", "goods_missing", 1),
        ("артикул;наименование;остаток\n", "column_missing", 1),
        (CSV, "goods_missing", 1),
        (CSV + ";;;;\n", "goods_missing", 1),
        ("id;id;category;name;price;quantity\n", "duplicate_key", 1),
        (CSV + "1;a;" + "b" * 2_000_000, "good_too_large", None),
        ("\x01" + CSV[1:] + "1;a", "unknown_format", None),
        (CSV.strip() + ";a\x01b\n", "control_character", 1),
        ("# mode: add\n" + CSV, "mode_invalid", 1),
        ("# mode: merge\n# mode: merge\n" + CSV, "duplicate_key", 2),
        (CSV.strip() + ";a" * 600, "too_many_columns", 1),
    ])  # fmt: skip
    def test_a_broken_file_is_refused_with_its_line(self, content: str, code: str, line: int | None) -> None:
        found = refusal(content)
        assert (found.code, found.line if line else None) == (code, line)

    @pytest.mark.parametrize(("content", "told_first"), [
        ("id;name;category;quantity\n1;Чай;".encode() + b"\xff;5\n", ("column_missing", 1)),
        (b"# mode: add\n" + CSV.encode() + "1;Чай;".encode() + b"\xff;1;5\n", ("mode_invalid", 1)),
    ])  # fmt: skip
    def test_what_is_wrong_below_the_header_does_not_hide_what_is_wrong_above(
        self, content: bytes, told_first: tuple[str, int]
    ) -> None:
        found = refusal(content)
        assert (found.code, found.line) == told_first

    def test_there_is_a_limit_to_goods(self) -> None:
        assert refusal(CSV + "1;a;b;1;1\n2;a;b;1;1", Limits(max_goods=1)).code == "too_many_goods"

    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
    def test_a_formula_is_text(self, cell: str) -> None:
        assert read(table(model=f'"{cell}"')).goods[0].model == cell.strip()
