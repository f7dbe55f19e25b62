"""The encoding of a file is one for the whole of it, named, and never guessed without a word."""

import io
import random

import pytest

from chalicelib.pricelists.reading.bytes import CHUNK
from chalicelib.pricelists.reading.encodings import LEGACY, WORD, guess
from chalicelib.pricelists.reading.faults import Fault, fault_text
from chalicelib.pricelists.reading.reader import PriceList, PriceListRejected
from tests.unit.pricelists.files import good, goods, opener, read, refusal

H = "id;category;model;name;price;quantity\n"
ROWS = "1;Чай;m1;Чай чёрный байховый;5;5\n2;Посуда;m2;Чайник эмалированный;5;5\n3;МЕБЕЛЬ;m3;Стул № 5 «Уют»;5;5\n"
XML = '<yml_catalog><shop><name>{}</name><offers><offer id="1"/></offers></shop></yml_catalog>'
WORDS = [
    *("смартфон", "чехол", "лампа", "настольная", "кружка", "термос", "чайник", "заварочный", "сахар", "песок", "мука"),
    *("крупа", "гречневая", "стол", "письменный", "стул", "мягкий", "полотенце", "махровое", "перчатки", "рабочие"),
    *("гвозди", "строительные", "краска", "белая", "кисть", "плоская", "бумага", "офисная", "ручка", "шариковая"),
]


def encoding_of(content: bytes) -> str:
    prices = PriceList(opener(content))
    list(prices)
    assert prices.format is not None
    return prices.format.encoding


class TestUTF8:
    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
    def test_a_file_that_begins_in_it_never_switches(self, mark: bytes) -> None:
        content = mark + (H + "1;Чай;m1;Чай чёрный;5;5\n2;Чай;m2;Чай зелёны").encode() + b"\xd0;5;5\n"
        prices, taken = PriceList(opener(content)), []
        with pytest.raises(PriceListRejected) as rejected:
            taken.extend(prices)
        assert (rejected.value.fault.code, rejected.value.fault.line) == ("not_utf8", 3)
        assert [each.name for each in taken if not isinstance(each, Fault)] == ["Чай чёрный"]
        assert prices.format == ("csv", False, "utf-8", False)

    def test_a_damaged_first_word_does_not_make_it_another_encoding(self) -> None:
        content = H.encode() + b"1;\xd0;m1;\xd0\xa7\xd0\xb0;5;5\n" + ROWS.encode()
        assert (refusal(content).code, refusal(content).line) == ("not_utf8", 2)

    @pytest.mark.parametrize("offset", range(-3, 3))
    def test_it_is_told_wherever_a_piece_of_the_file_ends(self, offset: int) -> None:
        content = (H + "\n" * (CHUNK - len(H) - 5 + offset) + ROWS).encode()
        assert encoding_of(content) == "utf-8"
        assert refusal(content + b"9;\xd7\xe0\xe9;m;a;5;5\n").code == "not_utf8"

    def test_yaml_and_json_are_in_nothing_else(self) -> None:
        assert refusal(goods(good()).encode("cp1251")).code == "not_utf8"
        assert refusal('{"shop": "Лавка", "goods": []}'.encode("cp1251")).code == "not_utf8"


class TestOthers:
    @pytest.mark.parametrize("encoding", LEGACY)
    def test_is_taken_for_the_one_in_which_it_has_words_and_named(self, encoding: str) -> None:
        rows = ROWS.replace("«Уют»", "Уют")  # cp866 and KOI8-R lack these quotes
        content = (H + rows).encode(encoding, "ignore")
        assert encoding_of(content) == encoding
        assert [each.name for each in read(content).goods][:2] == ["Чай чёрный байховый", "Чайник эмалированный"]
        assert read(content).codes == []

    @pytest.mark.parametrize("encoding", LEGACY)
    def test_no_short_list_is_misread_in_silence(self, encoding: str) -> None:
        dice = random.Random(encoding)  # noqa: S311 -- to be repeated
        silently_wrong = 0
        for _ in range(300):
            words = [dice.choice([str.title, str.lower, str.upper])(word) for word in dice.sample(WORDS, 3)]
            found = guess([word.encode(encoding) for word in words])
            same = [word.encode(encoding).decode(found.encoding) for word in words] == words
            silently_wrong += found.sure and not same
        assert silently_wrong == 0

    def test_a_file_with_too_few_letters_is_read_with_a_warning_that_shows_some(self) -> None:
        content = f"{H}1;Cases;m;Case;5;5\n2;Cases;m;Чай;5;5\n".encode("cp1251")
        (found,) = read(content).faults
        assert (found.severity, found.code, found.line, found.value) == ("warning", "encoding_assumed", 3, "Чай")
        assert "windows-1251" in fault_text(found, "ru")

    @pytest.mark.parametrize(("text", "encoding"), [
        ("Müller größe Straße", "cp1252"), ("żółć gęślą jaźń", "cp1250"), ("Café Crème brûlée", "cp1252"),
    ])  # fmt: skip
    def test_what_decodes_into_no_words_is_refused(self, text: str, encoding: str) -> None:
        found = refusal(f"{H}1;Cases;m;{text};5;5\n".encode(encoding))
        assert (found.code, found.line) == ("encoding_unknown", 2)

    def test_a_file_that_continues_in_utf_8_is_refused_with_the_line(self) -> None:
        content = (H + ROWS).encode("cp1251") + "4;Чай;m;Чай зелёный;5;5\n".encode()
        assert (refusal(content).code, refusal(content).line) == ("encodings_mixed", 5)

    def test_words_of_the_whole_file_decide(self) -> None:
        rows = "".join(f"{n};Cases;m;Case {n};1;1\n" for n in range(20_000))
        content = (H + "0;Чай;m;Чай;1;1\n" + rows + ROWS).encode("koi8-r", "ignore")
        assert len(content) > 20 * CHUNK
        assert encoding_of(content) == "koi8-r"

    def test_a_long_run_of_letters_takes_no_longer_than_its_length(self) -> None:
        assert WORD.findall(b"x" * 5_000_000) == []


class TestXML:
    def test_a_byte_that_is_not_utf_8_is_a_fault_of_the_encoding(self) -> None:
        content = b'<?xml version="1.0"?>\n' + XML.format("Чай").encode("cp1251")
        assert (refusal(content).code, refusal(content).line) == ("not_utf8", 2)

    def test_utf_8_that_is_declared_as_windows_1251_is_read_right_with_a_warning(self) -> None:
        prices = PriceList(opener('<?xml version="1.0" encoding="windows-1251"?>' + XML.format("Чай чёрный")))
        codes = [each.code for each in prices if isinstance(each, Fault)]
        assert (prices.shop, codes[0]) == ("Чай чёрный", "encoding_differs")
        assert prices.format == ("yml", False, "utf-8", False)

    def test_the_encoding_that_is_declared_is_named(self) -> None:
        text = '<?xml version="1.0" encoding="windows-1251"?>' + XML.format("Чай чёрный")
        prices = PriceList(lambda: io.BytesIO(text.encode("cp1251")))
        list(prices)
        assert (prices.shop, prices.format) == ("Чай чёрный", ("yml", False, "windows-1251", False))

    def test_an_empty_line_before_the_declaration_does_no_harm(self) -> None:
        head = '\n\n<?xml version="1.0" encoding="UTF-8"?>\n'
        (first, *_) = read(head + XML.format("Чай")).faults
        assert (first.code, first.line) == ("field_missing", 4)
