"""Goods as a table: the columns of a price list, one for each parameter while there are not too many. Pure."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.files.formats import Output
from chalicelib.files.tables import Column, ColumnKind, write_csv, write_xlsx
from chalicelib.goods import Good, Kind
from chalicelib.pricelists.written.goods import WRITTEN, AboutGoods, written_values
from chalicelib.pricelists.written.price_lists import write_yaml, write_yml

# The importer takes 500 columns. More names than these go into one column as JSON.
MAX_PARAMETER_COLUMNS = 400
_COLUMN_KINDS: dict[Kind, ColumnKind] = {"price": "money", "stock": "number", "amount": "number", "vat": "number"}


def write_goods(file_format: str, out: Output, about: AboutGoods, goods: Iterable[Good]) -> None:
    """The goods of a shop in one of the formats of goods. Raises TooManyRows."""
    if file_format == "yaml":
        write_yaml(out, about, goods)
    elif file_format == "yml":
        write_yml(out, about, goods)
    elif file_format == "csv":
        write_csv(out, _columns(about), _rows(about, goods))
    else:
        write_xlsx(out, "goods", _columns(about), _rows(about, goods))


class ParameterNames:
    """The names of the parameters of many goods, in an order that is every good's own as far as these agree.

    The order counts: a good whose parameters come back in another one is a changed good.
    """

    def __init__(self, most: int = MAX_PARAMETER_COLUMNS) -> None:
        self._names: list[str] = []
        self._known: set[str] = set()
        self._most = most

    def add(self, good: Good) -> None:
        """Take the good's names; a new one stands behind the one that it follows there."""
        place = 0
        if len(self._names) > self._most:
            return
        for name, _ in good.parameters:
            if name not in self._known:
                self._known.add(name)
                self._names.insert(place, name)
            place = self._names.index(name) + 1

    def columns(self) -> tuple[str, ...] | None:
        """The names; None where there are too many for a column each."""
        return tuple(self._names) if len(self._names) <= self._most else None


def _columns(about: AboutGoods) -> list[Column]:
    """The header is that of docs/pricelist.md in every language: the table is to be imported again."""
    names = ["parameters"] if about.parameter_names is None else [f"parameters.{one}" for one in about.parameter_names]
    fields = [Column(field.column, _COLUMN_KINDS.get(field.kind, "text"), field.width) for field in WRITTEN]
    return fields + [Column(name, "text", 14) for name in names]


def _rows(about: AboutGoods, goods: Iterable[Good]) -> Iterator[list[Any]]:
    for good in goods:
        # An address holds no space.
        cells = [" ".join(value) if isinstance(value, tuple) else value for _, value in written_values(good)]
        yield [*cells, *_parameters(about.parameter_names, good)]


def _parameters(names: tuple[str, ...] | None, good: Good) -> list[str | None]:
    given = dict(good.parameters)
    if names is None:
        return [json.dumps(given, ensure_ascii=False) if given else None]
    return [given.get(name) for name in names]
