"""Every format, packed or not: what is taken of it, and where its faults stand."""

import gzip
import io
from typing import Any

import pytest

from chalicelib.pricelists.reading.bytes import CHUNK
from chalicelib.pricelists.reading.faults import Fault, Limits, PriceListRejected
from chalicelib.pricelists.reading.reader import PriceList
from tests.unit.pricelists.commerceml import one_file
from tests.unit.pricelists.files import (
    CSV,
    SAMPLES,
    good,
    goods,
    opener,
    read,
    refusal,
    sample,
    table,
    told,
)


class TestRecognised:
    @pytest.mark.parametrize(("name", "kind"), [
        ("standard.yaml", "yaml"), ("standard.json", "json"), ("standard.csv", "csv"), ("standard.yml.xml", "yml"),
        ("standard.cml.xml", "cml"),
    ])  # fmt: skip
    @pytest.mark.parametrize("packed", [False, True])
    @pytest.mark.parametrize("dress", ["plain", "CRLF", "mark"])
    def test_by_content_whatever_the_dress(self, name: str, kind: str, packed: bool, dress: str) -> None:
        content = plain = sample(name)
        content = content.replace(b"\n", b"\r\n") if dress == "CRLF" else content
        content = b"\xef\xbb\xbf" + content if dress == "mark" else content
        prices = PriceList(opener(gzip.compress(content) if packed else content))
        assert prices.format is None
        outcome = [item for item in prices if not isinstance(item, Fault)]
        assert prices.format == (kind, packed, "utf-8", False)
        assert prices.progress.bytes_read == len(content)
        assert outcome == read(plain).goods
        assert len(outcome) >= 1

    @pytest.mark.parametrize("content", [
        b"PK\x03\x04\x14\x00", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n",
        b"7z\xbc\xaf\x27\x1c",
        b"<!DOCTYPE html><html></html>", b"\n<html><body></body></html>", b"<html lang='ru'>", b"\x00\x01\x02",
        '<?xml version="1.0"?><Коммерческая/>'.encode(), b"<rss/>", b"BZh91AY", b"{\\rtf1",
    ])  # fmt: skip
    def test_other_kinds_are_refused_by_name(self, content: bytes) -> None:
        assert refusal(content).code == "unknown_format"
        assert refusal(gzip.compress(content)).code == "unknown_format"

    @pytest.mark.parametrize("encode", ["csv", "yml", "cml"])
    def test_windows_1251_is_taken_where_it_is_usual(self, encode: str) -> None:
        text = table(name="Телефон № 1") if encode == "csv" else sample(f"standard.{encode}.xml").decode()
        content = text.replace('encoding="UTF-8"', 'encoding="windows-1251"').encode("cp1251")
        assert read(content).goods == read(text).goods

    def test_ascii_before_the_first_letter_of_windows_1251_may_be_long(self) -> None:
        rows = "".join(f"{n};Cases;Case {n};1;1\n" for n in range(5000))
        content = (CSV + rows).encode() + "x;Чехлы;Чехол;1;1\n".encode("cp1251")
        assert read(content).goods[-1].name == "Чехол"

    # The first bytes of these may begin a character of UTF-8 of two, three and four bytes.
    @pytest.mark.parametrize("word", ["Чехол", "аёр", "рёёт"])
    @pytest.mark.parametrize("offset", range(-4, 2))
    def test_windows_1251_is_taken_wherever_a_piece_ends_in_it(self, word: str, offset: int) -> None:
        head = CSV + "1;Cases;"
        text = head + "Case;1;1\n" + "\n" * (CHUNK - len(head) - len("Case;1;1\n2;Cases;") + offset) + "2;Cases;"
        assert len(text) == CHUNK + offset
        content = (text + word + ";1;1\n").encode("cp1251")
        assert [taken.name for taken in read(content).goods] == ["Case", word]

    @pytest.mark.parametrize("unit", ["Ч", "рёё"])
    def test_windows_1251_is_taken_where_it_ends_the_file(self, unit: str) -> None:
        content = f"id;category;name;price;quantity;unit\n1;Cases;Case;1;1;{unit}".encode("cp1251")
        assert [taken.unit for taken in read(content).goods] == [unit]

    @pytest.mark.parametrize("offset", range(-4, 2))
    def test_what_was_decided_at_the_end_of_a_piece_holds(self, offset: int) -> None:
        rows = "\n" * (CHUNK - len(CSV) - len("1;Cases;") + offset) + "1;Cases;Чехол;1;1\n"
        content = (CSV + rows).encode() + b"\n" * CHUNK + "2;Cases;Чехол;1;1\n".encode("cp1251")
        assert refusal(content).code == "not_utf8"

    def test_a_mark_of_utf_8_decides(self) -> None:
        content = b"\xef\xbb\xbf" + (CSV + "\n" * (CHUNK - len(CSV) - 12) + "1;Cases;Чехол;1;1\n").encode("cp1251")
        assert refusal(content).code == "not_utf8"

    def test_a_file_in_two_encodings_is_refused_with_its_line(self) -> None:
        rows = "".join(f"{n};Чехлы;Чехол {n};1;1\n" for n in range(2000))
        found = refusal((CSV + rows).encode() + "x;Чехлы;Чехол;1;1\n".encode("cp1251"))
        assert (found.code, found.line) == ("not_utf8", 2002)

    @pytest.mark.parametrize("encoding", ["koi8-r", "utf-16", "utf-7", "hex", "nonsense", "rot13", "iso-8859-1"])
    def test_other_encodings_of_xml_are_refused(self, encoding: str) -> None:
        assert refusal(f'<?xml version="1.0" encoding="{encoding}"?><yml_catalog/>').code == "encoding_unknown"


