"""Goods as files. Pure."""

from collections.abc import Iterable
from importlib import import_module

from chalicelib.files.formats import Output, require_format
from chalicelib.goods import Good
from chalicelib.pricelists.written.goods import AboutGoods


def write_goods(file_format: str, out: Output, about: AboutGoods, goods: Iterable[Good]) -> None:
    """Write the goods of a shop in one of the formats of goods. Raises TooManyRows, UnknownFormat."""
    require_format(file_format, "goods")
    # Load the libraries of this format only.
    import_module(f"chalicelib.pricelists.formats.{file_format}.writer").write_goods(out, about, goods)
