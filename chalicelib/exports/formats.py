"""The formats there are, and the shape in which goods reach their writers. Pure."""

from dataclasses import dataclass
from typing import Any, Protocol

FORMATS = {"goods": ("yaml", "csv", "xlsx", "yml"), "orders": ("csv", "xlsx", "jsonl")}
CONTENT_TYPES = {
    "yaml": "application/yaml; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yml": "application/xml; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
}


class TooManyRows(Exception):
    """The format has no room for so many rows."""


class Output(Protocol):
    """Where the bytes of a file go."""

    def write(self, data: bytes, /) -> int:
        """Take all of ``data``."""


@dataclass(frozen=True, slots=True)
class ExportedGood:
    """A good on sale as its supplier's price list would have it. Prices are kopecks; "" and None mean not given."""

    id: str
    category: str
    model: str
    name: str
    price: int
    price_rrc: int | None
    quantity: int
    unit: str = ""
    gtin: str = ""
    min_quantity: int | None = None
    step_quantity: int | None = None
    max_quantity: int | None = None
    vat_rate: int | None = None
    description: str = ""
    images: tuple[str, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()

    def fields(self) -> dict[str, Any]:
        """Every field but the parameters, in the order of a price list."""
        return {name: getattr(self, name) for name in FIELDS}


FIELDS = (
    *("id", "category", "model", "name", "price", "price_rrc", "quantity", "unit", "gtin"),
    *("min_quantity", "step_quantity", "max_quantity", "vat_rate", "description", "images"),
)
PRICES = frozenset({"price", "price_rrc"})


@dataclass(frozen=True, slots=True)
class AboutGoods:
    """What must be known of all the goods before the first is written.

    ``parameter_names`` is None where there are too many for a column each; ``made_at`` is an ISO time.
    """

    shop: str
    made_at: str
    categories: tuple[str, ...]
    parameter_names: tuple[str, ...] | None


def roubles(kopecks: int) -> str:
    """``500`` or ``19.90``: exact, as price lists and machines write it."""
    return str(kopecks // 100) if kopecks % 100 == 0 else f"{kopecks // 100}.{kopecks % 100:02}"
