"""Every shape of a supplier's list, written by every program, gives what it must."""

import gzip
from pathlib import Path

import pytest

from chalicelib.goods import Good
from chalicelib.money import as_number
from chalicelib.pricelists.reading.faults import Fault, PriceListRejected
from chalicelib.pricelists.reading.reader import PriceList
from tests.unit.pricelists.files import opener
from tests.unit.pricelists.sheets.layouts import SHAPES, Shape
from tests.unit.pricelists.sheets.programs import PROGRAMS, text_of

OFFICE = Path(__file__).parent / "libreoffice"


def outcome(content: bytes) -> tuple[list[str], list[str], str]:
    """The goods, as those of a Shape are, the codes of faults, and the kind of the file."""
    goods: list[str] = []
    codes: list[str] = []
    prices = PriceList(opener(content))
    try:
        for item in prices:
            if isinstance(item, Fault):
                codes.append(item.code)
            elif isinstance(item, Good):
                price = as_number(item.price)
                goods.append(f"{item.ext_id}|{item.category}|{item.name}|{price}|{item.quantity}")
    except PriceListRejected as rejected:
        codes.append(rejected.fault.code)
    return goods, codes, prices.format.kind if prices.format else ""


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_gives_its_goods_whichever_program_wrote_it(name: str, program: str) -> None:
    shape = SHAPES[name]
    goods, codes, kind = outcome(PROGRAMS[program](shape.rows, shape.sheet))
    assert (goods, codes) == (list(shape.goods), list(shape.codes))
    assert kind == ("xls" if program == "old excel" else "xlsx")


@pytest.mark.parametrize("path", sorted(OFFICE.iterdir()), ids=lambda path: path.name)
def test_what_libreoffice_wrote_gives_the_same(path: Path) -> None:
    shape = SHAPES[path.stem.replace("-", " ")]
    goods, codes, kind = outcome(path.read_bytes())
    assert (goods, codes, kind) == (list(shape.goods), list(shape.codes), path.suffix[1:])


def test_the_corpus_is_as_large_as_it_claims() -> None:
    assert len(SHAPES) * len(PROGRAMS) + len(list(OFFICE.iterdir())) >= 80
    assert {path.suffix for path in OFFICE.iterdir()} == {".ods", ".xls", ".xlsx"}


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "cp1251"), ("\t", "utf-16"), ("|", "utf-8"), (",", "utf-8")])
@pytest.mark.parametrize("name", [name for name, shape in SHAPES.items() if shape.goods])
def test_the_same_tables_in_csv_give_the_same_goods(name: str, delimiter: str, encoding: str) -> None:
    shape = SHAPES[name]
    text = text_of(shape.rows, delimiter)
    goods, codes, kind = outcome((text.replace("₽", "руб.") if encoding == "cp1251" else text).encode(encoding))
    outside = [each.replace("|Goods|", "|Без категории|") for each in shape.goods]  # a CSV file has no sheet
    assert (goods, kind) == (outside, "csv")
    assert [code for code in codes if code != "lines_skipped"] == list(shape.codes)


@pytest.mark.parametrize("name", ["several prices", "no price", "side by side", "sizes"])
def test_what_is_refused_of_a_workbook_is_refused_of_csv(name: str) -> None:
    shape: Shape = SHAPES[name]
    goods, codes, _ = outcome(gzip.compress(text_of(shape.rows).encode()))
    assert (goods, codes) == ([], list(shape.codes))
