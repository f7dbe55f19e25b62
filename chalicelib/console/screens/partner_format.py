"""How a supplier's tables are read: the meaning of each column, the place of the header, and of words in stock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from chalicelib.console.visit import Notice, Page, Redirect, Visit
from chalicelib.pricelists.review_lines import role_word
from chalicelib.pricelists.table_formats import StoredTable, format_of, last_understood, settle, table_of
from chalicelib.requests.pricelist_formats import ColumnField, PricelistFormat

_FIELDS: tuple[str, ...] = get_args(ColumnField)
STOCK_WORDS = ("available", "absent", "on_order", "blank")


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of the last list, or one set before; ``field`` is the meaning that was set, "" if none was.

    ``role`` is a text about its present meaning, "" for a column that the last list does not have.
    """

    label: str
    letter: str
    role: str
    examples: Sequence[str]
    field: str


@dataclass(frozen=True, slots=True)
class FormatView:
    """How the shop's tables are read; ``fields`` are the possible meanings of a column, with their names."""

    version: int
    table: StoredTable
    columns: list[ColumnView]
    fields: list[tuple[str, str]]
    stock: Mapping[str, int]


def table_format(visit: Visit) -> Page:
    """Show how the shop's tables are read, and what was understood of the last one."""
    found = format_of(visit.caller.shop_id)
    table, last = table_of(found), last_understood(found)
    settled = {(one["label"] or "", one["letter"] or ""): one["field"] for one in table["columns"]}
    columns: list[ColumnView] = []
    for column in [column for sheet in (last["tables"] if last else []) for column in sheet["columns"]]:
        label, letter = column["label"], column["letter"]
        field = next((settled.pop(key) for key in ((label, letter), (label, ""), ("", letter)) if key in settled), "")
        role = role_word(column["role"], visit.language)
        columns.append(ColumnView(label, letter, role, column["examples"], field))
    columns += [ColumnView(label, letter, "", (), field) for (label, letter), field in settled.items()]
    fields = [(one, role_word(one, visit.language)) for one in _FIELDS]
    stock = {str(word): pieces for word, pieces in table["stock"].items()}
    return Page("partner/format", FormatView(found.version, table, columns, fields, stock))


def save(visit: Visit) -> Redirect:
    """Set how the shop's tables are read from the next list on."""
    chosen = visit.starting("column.")
    columns = [
        {"label": visit.form.get(f"label.{place}", ""), "letter": visit.form.get(f"letter.{place}", ""), "field": field}
        for place, field in chosen.items()
        if field
    ]
    stock = {word: pieces for word, pieces in visit.starting("stock.").items() if word in STOCK_WORDS}
    form = visit.read(PricelistFormat, columns=columns, stock=stock)
    settle(visit.caller.shop_id, form.table(), form.version, review=bool(form.review))
    return Redirect("partner/format", Notice("account.saved"))
