"""The file of refused rows: what is in it, and that it is taken once it is mended."""

import csv
import gzip
import io
import json
from typing import Any

import pytest

from chalicelib.pricelists.planning.digest import digest
from chalicelib.pricelists.planning.judging import judged
from chalicelib.pricelists.planning.snapshot import Known
from chalicelib.pricelists.reading.faults import Fault, Limits
from chalicelib.pricelists.reading.raw import Node, RawMapping
from chalicelib.pricelists.reading.reader import PriceList
from chalicelib.pricelists.written.refused_rows import SUFFIXES, refused_rows
from tests.unit.pricelists import commerceml
from tests.unit.pricelists.commerceml import one_file
from tests.unit.pricelists.files import SAMPLES, good, goods, opener, read
from tests.unit.pricelists.written.goods import make_good

# For each sample what is wrong in it, and what its sender puts there instead.
MENDED = {
    "faulty.yaml": [
        ("quantity: сто", "quantity: 7"),
        ("category: 99", "category: Пледы"),
        ("Размер:\n        - 1", "Размер: 1"),
        ('"-5"', "5"),
    ],
    "standard.json": [('"сто"', "7"), ('"1e3"', "1000"), ("-1", "1")],
    "standard.csv": [(";сто;", ";100;"), (";лишнее", "")],
    "standard.yml.xml": [("сто -- двести", "100"), ("USD", "RUB"), ("77", "10")],
    "standard.cml.xml": [("сто -- двести", "100"), ("USD", "RUB")],
}


def refused(content: bytes, **options: int) -> bytes:
    return b"".join(refused_rows(opener(content), "ru", **options))


def plain(node: Node) -> Any:
    if isinstance(node, RawMapping):
        return {key: plain(value) for key, value in node.values.items()}
    return [plain(value) for value in node] if isinstance(node, list) else node


def written(content: bytes) -> list[Any]:
    """The goods as the file has them."""
    return [plain(row.entry.node) for row in PriceList(opener(content)).rows() if row.entry.section == "goods"]


def codes(content: bytes) -> list[tuple[str | None, str]]:
    items = (
        each
        for each in read(content).faults
        if each.severity == "error" and each.code not in {"duplicate_id", "still_repeated"}
    )
    return [(each.ext_id, each.code) for each in items]


@pytest.mark.parametrize("name", sorted(MENDED))
def test_it_has_the_faults_of_the_list_and_nothing_else(name: str) -> None:
    content = (SAMPLES / name).read_bytes()
    found = refused(content)
    assert codes(found) == [(ext_id, code) for ext_id, code in codes(content) if code != "entry_not_mapping"] or (
        name == "standard.json"  # a row that was not a mapping is now an empty one
    )
    assert not {each.ext_id for each in read(found).goods} & {each.ext_id for each in read(content).goods} - {"2"}


@pytest.mark.parametrize("name", sorted(MENDED))
def test_it_is_taken_once_it_is_mended_and_leaves_other_goods_alone(name: str) -> None:
    found = refused((SAMPLES / name).read_bytes()).decode()
    for wrong, right in MENDED[name]:
        assert wrong in found
        found = found.replace(wrong, right)
    prices = PriceList(opener(found))
    taken = {each.ext_id for each in prices if not isinstance(each, Fault)}
    assert prices.mode == "merge"
    assert (
        taken
        >= {
            "faulty.yaml": {"1", "3", "4"},
            "standard.json": {"700102", "700103"},
            "standard.csv": {"700103", "700104"},
            "standard.yml.xml": {"700104"},
            "standard.cml.xml": {"700104"},
        }[name]
    )


@pytest.mark.parametrize("name", sorted(MENDED))
@pytest.mark.parametrize(("language", "told"), [("ru", "не число"), ("en", "not a number")])
def test_each_row_says_what_is_wrong_with_it(name: str, language: str, told: str) -> None:
    content = (SAMPLES / name).read_bytes()
    found = b"".join(refused_rows(opener(content), "ru" if language == "ru" else "en")).decode()
    assert told in found
    assert "_not_number)" in found


