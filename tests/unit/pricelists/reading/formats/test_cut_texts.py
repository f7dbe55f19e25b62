"""YAML: a text that is not quoted ends where a comment begins, and a warning says so."""

import pytest

from chalicelib.pricelists.formats.yaml import reader as yaml_reader
from chalicelib.pricelists.reading import bytes as bytes_
from tests.unit.pricelists.files import good, goods, read


@pytest.fixture(autouse=True, params=["CSafeLoader", "SafeLoader"])
def _loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = getattr(yaml_reader.yaml, request.param, None)
    if loader is None:
        pytest.skip("no libyaml")
    monkeypatch.setattr(yaml_reader, "_LOADER", loader)


@pytest.mark.parametrize(("written", "name", "comment"), [
    ("Чай #1 чёрный", "Чай", "#1 чёрный"), ("Краска  # FF00AA", "Краска", "# FF00AA"),
])  # fmt: skip
def test_what_a_comment_cuts_off_is_shown(written: str, name: str, comment: str) -> None:
    outcome = read(goods(good(name=written), good(id="2")))
    (found,) = outcome.faults
    assert (found.severity, found.code, found.line, found.field, found.value, found.ext_id) == (
        *("warning", "text_cut", 11),
        *("name", comment, "1"),
    )
    assert (outcome.goods[0].name, found.hint) == (name, {"text": name})


@pytest.mark.parametrize("written", ["'Чай #1'", '"Чай #1"', "Чай#1", "C#", "|\n      Чай #1"])
def test_a_text_that_is_not_cut_off_is_not_reported(written: str) -> None:
    outcome = read(goods(good(name=written)))
    assert (outcome.faults, outcome.goods[0].name) == ([], written.strip("'|\"\n "))


def test_other_comments_are_just_comments() -> None:
    rows = good(price="100 # новая", available="true # есть", unit="# нет") + "# до завтра\n"
    head = "shop: Лавка # наша\ncategories:\n  - id: 10   # только здесь\n    name: Чай\ngoods:\n  # первый\n"
    assert read(head + rows).faults == []


def test_a_parameter_that_is_cut_off_is_reported_too() -> None:
    (found,) = read(goods(good(parameters="\n      Цвет: RAL #9003"))).faults
    assert (found.code, found.field, found.value) == ("text_cut", "parameters.Цвет", "#9003")


def test_it_does_not_matter_where_the_parser_stops_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    content = goods(*(good(id=str(number), name=f"Чай #{number} ёж") for number in range(40))).encode()
    source = bytes_.ByteSource.read
    monkeypatch.setattr(bytes_.ByteSource, "read", lambda self, size=1: source(self, min(size, 37)))
    assert [each.value for each in read(content).faults] == [f"#{number} ёж" for number in range(40)]
