"""The file as a whole: what is taken, and what is refused with which code and line."""

import io
import json
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped, unused-ignore]

from chalicelib.pricelists.formats.yaml import reader
from chalicelib.pricelists.reading.faults import Limits, PriceListRejected
from chalicelib.pricelists.reading.reader import PriceList
from tests.unit.pricelists.files import HEAD, block, good, goods, opener, read, refusal


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def _either_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_LOADER", getattr(yaml, request.param))


pytestmark = pytest.mark.usefixtures("_either_parser")


class TestTaken:
    def test_goods_come_in_file_order_with_the_line_of_their_first_key(self) -> None:
        outcome = read(goods(good(id="1"), good(id="2", category="20")))
        assert [(each.ext_id, each.category, each.line) for each in outcome.goods] == [
            ("1", "Смартфоны", 8),
            ("2", "Чехлы", 14),
        ]

    @pytest.mark.parametrize("encode", [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: ("---\n" + text + "...\n").encode(),
        lambda text: ("# " + "ё" * 20_000 + "\n" + text).encode(),
    ], ids=["byte-order mark", "CRLF", "document marks", "long comment"])  # fmt: skip
    def test_the_dress_of_the_file_does_not_matter(self, encode: Any) -> None:
        outcome = read(encode(goods(good())))
        assert [(each.ext_id, each.name) for each in outcome.goods] == [("1", "Телефон")]

    def test_json_of_the_same_shape_is_taken(self) -> None:
        rows = [{"id": n, "category": "Ч", "name": "Чехол", "price": 1.5, "quantity": 0} for n in (1, 2)]
        outcome = read(json.dumps({"categories": [{"name": "ч"}], "goods": rows}, ensure_ascii=False))
        assert [(each.ext_id, each.category, each.price) for each in outcome.goods] == [
            ("1", "ч", 150),
            ("2", "ч", 150),
        ]

    def test_scalars_are_taken_as_they_are_written(self) -> None:
        row = good(id="010", model="12:30", name="yes", parameters="{a: 0x1F, b: 1_000, c: 2024-01-02, d: 1e3, e: no}")
        (taken,) = read(goods(row)).goods
        assert (taken.ext_id, taken.model, taken.name) == ("010", "12:30", "yes")
        assert taken.parameters == (("a", "0x1F"), ("b", "1_000"), ("c", "2024-01-02"), ("d", "1e3"), ("e", "no"))

    def test_null_means_absent_unless_it_is_quoted(self) -> None:
        row = good(model="~", price_rrc="null", name="'null'", parameters="{a: , b: ~, c: '', d: '~'}")
        (taken,) = read(goods(row)).goods
        assert (taken.model, taken.price_rrc, taken.name, taken.parameters) == ("", None, "null", (("d", "~"),))

    def test_categories_may_follow_the_goods(self) -> None:
        head, _ = HEAD.split("goods:\n")
        outcome = read(
            "goods:\n" + good(category="10") + good(id="2", category="чехлы") + good(id="3", category="7") + head
        )
        assert [each.category for each in outcome.goods] == ["Смартфоны", "Чехлы"]
        assert outcome.codes == ["category_unknown"]

    def test_faults_of_categories_that_follow_are_reported_once(self) -> None:
        outcome = read("goods:\n" + good() + "categories: [{id: 10, name: А}, {id: 10, name: Б}, {id: 11}, 7]\n")
        assert outcome.codes == ["category_repeated", "field_missing", "entry_not_mapping"]
        assert outcome.goods[0].category == "Б"

    def test_the_file_is_opened_twice_only_when_goods_come_first(self) -> None:
        opened: list[io.BytesIO] = []

        def open_stream() -> io.BytesIO:
            opened.append(io.BytesIO(goods(good()).encode()))
            return opened[-1]

        list(PriceList(open_stream))
        assert [stream.closed for stream in opened] == [True]

    def test_unknown_sections_are_passed_over_with_one_warning(self) -> None:
        outcome = read("currency: RUR\nurl: https://a.example\n" + goods(good()) + "old: [{a: [1, 2]}, {b: {}}]\n")
        assert [(each.code, each.field, each.line) for each in outcome.faults] == [
            ("unknown_key", "currency", 1),
            ("unknown_key", "old", 16),
        ]

    def test_progress_counts_and_starts_anew_with_each_iteration(self) -> None:
        content = goods(good(colour="red"), good(id="2", price="x", quantity="y"))
        prices = PriceList(opener(content))
        for _ in range(2):
            list(prices)
            counts = prices.progress
            assert (counts.goods_read, counts.goods_ok, counts.errors, counts.warnings) == (2, 1, 2, 1)
            assert counts.bytes_read == len(content.encode())

    def test_the_shop_is_known_once_read(self) -> None:
        prices = PriceList(opener(goods(good())))
        assert prices.shop is None
        list(prices)
        assert prices.shop == "Лавка"

    @pytest.mark.parametrize(
        ("shop", "codes"), [("~", []), ("[a]", ["field_not_text"]), ("a" * 501, ["field_too_long"])]
    )
    def test_a_list_may_come_without_a_usable_shop(self, shop: str, codes: list[str]) -> None:
        prices = PriceList(opener(goods(good()).replace("Лавка", shop)))
        assert [each.code for each in prices if hasattr(each, "code")] == codes
        assert prices.shop is None

    def test_an_error_of_the_stream_passes_through(self) -> None:
        class Broken(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            list(PriceList(Broken))


class TestRefused:
    @pytest.mark.parametrize(("content", "code", "line"), [
        ("", "file_empty", None),
        ("# nothing\n", "file_empty", None),
        ("- a\n", "top_not_mapping", 1),
        ("text", "top_not_mapping", 1),
        ("shop: a\n", "goods_missing", None),
        ("shop: a\ngoods:\n", "goods_missing", 2),
        ("goods: []\n", "goods_missing", 1),
        ("goods: text\n", "not_a_list", 1),
        ("goods: {a: b}\n", "not_a_list", 1),
        ("categories: text\ngoods: []\n", "not_a_list", 1),
        ("a: 1\na: 2\n", "duplicate_key", 2),
        (goods(good()) + "goods: []\n", "duplicate_key", 14),
        ("goods: *a\n", "alias", 1),
        ("old: *a\n", "alias", 1),
        ("old: &a [b]\n", "anchor", 1),
        ("&a goods: []\n", "anchor", 1),
        ("&a\ngoods: []\n", "anchor", 1),
        ("*a : b\n", "alias", 1),
        ("*a\n", "top_not_mapping", 1),
        ("<<: a\n", "merge_key", 1),
        ('"a\\x00": b\n', "control_character", 1),
        ("a\x9f: b\n", "control_character", 1),
        ("shop: a\nold: a\x00\n", "control_character", 2),
        ("goods: !!python/object:os.system []\n", "tag", 1),
        ("? [a]\n: b\n", "key_not_text", 1),
        ("? {a: b}\n: b\n", "key_not_text", 1),
        (goods(good()) + "---\ngoods: []\n", "several_documents", 14),
        (goods(good(name="[a")), "syntax", None),
        (goods(good(name="a: b")), "syntax", 11),
        (goods(good(name="'a")), "syntax", None),
        ("goods:\n\t- a\n", "syntax", 2),
        ("%YAML 3.0\n---\ngoods: []\n", "syntax", 1),
        (goods(good()).encode("cp1251"), "not_utf8", 1),
        (goods(good()).encode("utf-8")[:-1] + b"\xd0", "not_utf8", 13),
    ])  # fmt: skip
    def test_for_what_a_price_list_has_no_use_for(self, content: str | bytes, code: str, line: int | None) -> None:
        found = refusal(content)
        assert (found.severity, found.code) == ("fatal", code)
        assert line is None or found.line == line

    def test_an_escape_beyond_unicode_is_a_fault_of_the_file(self) -> None:
        assert refusal(goods(good(name=r'"\UFFFFFFFF"'))).code == "syntax"

    def test_a_lone_surrogate_is_no_text(self) -> None:
        # The parser in C refuses the file, the one in Python hands it on.
        if reader._LOADER is yaml.CSafeLoader:
            assert refusal(goods(good(name=r'"\ud800"'))).code == "syntax"
        else:
            assert read(goods(good(name=r'"\ud800"'))).codes == ["control_in_text"]

    def test_the_line_of_an_unreadable_byte_is_reported_far_into_the_file(self) -> None:
        content = goods(*(good(id=str(n), name="Ж" * 100) for n in range(500))).encode() + b"\xff"
        found = refusal(content)
        assert (found.code, found.line) == ("not_utf8", content.count(b"\n") + 1)

    def test_an_unreadable_character_that_comes_byte_by_byte_is_reported(self) -> None:
        class Dripping(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                return super().read(1)

        with pytest.raises(PriceListRejected, match="not_utf8"):
            list(PriceList(lambda: Dripping(b"shop: \xe2\x82(\n")))

    def test_goods_before_the_fault_have_been_given(self) -> None:
        rows = iter(PriceList(opener(goods(good(), good(id="@a")))))
        assert next(rows)
        with pytest.raises(PriceListRejected, match="syntax"):
            next(rows)


class TestLimits:
    @pytest.mark.parametrize(("limits", "content", "code"), [
        (Limits(max_bytes=100), goods(good()), "file_too_large"),
        (Limits(max_goods=1), goods(good(), good(id="2")), "too_many_goods"),
        (Limits(max_categories=1), goods(good()), "too_many_categories"),
        (Limits(max_categories=1), "goods:\n" + good(category="А") + good(category="Б"), "too_many_categories"),
        (Limits(max_keys=3), "a: 1\nb: 2\nc: 3\nd: 4\n", "too_many_keys"),
        (Limits(max_scalar=5), "shop: Телефоны\nold: Телефоны", "text_too_long"),
        (Limits(max_scalar=5), "abcdef: 1\n", "text_too_long"),
        (Limits(), "goods:\n  - a: " + "[" * 107 + "]" * 107, "too_deep"),
        (Limits(), "old: " + "[" * 100_000, "too_deep"),
        (Limits(), "goods: " + "[" * 100_000, "too_deep"),
        (Limits(max_good_bytes=20_000), goods(good(parameters="[" + "a, " * 20_000 + "]")), "good_too_large"),
        (Limits(max_good_bytes=20_000), "# " + "a" * 60_000 + "\n" + goods(good()), "good_too_large"),
        (Limits(max_good_bytes=20_000), goods(good(name="а" * 60_000)), "good_too_large"),
    ])  # fmt: skip
    def test_are_kept(self, limits: Limits, content: str, code: str) -> None:
        assert refusal(content, limits).code == code

    def test_a_long_ignored_section_does_not_count_as_a_large_good(self) -> None:
        rows = "".join(f"  - {{id: {n}, name: abcdefgh}}\n" for n in range(3000))
        content = "old:\n" + rows + goods(good())
        assert read(content, Limits(max_good_bytes=40_000)).codes == ["unknown_key"]


class TestBombs:
    def test_a_merge_bomb_is_refused_at_its_first_anchor(self) -> None:
        bomb = block("""
            a: &a {x: 1}
            b: &b {<<: [*a, *a, *a, *a]}
            goods: [*b]
        """)
        assert (refusal(bomb).code, refusal(bomb).line) == ("anchor", 1)

    def test_a_number_of_many_digits_is_a_row_error(self) -> None:
        assert read(goods(good(price="9" * 4000))).codes == ["field_too_long"]
