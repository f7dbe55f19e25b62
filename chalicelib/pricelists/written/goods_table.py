"""Goods as a table: the columns of a price list, one for each parameter while there are not too many. Pure."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from chalicelib.files.tables import Column, ColumnKind
from chalicelib.goods import Good, Kind
from chalicelib.pricelists.written.goods import WRITTEN, AboutGoods, written_cells

# The importer takes 500 columns. More names than these go into one column as JSON.
MAX_PARAMETER_COLUMNS = 400
_COLUMN_KINDS: dict[Kind, ColumnKind] = {"price": "money", "stock": "number", "amount": "number", "vat": "number"}


class ParameterNames:
    """The names of the parameters of many goods, in an order that is every good's own as far as these agree.

    The order counts: a good whose parameters come back in another one is a changed good.
    """

    def __init__(self, most: int = MAX_PARAMETER_COLUMNS) -> None:
        self._names: list[str] = []
        self._known: set[str] = set()
        self._most = most

    def add(self, good: Good) -> None:
        """Add the good's names; a new one goes behind the one that it follows in the good."""
        place = 0
        if len(self._names) > self._most:
            return
        for name, _ in good.parameters:
            if name not in self._known:
                self._known.add(name)
                self._names.insert(place, name)
            place = self._names.index(name) + 1

    def columns(self) -> tuple[str, ...] | None:
        """Return the names, or None if there are too many for a column each."""
        return tuple(self._names) if len(self._names) <= self._most else None


def columns_of(about: AboutGoods) -> list[Column]:
    """Return the columns, titled as docs/pricelist.md names them in every language: the table can be imported again."""
    names = ["parameters"] if about.parameter_names is None else [f"parameters.{one}" for one in about.parameter_names]
    fields = [Column(field.column, _COLUMN_KINDS.get(field.kind, "text"), field.width) for field in WRITTEN]
    return fields + [Column(name, "text", 14) for name in names]


def rows_of(about: AboutGoods, goods: Iterable[Good]) -> Iterator[list[Any]]:
    """Yield the values of each good in the order of the columns."""
    for good in goods:
        # An address holds no space.
        cells = [" ".join(value) if isinstance(value, tuple) else value for value in written_cells(good)]
        yield [*cells, *_parameters(about.parameter_names, good)]


def _parameters(names: tuple[str, ...] | None, good: Good) -> list[str | None]:
    given = dict(good.parameters)
    if names is None:
        return [json.dumps(given, ensure_ascii=False) if given else None]
    return [given.get(name) for name in names]