class TestJSON:
    def test_the_sample(self) -> None:
        outcome = read(sample("standard.json"))
        (taken,) = outcome.goods
        assert (taken.model, taken.name, taken.price, taken.price_rrc) == (
            "taiga/t5-128", "Смартфон Тайга T5 😀", 1_849_000, 1_999_050,
        )  # fmt: skip
        assert taken.parameters == (("Диагональ (дюйм)", "6.5"), ("Поддержка 5G", "true"), ("Цвет", "графит"))
        assert (taken.line, taken.gtin, taken.vat_rate) == (6, "4600494000010", 22)
        assert told(outcome) == [
            ("quantity_not_number", 13, "quantity"),
            ("price_not_number", 16, "price"),
            ("quantity_negative", 16, "quantity"),
            ("entry_not_mapping", 17, "goods"),
        ]

    def test_faults_of_parameters_are_reported_with_their_lines(self) -> None:
        row = '{"id": 1,\n"category": "a", "name": "b", "price": 1, "quantity": 1, "parameters": ['
        row += '\n{"name": "c", "value": [1]},\n\n{"value": 2}]}'
        assert told(read(f'{{"goods": [\n{row}]}}')) == [
            ("parameter_nested", 4, "parameters.c"),
            ("parameter_invalid", 6, "parameters"),
        ]

    @pytest.mark.parametrize(("content", "code", "line"), [
        ('{"goods": [{"id": 1}', "syntax_json", 1),
        ('{"goods": [\n{"id": 1,}]}', "syntax_json", 2),
        ('{"goods":\n[{"id": NaN}]}', "syntax_json", 2),
        ('{"goods": [Infinity]}', "syntax_json", 1),
        ('{"goods": [{"id": 1}]}\n{}', "syntax_json", 2),
        ('{"goods": [{"id": 1}] "a": 1}', "syntax_json", 1),
        ('{"goods": [{"id": "a\nb"}]}', "syntax_json", 1),
        ('{"goods": [01]}', "syntax_json", 1),
        ('{"a": "\\x"}', "syntax_json", 1),
        ('{"', "syntax_json", 1),
        ("{", "syntax_json", 1),
        ("{}", "goods_missing", None),
        ('{"goods": {"a": 1}}', "not_a_list", 1),
        ('{"goods": null}', "goods_missing", 1),
        ('{"a": 1,\n"a": 2}', "duplicate_key", 2),
        ('{"a": 1,\n"\\u0000": 2}', "control_character", 2),
        ('{"goods": ' + "[" * 100_000, "too_deep", 1),
        ('{"goods": [' + '{"a":' * 100_000, "too_deep", 1),
        ('{"goods": [{"a": "' + "x" * 2_000_000, "good_too_large", None),
        ('{"goods": [' + " " * 2_000_000, "good_too_large", None),
        ('{"mode": "add", "goods": []}', "mode_invalid", 1),
    ])  # fmt: skip
    def test_a_broken_file_is_refused_with_its_line(self, content: str, code: str, line: int | None) -> None:
        found = refusal(content)
        assert (found.code, found.line if line else None) == (code, line)

    def test_a_long_ignored_section_does_not_count_as_a_large_good(self) -> None:
        rows = ",".join(f'{{"id": {n}, "name": "abcdefgh"}}' for n in range(3000))
        content = (
            f'{{"old": [{rows}], "goods": [{{"id": 1, "category": "a", "name": "b", "price": 1, "quantity": 2}}]}}'
        )
        assert read(content, Limits(max_good_bytes=40_000)).codes == ["unknown_key"]

    def test_categories_may_follow_the_goods(self) -> None:
        row = '{"id": 1, "category": 7, "name": "b", "price": 1, "quantity": 2}'
        assert read(f'{{"goods": [{row}], "categories": [{{"id": 7, "name": "c"}}]}}').goods[0].category == "c"


