"""One room per file format, found by name; what is not in the table is an error."""

import io
import sys
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import Any, get_args

import pytest

from chalicelib.exports.formats import FORMATS
from chalicelib.exports.goods import write_goods
from chalicelib.exports.orders import write_orders
from chalicelib.files import formats
from chalicelib.files.formats import FILE_FORMATS, FileFormat, Output, UnknownFormat, exported_in, xml, yaml
from chalicelib.goods import Good
from chalicelib.pricelists.reading.detect import WORKBOOKS, Kind
from chalicelib.pricelists.written.goods import AboutGoods
from tests.unit.pricelists.written.goods import about, make_good


def test_every_format_of_goods_has_a_room() -> None:
    for name in FORMATS["goods"]:
        assert callable(import_module(f"chalicelib.pricelists.formats.{name}.writer").write_goods)


def test_every_kind_of_price_list_is_read_and_written_in_its_room() -> None:
    for kind in get_args(Kind):
        room = f"chalicelib.pricelists.formats.{kind}"
        assert callable(import_module(f"{room}.reader").Reader)
        if kind not in WORKBOOKS:  # written/refused_sheet.py writes those of workbooks
            assert callable(import_module(f"{room}.writer").RefusedRows)
        assert FILE_FORMATS[kind].content_type


@pytest.mark.parametrize("name", ["jsonl", "json", "pdf", "XLSX", "", "../yaml"])
def test_goods_in_an_unknown_format_are_an_error(name: str) -> None:
    out = io.BytesIO()
    with pytest.raises(UnknownFormat):
        write_goods(name, out, about([]), [])
    assert out.getvalue() == b""


@pytest.mark.parametrize("name", ["yaml", "yml", "json", "pdf", ""])
def test_orders_in_an_unknown_format_are_an_error(name: str) -> None:
    out = io.BytesIO()
    with pytest.raises(UnknownFormat):
        write_orders(name, out, "administrator", "ru", [], lambda _order, _parts: [])
    assert out.getvalue() == b""


def test_a_new_format_is_a_writer_and_a_line_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(out: Output, known: AboutGoods, goods: Iterable[Good]) -> None:
        formats.write_lines(out, [known.shop, *(good.name for good in goods)])

    writer: Any = ModuleType("writer")
    writer.write_goods = write
    monkeypatch.setitem(sys.modules, "chalicelib.pricelists.formats.txt", ModuleType("txt"))
    monkeypatch.setitem(sys.modules, "chalicelib.pricelists.formats.txt.writer", writer)
    monkeypatch.setitem(FILE_FORMATS, "txt", FileFormat("text/plain", "txt", frozenset({"goods"})))
    goods, out = [make_good(1), make_good(2)], io.BytesIO()
    write_goods("txt", out, about(goods), goods)
    assert out.getvalue().decode().splitlines() == ["Связь-Плюс", "Товар 1", "Товар 2"]
    assert exported_in("goods") == (*FORMATS["goods"], "txt")


def test_lines_are_written_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_LINES_AT_ONCE", 2)
    written: list[bytes] = []

    class Pieces:
        def write(self, data: bytes, /) -> int:
            written.append(data)
            return len(data)

    formats.write_lines(Pieces(), ["a", "б", "в"])
    formats.write_lines(Pieces(), [])
    assert [piece.decode() for piece in written] == ["a\nб\n", "в\n"]


@pytest.mark.parametrize(("text", "scalar"), [
    ("Чай (100 г)", "Чай (100 г)"), ("0", "0"), ("700101", "700101"), ("007", '"007"'), ("19.90", '"19.90"'),
    ("No", '"No"'), ("~", '"~"'), ("", '""'), ("a: b", '"a: b"'), ("a\u2028b\x85", '"a\\u2028b\\u0085"'),
    ("a\u00a0b", '"a\\u00a0b"'), ('"a\nb"', '"\\"a\\nb\\""'),
])  # fmt: skip
def test_a_yaml_scalar_is_bare_only_if_no_reader_can_mistake_it(text: str, scalar: str) -> None:
    assert yaml.scalar(text) == scalar


def test_xml_escapes_texts_and_attributes() -> None:
    assert xml.element("a", "<1 & 2>\r", {"b": '"c" <d>'}) == "<a b='\"c\" &lt;d&gt;'>&lt;1 &amp; 2&gt;&#13;</a>"
    assert xml.comment("a---b") == "<!-- a- - -b -->\n"
