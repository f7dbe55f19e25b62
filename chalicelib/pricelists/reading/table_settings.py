"""What a shop has settled about its tables, where they do not speak for themselves. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# What a stock cell says without a number, by which it is reported and set by a shop.
StockWord = Literal["more_than", "available", "absent", "on_order", "blank"]


@dataclass(frozen=True, slots=True)
class TableSettings:
    """How the tables of a shop are read; what is absent is found out from the file.

    ``sheet`` is the name of the only one that is read, ``header_row`` the last row of its header. ``columns`` are roles
    (see ``words``) by the label of a column, in any case and spacing, or by its letters if it has no label.
    ``stock`` is what words in stock cells mean, in pieces. ``no_stock`` is the stock of goods in a list without it.
    """

    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    stock: Mapping[StockWord, int] = field(default_factory=dict)
    no_stock: int = 0


UNSETTLED = TableSettings()
