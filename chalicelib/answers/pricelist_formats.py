"""Answers about how tables of a supplier are read, and what was understood of them."""

from typing import Literal, cast

from typing_extensions import TypedDict

from chalicelib.models.sources import PricelistFormat
from chalicelib.pricelists import table_formats
from chalicelib.pricelists.planning.understood import UnderstoodColumn
from chalicelib.pricelists.planning.understood import UnderstoodTable as StoredTable


class SettledColumn(TypedDict):
    """What a column holds, known by its label or, without one, by the letters above it."""

    label: str | None
    letter: str | None
    field: str


class SettledStock(TypedDict, total=False):
    """How many pieces words in cells of stock stand for."""

    available: int
    absent: int
    on_order: int
    blank: int


class UnderstoodTable(TypedDict):
    """A sheet as it was understood, "" in CSV; ``prices`` are the letters of the columns to choose among."""

    sheet: str
    header_row: int
    columns: list[UnderstoodColumn]
    prices: list[str]


class LastUnderstood(TypedDict):
    """What was understood of the tables of the last list, and its import."""

    import_id: int
    tables: list[UnderstoodTable]


class TableFormat(TypedDict):
    """How the shop's tables are read; ``approved`` counts the shapes of tables that it need not be asked about."""

    version: int
    sheet: str | None
    header_row: int | None
    columns: list[SettledColumn]
    price_type: str | None
    stock: SettledStock
    no_stock: int
    mode: Literal["replace", "merge"] | None
    approved: int
    understood: LastUnderstood | None


def format_body(found: PricelistFormat) -> TableFormat:
    """Return how a shop's tables are read, and what was understood of the last one."""
    table, last = table_formats.table_of(found), table_formats.last_understood(found)
    understood: LastUnderstood | None = None
    if last is not None and found.understood_import is not None:
        understood = {"import_id": found.understood_import, "tables": table_bodies(last["tables"])}
    return {
        "version": found.version,
        "sheet": table["sheet"],
        "header_row": table["header_row"],
        "columns": [
            {"label": one["label"], "letter": one["letter"], "field": one["field"]} for one in table["columns"]
        ],
        "price_type": table["price_type"],
        "stock": cast("SettledStock", table["stock"]),
        "no_stock": table["no_stock"],
        "mode": table["mode"],
        "approved": len(found.shapes or ()),
        "understood": understood,
    }


def table_bodies(found: list[StoredTable]) -> list[UnderstoodTable]:
    """Return the sheets of a list as they were understood."""
    return [
        {
            "sheet": one["sheet"],
            "header_row": one["header_row"],
            "columns": [{**column} for column in one["columns"]],
            "prices": one["prices"],
        }
        for one in found
    ]