def test_it_is_of_the_format_of_the_list_but_not_packed() -> None:
    assert refused(gzip.compress((SAMPLES / "standard.csv").read_bytes())).startswith(b"\xef\xbb\xbf# mode: merge")
    assert json.loads(refused((SAMPLES / "standard.json").read_bytes()))["mode"] == "merge"
    assert set(SUFFIXES) == {"yaml", "json", "csv", "yml", "cml", "xlsx", "xls", "ods"}


@pytest.mark.parametrize("name", sorted(MENDED))
def test_a_file_of_refused_rows_can_be_refused_again(name: str) -> None:
    once = refused((SAMPLES / name).read_bytes())
    assert codes(refused(once)) == codes(once)


def test_strange_texts_come_back_as_they_were() -> None:
    names = [
        '"a: b"',
        '"# a"',
        '"\\u0085\\u2028x\\ufeff"',
        '"a\\tb\\\\n"',
        "'null'",
        "'~'",
        '"😀"',
        "'- a'",
        "' x '",
        "'1:30'",
    ]
    pairs = ", ".join(f"{name}: [{name}, {name}]" for name in names[3:])
    rows = [good(id=str(n), name=name, price="x", parameters=f"{{{pairs}}}") for n, name in enumerate(names)]
    content = goods(*rows).encode()
    assert written(refused(content)) == written(content)
    assert len(written(content)) == len(names)


FORMULAS = ["=cmd|'/c calc'!A1", "+1+1", "-2", "@SUM(A1)", "\tx", "\r\nx", '="a";b', "＝1+1"]


def formulas(price: str) -> str:
    """A CSV list whose every text, and the header of whose last two columns, a spreadsheet would run."""
    page = io.StringIO()
    table = csv.writer(page, delimiter=";")
    table.writerow(["id", "category", "model", "name", "price", "quantity", "param:=1+1", "=1+1"])
    for number, text in enumerate(FORMULAS):
        table.writerow([f"=id{number}", f"@к{number}", text, text, price, 1, text, text])
    return page.getvalue()


def test_no_cell_of_csv_is_a_formula() -> None:
    text = refused(formulas("=x").encode()).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert len(rows) == 3 + len(FORMULAS)  # the mode, the note and the header
    assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝"))] == []


def test_what_would_be_a_formula_is_read_back_as_it_was_once_the_row_is_mended() -> None:
    found = read(refused(formulas("=x").encode()).decode().replace(" =x;", "100;"))
    expected = read(formulas("100"))
    assert len(expected.goods) == len(FORMULAS)
    assert [digest(one) for one in found.goods] == [digest(one) for one in expected.goods]
    assert found.codes == expected.codes


def test_a_long_name_of_a_parameter_can_be_mended() -> None:
    content = goods(good(price="x", parameters="{? " + "я" * 3000 + " : {a: b}}")).encode()
    assert read(refused(content)).codes == read(content).codes == ["price_not_number", "field_too_long"]


@pytest.mark.parametrize(
    "name", ["standard.json", "standard.csv", "faulty.yaml", "standard.yml.xml", "standard.cml.xml"]
)
def test_its_size_is_bounded(name: str) -> None:
    found = refused((SAMPLES / name).read_bytes(), max_bytes=500)
    assert len(found) < 1500
    assert "строк с ошибками" in found.decode()


def test_every_refused_row_of_a_large_list_is_there() -> None:
    row = f"сто;{'я' * 60_000};а;б;в;1\n"
    content = ("price;id;category;model;name;quantity\n" + row * 180).encode()
    found = refused(content)
    assert len(content) > 20 * 1024 * 1024
    assert found.count(row.rstrip().encode()) == 180
    assert "Сюда не вошло" not in found[-500:].decode(errors="ignore")


