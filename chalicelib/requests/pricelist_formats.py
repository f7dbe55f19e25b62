"""Requests about how a supplier's tables are read."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from chalicelib.bodies import read_json
from chalicelib.errors import UnreadableBody
from chalicelib.goods import BY_COLUMN
from chalicelib.pricelists.reading.table_settings import StockWord
from chalicelib.pricelists.table_formats import StoredTable
from chalicelib.requests import described
from chalicelib.requests.base import Flag, Schema, Text, at_most, fault, lowered, no_flag
from chalicelib.requests.orders import items_in

MAX_COLUMNS = 500
MAX_LABEL = 500
MAX_ROW = 1_048_576
_MAX_STOCK = BY_COLUMN["quantity"].limit
# What a column may hold: fields of a good, a further property of it, or something that must not be taken for either.
# fmt: off
ColumnField = Literal[
    "id", "model", "name", "category", "price", "price_rrc", "quantity", "unit", "gtin", "vat_rate",
    "min_quantity", "step_quantity", "max_quantity", "description", "images",
    "parameter", "variant", "status", "currency", "ignored",
]
# fmt: on


def _object(value: object) -> object:
    """Return an object from an object or, as forms send it, a JSON text of one."""
    if not isinstance(value, str):
        return value
    try:
        return read_json(value)
    except UnreadableBody:
        raise fault("object") from None


def _letters(value: str) -> str:
    if not _LETTER.fullmatch(value):
        raise fault("letters")
    return value.upper()


# Conditions, as for an address or a file.
_LABEL_OR_LETTER: JsonDict = {
    "if": {"required": ["letter"], "properties": {"letter": {"type": "string", "minLength": 1}}},
    "else": {"required": ["label"], "properties": {"label": {"type": "string", "minLength": 1, "pattern": "[^ ]"}}},
}
_LETTER = re.compile("[A-Za-z]{1,3}")
_LETTERS = described.one_of(described.matching("[A-Za-z]{1,3}"), described.BLANK, described.NULL)
_ROW = described.one_of(*described.whole(MAX_ROW), described.BLANK, described.NULL)
_PIECES = described.one_of(*described.whole(_MAX_STOCK, 0), described.BLANK, described.NULL)
_VERSION = described.one_of(*described.whole(2**53 - 1, 0), described.BLANK, described.NULL)
Pieces = Annotated[Annotated[int, Field(ge=0, le=_MAX_STOCK), BeforeValidator(no_flag)] | None, _PIECES]
_NONE: list[Any] = []
Label = Annotated[Text, Field(min_length=1, max_length=MAX_LABEL)]
Letter = Annotated[Text, AfterValidator(_letters)]


class TableColumn(Schema):
    """What a column holds: the column with this label, or, without one, with these letters above it."""

    model_config = ConfigDict(json_schema_extra=_LABEL_OR_LETTER)

    label: Label | None = None
    letter: Annotated[Letter | None, _LETTERS] = None
    field: Annotated[ColumnField, BeforeValidator(lowered)]

    @model_validator(mode="after")
    def _named(self) -> "TableColumn":
        if self.label is None and self.letter is None:
            raise fault("column")
        return self


class StockWords(Schema):
    """How many pieces the words in cells of stock stand for; what is absent has its cautious default."""

    available: Pieces = None
    absent: Pieces = None
    on_order: Pieces = None
    blank: Pieces = None

    def stored(self) -> dict[StockWord, int]:
        """Return the words that were sent."""
        words: dict[StockWord, int | None] = {
            "available": self.available,
            "absent": self.absent,
            "on_order": self.on_order,
            "blank": self.blank,
        }
        return {word: pieces for word, pieces in words.items() if pieces is not None}


class PricelistFormat(Schema):
    """PUT partner/pricelist-format: what is absent is found out from each file."""

    version: Annotated[Annotated[int, Field(ge=0, lt=2**53), BeforeValidator(no_flag)] | None, _VERSION] = None
    sheet: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    header_row: Annotated[Annotated[int, Field(ge=1, le=MAX_ROW), BeforeValidator(no_flag)] | None, _ROW] = None
    columns: Annotated[
        list[TableColumn],
        BeforeValidator(at_most(MAX_COLUMNS)),
        BeforeValidator(items_in),
        Field(max_length=MAX_COLUMNS),
        described.Rows(),
    ] = _NONE
    price_type: Label | None = None
    stock: Annotated[StockWords, BeforeValidator(_object), described.ObjectOrText()] | None = None
    no_stock: Pieces = None
    mode: Annotated[Literal["replace", "merge"], BeforeValidator(lowered)] | None = None
    review: Annotated[Flag | None, described.OPTIONAL_FLAG] = None

    def table(self) -> StoredTable:
        """Return what is to be stored."""
        return {
            "sheet": self.sheet,
            "header_row": self.header_row,
            "columns": [{"label": one.label, "letter": one.letter, "field": one.field} for one in self.columns],
            "price_type": self.price_type,
            "stock": self.stock.stored() if self.stock else {},
            "no_stock": self.no_stock or 0,
            "mode": self.mode,
        }
