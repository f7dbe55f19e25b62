"""What a file is taken for: everything that is safe to read is read, for the rest the report says what was found."""

import gzip
import json

import pytest

from chalicelib.pricelists.reading.faults import Fault, fault_text
from chalicelib.pricelists.reading.reader import PriceList, PriceListRejected
from tests.unit.pricelists.files import good, goods, opener, read
from tests.unit.pricelists.reading.smallest_files import workbook, zipped

H = "id;category;model;name;price;quantity\n"
ROW = "1;Чай;m;Чай;5;5\n"
GOOD = {"id": 1, "category": "Чай", "name": "Чай", "price": 5, "quantity": 5}


def refusals(content: str | bytes) -> tuple[list[Fault], str]:
    """The fatal faults of a file, and the format it was taken for."""
    prices = PriceList(opener(content))
    with pytest.raises(PriceListRejected) as rejected:
        list(prices)
    return [rejected.value.fault, *rejected.value.also], prices.format.kind if prices.format else ""


class TestRead:
    @pytest.mark.parametrize(("content", "kind"), [
        (json.dumps([GOOD]), "json"),
        (json.dumps([GOOD], indent=2), "json"),
        ("\ufeff\n " + json.dumps([GOOD]), "json"),
        (json.dumps(GOOD), "json"),
        (json.dumps(GOOD) + "\n" + json.dumps({**GOOD, "id": 2}), "json"),
        (json.dumps(GOOD, indent=1) + "\n\n" + json.dumps({**GOOD, "id": 2}) + "\n", "json"),
        ("- {id: 1, category: Чай, name: Чай, price: 5, quantity: 5}\n", "yaml"),
        ("[{id: 1, category: Чай, name: Чай, price: 5, quantity: 5}]\n", "yaml"),
        ("# наш прайс\n---\n- id: 1\n  category: Чай\n  name: Чай\n  price: 5\n  quantity: 5\n", "yaml"),
        ((H + ROW).replace(";", "|"), "csv"),
        ("| id | category | name | price | quantity |\n| 1 | Чай | Чай | 5 | 5 |\n", "csv"),
    ])  # fmt: skip
    def test_a_list_of_goods_in_any_dress_is_goods(self, content: str, kind: str) -> None:
        prices = PriceList(opener(content))
        taken = [each for each in prices if not isinstance(each, Fault)]
        assert prices.format is not None
        assert (prices.format.kind, prices.progress.errors, prices.progress.warnings) == (kind, 0, 0)
        assert [each.name for each in taken] == ["Чай"] * len(taken)
        assert len(taken) == 1 + content.count('"id": 2')

    @pytest.mark.parametrize("title", [
        "Прайс-лист ООО «Ромашка»\n", "Прайс-лист: январь 2027;;;;;\n", '"Оптовые цены, руб."\n\n;;;;;\n',
        "Прайс-лист\nНаш адрес: Москва\nТелефон: 8 800\n" * 9, "# заметка\nЦены, остатки, скидки\n",
    ])  # fmt: skip
    def test_a_right_header_is_found_below_a_title(self, title: str) -> None:
        outcome = read(title + H + ROW)
        (taken,) = outcome.goods
        assert (taken.name, taken.line) == ("Чай", 2 + title.count("\n"))
        assert [(each.code, each.severity) for each in outcome.faults] == [("lines_skipped", "warning")]

    @pytest.mark.parametrize("second", [
        ";;;цена;остаток\n", ';;;"Цена (руб.)";"В наличии"\n', ';;;"Цена\nпродажи";остаток\n',
    ])  # fmt: skip
    def test_the_word_for_the_price_may_stand_in_the_second_line_of_a_header(self, second: str) -> None:
        outcome = read("ООО «Ромашка»\nКод;Товар;Группа;Партнёрам;Склад\n" + second + "1;Чай;Напитки;5,50;7\n")
        (taken,) = outcome.goods
        assert (taken.ext_id, taken.name, taken.category) == ("1", "Чай", "Напитки")
        assert (taken.price, taken.quantity, taken.line) == (550, 7, 3 + second.count("\n"))

    def test_a_line_above_a_whole_header_is_a_title_though_it_has_a_word_of_ours(self) -> None:
        outcome = read("Товары;Партнёрам;;\nКод;Наименование;Цена;Остаток\n1;Чай;5;7\n")
        (taken,) = outcome.goods
        assert (taken.ext_id, taken.name, taken.price, taken.quantity) == ("1", "Чай", 500, 7)

    @pytest.mark.parametrize("below", ["1;Чай;Напитки;цена;\n", "1;Чай;Цены растут;7;5\n", "1;Цена;Остаток;;\n"])
    def test_goods_below_a_header_without_a_price_are_not_its_second_line(self, below: str) -> None:
        faults, kind = refusals("Код;Товар;Группа;Партнёрам;Склад\n" + below)
        assert (kind, faults[0].code) == ("csv", "column_missing")

    def test_the_mode_may_be_set_above_such_a_header(self) -> None:
        prices = PriceList(opener("Прайс-лист\n# mode: merge\n" + H + ROW))
        list(prices)
        assert prices.mode == "merge"

    def test_a_yaml_file_that_quotes_a_header_remains_yaml(self) -> None:
        content = goods(good(description="|\n      см. столбцы\n      id;category;name;price;quantity"))
        prices = PriceList(opener("# id;category;name;price;quantity\n" + content))
        list(prices)
        assert prices.format is not None
        assert prices.format.kind == "yaml"

    @pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
    def test_columns_in_the_words_of_suppliers_are_read(self, delimiter: str) -> None:
        content = "Артикул;Наименование;Цена;Остаток\nа-1;Чай;5,50;7\n".replace("5,50", "5.50").replace(";", delimiter)
        outcome = read(content)
        (taken,) = outcome.goods
        assert (taken.ext_id, taken.name, taken.price, taken.quantity, outcome.faults) == ("а-1", "Чай", 550, 7, [])

    @pytest.mark.parametrize("header", [
        "Код;Наименование;Price;Остаток;Category", 'Код;Наименование;"Цена\nпродажи";Остаток;Группа',
        "Прайс;;;;\nКод;Наименование;Цена, руб.;Stock;Category", "sep=;\nid;name;price;Остаток;Группа",
    ])  # fmt: skip
    @pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "cp866", "utf-16"])
    def test_words_of_suppliers_may_be_mixed_with_ours(self, header: str, encoding: str) -> None:
        content = f"{header}\nа-1;Чайник заварочный;550;7;Посуда\n".encode(encoding)
        (taken,) = read(content).goods
        assert (taken.ext_id, taken.name, taken.price, taken.quantity, taken.category) == (
            "а-1", "Чайник заварочный", 55_000, 7, "Посуда",
        )  # fmt: skip

    @pytest.mark.parametrize("name", ["list.csv", "прайс.yaml"])
    @pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "utf-16"])
    def test_a_zip_with_one_list_is_that_list(self, name: str, encoding: str) -> None:
        archive = zipped({"папка/" + name: (H + ROW).encode(encoding), "__MACOSX/._" + name: b"\0\1"})
        prices = PriceList(opener(archive))
        assert [each.name for each in prices if not isinstance(each, Fault)] == ["Чай"]
        reported = {"cp1251": "windows-1251"}.get(encoding, encoding)
        assert prices.format == ("csv", False, reported, True)

    def test_a_workbook_in_a_zip_is_read_and_an_archive_in_it_is_not(self) -> None:
        book = workbook(("Код", "Товар", "Цена"), ("1", "Чай", "5"))
        assert [taken.name for taken in read(zipped({"a.xlsx": book})).goods] == ["Чай"]
        for inner in (zipped({"a.csv": b"x" * 200}), gzip.compress(b"a")):
            assert refusals(zipped({"a": inner}))[0][0].code == "gzip_nested"

    def test_a_zip_that_is_damaged_dense_or_large_is_refused_with_its_reason(self) -> None:
        whole = zipped({"a.csv": (H + ROW * 50).encode()})
        assert refusals(whole[: len(whole) // 2])[0][0].code == "gzip_broken"
        assert refusals(whole.replace(b"price", b"prise"))[0][0].code == "gzip_broken"
        dense = zipped({"a.csv": b" " * 11_000_000}, packed=True)
        assert refusals(dense)[0][0].code == "gzip_too_dense"


class TestNotRead:
    @pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
    def test_columns_with_other_names_of_which_none_is_a_price_are_a_table_that_lacks_it(self, delimiter: str) -> None:
        content = "Артикул;Наименование;Остаток\n1;Чай;5\n".replace(";", delimiter)
        faults, kind = refusals(content)
        assert kind == "csv"
        assert {each.code for each in faults} == {"column_missing"}
        assert [(each.field, each.hint.get("instead")) for each in faults] == [
            ("id", "Артикул"), ("category", None), ("name", "Наименование"), ("price", None), ("quantity", "Остаток"),
        ]  # fmt: skip
        assert "Похоже, это «Остаток»: переименуйте его в quantity." in fault_text(faults[4], "ru", kind)

    @pytest.mark.parametrize("content", ["Здравствуйте! Шлём прайс.\nЧай по 5 рублей\n", "- Чай\n- Кофе\n", "прайс"])
    def test_a_letter_is_said_to_be_none_of_the_formats_with_its_first_line(self, content: str) -> None:
        (found,), kind = refusals(content)
        assert (found.code, found.value, kind) == ("top_not_mapping", content.splitlines()[0], "yaml")
        assert content.splitlines()[0] in fault_text(found, "ru", kind)

    @pytest.mark.parametrize("key", ["products", "Товары", "offers", "items", "goodz"])
    @pytest.mark.parametrize(
        "write", [json.dumps, lambda data: "\n".join(f"{key}: {json.dumps(data[key])}" for key in data)]
    )
    def test_goods_under_another_key_are_named_as_the_likely_cause(self, key: str, write: object) -> None:
        assert callable(write)
        (found,), _ = refusals(write({"shop": "Лавка", key: [GOOD]}))
        assert (found.code, found.hint) == ("goods_missing", {"instead": key})
        assert key in fault_text(found, "en")