class TestMode:
    @pytest.mark.parametrize(("content", "mode"), [
        (goods(good()), "replace"),
        ("mode: merge\n" + goods(good()), "merge"),
        (goods(good()) + "mode: Replace\n", "replace"),
        (goods(good()) + "mode:\n", "replace"),
        ('{"mode": "merge", "goods": [7]}', "merge"),
        ("# mode: merge\n" + table(), "merge"),
        ("# Mode : MERGE;;;\n" + table(), "merge"),
        ('<yml_catalog mode="merge"><shop><offers><offer/></offers></shop></yml_catalog>', "merge"),
        (one_file("<Товар/>", "", changes="true"), "merge"),
    ])  # fmt: skip
    def test_is_known_at_the_end(self, content: str, mode: str) -> None:
        prices = PriceList(opener(content))
        assert prices.mode == "replace"
        list(prices)
        assert prices.mode == mode

    @pytest.mark.parametrize("mode", ["add", "[merge]", "merge replace", "0"])
    def test_another_word_refuses_the_file(self, mode: str) -> None:
        assert refusal(f"mode: {mode}\n" + goods(good())).code == "mode_invalid"


class Dripping(io.BytesIO):
    """Returns fewer bytes than requested, as a socket may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(7, size or 7) if size and size > 0 else 7)


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
@pytest.mark.parametrize("packed", [False, True])
def test_nothing_depends_on_how_the_bytes_come_in(name: str, packed: bool) -> None:
    content = gzip.compress(sample(name)) if packed else sample(name)
    assert list(PriceList(lambda: Dripping(content))) == list(PriceList(opener(content)))


@pytest.mark.parametrize("kind", ["yaml", "json", "csv", "yml", "cml"])
def test_memory_does_not_grow_with_a_file_that_is_refused(kind: str) -> None:
    import tracemalloc

    starts: dict[str, bytes] = {
        "yaml": b"goods:\n- a: '",
        "json": b'{"goods": ["',
        "csv": CSV.encode(),
        "yml": b"<yml_catalog><!--",
        "cml": "<КоммерческаяИнформация><Каталог><Товары><Товар><Ид>".encode(),
    }

    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.left = starts[kind]

        def read(self, size: int = -1) -> bytes:
            found, self.left = (self.left + b"x" * size)[:size], b""
            return found

    stream: Any = Endless
    tracemalloc.start()
    with pytest.raises(PriceListRejected):
        list(PriceList(stream))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 * 1024 * 1024
