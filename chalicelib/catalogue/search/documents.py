"""What any engine's index stores of an offer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from chalicelib.catalogue.identity import normal_name

# Separates the name of a parameter from its value; no text accepted from a supplier contains it.
SEPARATOR: Final = "\x1f"
# An offer's key is its price and the last bits of its id, so that it sorts by price and hardly ever ties.
ID_BITS: Final = 22
_MAX_PRICE: Final = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """An offer on sale, as it is indexed: its price in kopecks, its parameters as (name, value).

    ``fingerprint`` is a number that changes with any of this.
    """

    offer_id: int
    shop_id: int
    category_id: int
    price: int
    in_stock: bool
    name: str
    model: str
    category: str
    ext_id: str
    gtin: str
    parameters: Collection[tuple[str, str]]
    fingerprint: int = 0


@dataclass(frozen=True, slots=True)
class ShopState:
    """The indexed state of a shop: its level, and whether the build certainly saw all of it."""

    level: str | None
    settled: bool


@dataclass(frozen=True, slots=True)
class BuildRecord:
    """What the builder recorded about an index: the state of each shop by id, and the name of its full build.

    ``worn`` means that another full build is due.
    """

    shops: Mapping[int, ShopState]
    built: str
    worn: bool


def lowest_key(price: int) -> int:
    """Return the least key of an offer at this price, in kopecks; it exceeds all keys of lower prices."""
    return min(price, _MAX_PRICE) << ID_BITS


def key_of(price: int, offer_id: int) -> int:
    """Return the key of an offer."""
    return lowest_key(price) | (offer_id & ((1 << ID_BITS) - 1))


def parameter_term(name: str, value: str) -> str:
    """Return the term of a parameter's value; letter case, ё and spacing do not matter."""
    return f"{normal_name(name)}{SEPARATOR}{normal_name(value)}"
