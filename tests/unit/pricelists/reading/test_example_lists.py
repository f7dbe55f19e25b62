"""The price lists that suppliers are shown."""

from pathlib import Path

import pytest

from chalicelib.pricelists.reading.faults import Fault
from chalicelib.pricelists.reading.reader import PriceList
from tests.unit.pricelists.files import opener

EXAMPLES = Path(__file__).parents[4] / "examples"


@pytest.mark.parametrize(
    ("name", "kind", "goods", "mode"),
    [
        ("tea.json", "json", 3, "replace"),
        ("lamps.csv", "csv", 4, "merge"),
        ("garden.xml", "yml", 3, "replace"),
        ("teapots.xml", "cml", 2, "replace"),
    ],
)
def test_they_are_read_without_a_remark(name: str, kind: str, goods: int, mode: str) -> None:
    price_list = PriceList(opener((EXAMPLES / name).read_bytes()))
    found = list(price_list)
    assert [each for each in found if isinstance(each, Fault)] == []
    assert (len(found), price_list.format, price_list.mode) == (goods, (kind, False, "utf-8", False), mode)
