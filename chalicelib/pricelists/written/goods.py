"""The formats there are, and the shape in which goods reach their writers. Pure."""

from dataclasses import dataclass
from typing import Any


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