def test_it_is_at_most_as_large_as_a_list_may_be() -> None:
    content = goods(*(good(id=str(n), price="я" * 90) for n in range(50))).encode()
    limits = Limits(max_bytes=8_000)
    found = b"".join(refused_rows(opener(content), "ru", max_bytes=7_000))
    assert 6_000 < len(found) < limits.max_bytes
    assert read(found, limits).codes


def test_a_list_without_refused_rows_gives_a_file_without_goods() -> None:
    assert "goods:" not in refused(goods(good()).encode()).decode()


def test_memory_stays_flat_however_many_rows_are_refused() -> None:
    import tracemalloc

    content = goods(*(good(id=str(n), price="x") for n in range(3000))).encode()
    tracemalloc.start()
    written = sum(map(len, refused_rows(opener(content), "ru", Limits())))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written > 500_000
    assert peak < 3 * 1024 * 1024


REPEATING: dict[str, str] = {
    "yaml": "goods:\n"
    + "".join(f"  - {{id: 1, category: А, name: Б, price: {price}, quantity: 1}}\n" for price in (100, 200)),
    "json": json.dumps(
        {"goods": [{"id": 1, "category": "А", "name": "Б", "price": price, "quantity": 1} for price in (100, 200)]}
    ),
    "csv": "id;category;name;price;quantity\n1;А;Б;100;1\n1;А;Б;200;1\n",
    "yml": "<yml_catalog><shop><categories><category id='5'>А</category></categories><offers>"
    + "".join(
        f"<offer id='1'><name>Б</name><price>{price}</price><categoryId>5</categoryId><count>1</count></offer>"
        for price in (100, 200)
    )
    + "</offers></shop></yml_catalog>",
    "cml": one_file(commerceml.good("1"), commerceml.offer("1", 100) + commerceml.offer("1", 200)),
}


@pytest.mark.parametrize("kind", REPEATING)
def test_a_row_that_repeats_an_id_stays_refused_until_somebody_looked_at_it(kind: str) -> None:
    once = refused(REPEATING[kind].encode())
    assert (read(once).patches, read(once).codes) == ([], ["still_repeated"])
    twice = refused(once)
    assert (read(twice).patches, read(twice).codes) == ([], ["still_repeated"])
    text = twice.decode()
    for mark in ("<_repeats>1<", '"_repeats": 1', "_repeats: 1", ";1;1;А;"):
        text = text.replace(mark, mark.replace("1", "0", 1))
    (patch,) = read(text).patches
    assert (patch.ext_id, patch.given["price"]) == ("1", 20_000)


@pytest.mark.parametrize("kind", REPEATING)
def test_a_row_that_repeated_an_id_is_taken_with_an_id_of_its_own(kind: str) -> None:
    text = refused(REPEATING[kind].encode()).decode()
    for own, new in (
        ('<offer id="1"', '<offer id="7"'),
        ("<Ид>1<", "<Ид>7<"),
        ('"id": 1', '"id": 7'),
        (" id: 1", " id: 7"),
        (";1;1;А;", ";1;7;А;"),
    ):
        text = text.replace(own, new)
    assert [patch.ext_id for patch in read(text).patches] == ["7"]


def test_rows_that_only_planning_refuses_are_in_it_with_what_stays_on_sale() -> None:
    known = Known()
    known.add("1", digest(make_good()), 11, 10_000, listed=True)
    known.sort()
    content = b"# mode: merge\nid;price\n1;5\n1;x\n2;5\n1;7\n"
    rows = refused_rows(opener(content), "ru", merging=True, faults_of=lambda row: judged(row, known)[1])
    text = b"".join(rows).decode()
    assert [line.rpartition(")")[2].lstrip('"') for line in text.splitlines()[3:]] == [";1;1;x", ";;2;5", ";1;1;7"]
    assert "(good_unknown)" in text
