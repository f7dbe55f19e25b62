"""What a shop has settled about its tables, where they do not speak for themselves, and what was found in one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

# What a stock cell says without a number, by which it is reported and set by a shop.
StockWord = Literal["more_than", "available", "absent", "on_order", "blank"]


@dataclass(frozen=True, slots=True)
class TableSettings:
    """How the tables of a shop are read; what is absent is found out from the file.

    ``sheet`` is the name of the only one that is read, ``header_row`` the last row of its header. ``columns`` are roles
    (see ``words``) by the label of a column, in any case and spacing, or by its letters if it has no label; ``letters``
    are roles by letters, whatever the label, and come first. ``stock`` is what words in stock cells mean, in pieces.
    ``no_stock`` is the stock of goods in a list without it. ``merges`` says that tables that do not say so merge.
    """

    sheet: str | None = None
    header_row: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    stock: Mapping[StockWord, int] = field(default_factory=dict)
    no_stock: int = 0
    letters: Mapping[str, str] = field(default_factory=dict)
    merges: bool = False


UNSETTLED = TableSettings()


class TableColumn(Protocol):
    """A column: its place from 0, its letters, its label and its role; ``known`` unless that role is a guess."""

    @property
    def place(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def known(self) -> bool: ...
    @property
    def letter(self) -> str: ...


class TableLayout(Protocol):
    """The header of a sheet; ``prices`` are the columns to choose among, ``samples`` the cells of the first rows."""

    @property
    def last_header(self) -> int: ...
    @property
    def columns(self) -> Sequence[TableColumn]: ...
    @property
    def prices(self) -> Sequence[TableColumn]: ...
    @property
    def samples(self) -> Sequence[Sequence[str]]: ...
    @property
    def places(self) -> Mapping[str, int]: ...
