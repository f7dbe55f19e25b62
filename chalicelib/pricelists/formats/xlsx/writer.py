"""Goods as a spreadsheet with the columns of a price list. Pure."""

from collections.abc import Iterable

from chalicelib.files.formats import Output
from chalicelib.files.formats.xlsx import write_table
from chalicelib.goods import Good
from chalicelib.pricelists.written.goods import AboutGoods
from chalicelib.pricelists.written.goods_table import columns_of, rows_of


def write_goods(out: Output, about: AboutGoods, goods: Iterable[Good]) -> None:
    """Write the goods as one sheet. Raises TooManyRows."""
    write_table(out, "goods", columns_of(about), rows_of(about, goods))
