"""CommerceML: the parts of one exchange as one list."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.pricelists.reading.faults import Fault, Limits, fault_text
from chalicelib.pricelists.reading.reader import PriceList
from tests.unit.pricelists.commerceml import (
    ROOT,
    as_version_2,
    as_version_3,
    bundle,
    catalogue,
    classifier,
    file,
    good,
    offer,
    one_file,
    package,
    tag,
    types,
)
from tests.unit.pricelists.files import opener, read, refusal


class TestParts:
    GOODS = good("1") + good("2", "Кофе", group="g2")

    def test_parts_in_any_order_and_folder_are_one_list(self) -> None:
        parts = as_version_2(self.GOODS, offer("1") + offer("2", 9), head=types(t1="Опт"))
        expected = read(bundle(parts))
        assert [(each.name, each.category, each.price) for each in expected.goods] == [
            ("Чай чёрный", "Чай", 10_000), ("Кофе", "Кофе", 900),
        ]  # fmt: skip
        turned = bundle({f"webdata/{name}": part for name, part in reversed(parts.items())}, ["import_files/1.jpg"])
        assert read(turned) == expected
        prices = PriceList(opener(turned))
        list(prices)
        assert prices.format == ("cml", False, "utf-8", True)
        assert prices.progress.bytes_read == sum(len(part.encode()) for part in parts.values())

    def test_the_new_scheme_is_read(self) -> None:
        named = [
            f"<Предложение>{tag('Ид', n)}{tag('Наименование', n)}<Штрихкод/></Предложение>" for n in ("1#a", "1#b")
        ]
        parts = as_version_3(
            good("1"), "".join(named), offer("1#a", 5, None) + offer("1#b", 6, None),
            "".join(f"<Предложение>{tag('Ид', n)}<Остатки><Остаток><Склад><Количество>3</Количество></Склад></Остаток>"
                    "</Остатки></Предложение>" for n in ("1#b", "1#a")),
        )  # fmt: skip
        outcome = read(bundle(parts))
        assert [(each.ext_id, each.category, each.price, each.quantity) for each in outcome.goods] == [
            ("1#a", "Чай", 500, 3), ("1#b", "Чай", 600, 3),
        ]  # fmt: skip
        assert outcome.codes == []

    def test_numbered_parts_go_together_and_the_last_word_counts(self) -> None:
        parts = {
            "import0_1.xml": file(classifier(), catalogue(good("1"))),
            "import0_2.xml": file(catalogue(good("2"))),
            "offers0_2.xml": file(package(offer("2"))),
            "offers0_10.xml": file(package(offer("1", 7))),
            "offers0_1.xml": file(package(offer("1", 5))),
        }
        assert [(each.ext_id, each.price) for each in read(bundle(parts)).goods] == [("1", 700), ("2", 10_000)]

    def test_encodings_differ_between_parts(self) -> None:
        parts = as_version_2(self.GOODS, offer("1"))
        old = file(catalogue(good("1", "Чай зелёный")), encoding="windows-1251").encode("cp1251")
        wide = parts["offers0_1.xml"].replace('"UTF-8"', '"UTF-16"').encode("utf-16")
        assert read(bundle({"a.xml": old, "b.xml": file(classifier()), "c.xml": wide})).goods[0].name == "Чай зелёный"

    def test_a_zip_file_of_one_part_is_that_part(self) -> None:
        prices = PriceList(opener(bundle({"import.xml": one_file(good("1"), offer("1"))})))
        assert [each for each in prices if isinstance(each, Fault)] == []
        assert prices.format == ("cml", False, "utf-8", True)

    def test_an_offer_that_is_there_twice_is_refused_the_second_time(self) -> None:
        outcome = read(one_file(good("1"), offer("1") + offer("1", 7) + offer("1")))
        assert ([each.price for each in outcome.goods], outcome.codes) == ([10_000], ["duplicate_id", "row_repeated"])

    def test_a_fault_names_its_file_and_line(self) -> None:
        parts = as_version_2(good("1", name="x" * 501) + good("2"), "\n" + offer("1") + offer("2", "дорого"))
        names = [(each.code, each.line, each.hint["file"]) for each in read(bundle(parts)).faults]
        assert names == [("field_too_long", 5, "import0_1.xml"), ("price_not_number", 6, "offers0_1.xml")]
        broken = refusal(bundle({**parts, "rests.xml": file("\n<a>").replace("</", "\n</")}))
        assert (broken.code, broken.line, broken.hint["file"]) == ("syntax_xml", 5, "rests.xml")
        assert "Файл «rests.xml»." in fault_text(broken, "ru", "cml")

    @pytest.mark.parametrize(("content", "code"), [
        (bundle({"a.yaml": "goods: []", "b.xml": "<a/>"}), "zip_members"),
        (bundle({"a.xml": f"<{ROOT}/>", "b.xml": "<a/>"}), "goods_missing"),
        (bundle(as_version_2("", ""))[:-40], "gzip_broken"),
        (bundle(as_version_2("", "")).replace(b"\x14\x00\x00\x00\x08", b"\x14\x00\x01\x00\x08"), "zip_password"),
        (bundle({"a.xml": file(f"<!--{'x' * 100_000}-->"), "b.xml": "<a/>"}), "gzip_too_dense"),
        (bundle({f"{n}.xml": f"<{ROOT}/>" for n in range(1_001)}), "zip_members"),
    ])  # fmt: skip
    def test_an_archive_that_is_no_exchange_is_refused(self, content: bytes, code: str) -> None:
        limits = Limits(packed_free=50_000, max_ratio=20)
        assert refusal(content, limits).code == code

    def test_all_parts_together_are_bounded(self) -> None:
        parts = {f"{n}.xml": file(catalogue(good(str(n)))) for n in range(9)}
        assert refusal(bundle(parts), Limits(max_bytes=2_000)).code == "file_too_large"


TEXTS = st.text(st.sampled_from("абвЁ яz09.,-«»'\"%/()"), min_size=1, max_size=20).map(str.strip).filter(bool)
GOODS = st.lists(st.tuples(TEXTS, TEXTS, st.integers(1, 10**9), st.integers(0, 10**6)), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(GOODS, st.randoms(use_true_random=False), st.sampled_from(["", " ", "\u00a0"]))
def test_whatever_the_goods_and_the_order_of_parts_they_come_back(
    goods: list[tuple[str, str, int, int]], rng: random.Random, space: str
) -> None:
    parts: dict[str, str] = {"classifier.xml": file(classifier())}
    for number, (name, value, kopecks, stock) in enumerate(goods):
        pair = tag("Наименование", "Вид") + tag("Значение", value)
        details = f"<ЗначенияРеквизитов><ЗначениеРеквизита>{pair}</ЗначениеРеквизита></ЗначенияРеквизитов>"
        amount = f"{kopecks // 100:,}".replace(",", space) + f".{kopecks % 100:02}00"
        parts[f"a{number}.xml"] = file(catalogue(good(str(number), name, details)))
        parts[f"b{number}.xml"] = file(package(offer(str(number), amount, None)))
        parts[f"c{number}.xml"] = file(package(offer(str(number), None, f"{stock}.000")))
    names = list(parts)
    rng.shuffle(names)
    outcome = read(bundle({name: parts[name] for name in names}))
    found = [(each.name, dict(each.parameters), each.price, each.quantity) for each in outcome.goods]
    expected = [(name, {"Вид": value}, kopecks, stock) for name, value, kopecks, stock in goods]
    assert sorted(found, key=str) == sorted(expected, key=str)
    assert outcome.codes == []
