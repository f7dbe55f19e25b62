"""What a row of a price list means for what is stored, and the identities that survive every import."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.pricelists.numbers import shared_gtin
from chalicelib.pricelists.rows import Good, normal_name

__all__ = ["Change", "Stored", "category_id", "classify", "digest", "normal_name", "offer_id", "product_id"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What planning needs to know of an offer: ``sold`` since the last list took effect, ``price`` in kopecks."""

    offer_id: int
    ext_id: str
    digest: str
    listed: bool
    sold: bool
    price: int


class Change(StrEnum):
    """What a good of the list does to the catalogue."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


def digest(good: Good) -> str:
    """22 URL-safe characters that differ when anything but the line differs.

    BLAKE2b-128 over the UTF-8 texts of the fields joined by NUL, which no text of a Good holds; so it depends on the
    values only and stays the same in every process, Python version and machine. Changing the recipe makes every good
    of every shop ``changed`` once: then change the personalisation too. An optional field counts only where it says
    something, after a control character and its name, which no parameter can look like; so a new one changes nothing
    for the goods that do without it.
    """
    rrc = "" if good.price_rrc is None else str(good.price_rrc)
    fields = [good.ext_id, good.category, good.model, good.name, str(good.price), rrc, str(good.quantity)]
    for pair in good.parameters:
        fields += pair
    fields += [f"\1{name}\0{value}" for name, value in _optional(good)]
    raw = hashlib.blake2b("\0".join(fields).encode(), digest_size=16, person=b"good-1").digest()
    return base64.urlsafe_b64encode(raw)[:22].decode("ascii")


def _optional(good: Good) -> Iterator[tuple[str, object]]:
    if good.unit:
        yield "unit", good.unit
    if good.gtin:
        yield "gtin", good.gtin
    if good.min_quantity != 1:
        yield "min", good.min_quantity
    if good.step_quantity != 1:
        yield "step", good.step_quantity
    if good.max_quantity is not None:
        yield "max", good.max_quantity
    if good.vat_rate is not None:
        yield "vat", good.vat_rate
    if good.description:
        yield "description", good.description
    for url in good.images:
        yield "image", url


def classify(good_digest: str, stored: Stored | None) -> Change:
    """How a good differs from what is stored.

    What was sold since the last list is ``changed`` even where the list repeats itself: its stock must be set anew.
    """
    if stored is None:
        return Change.CREATED
    same = stored.digest == good_digest and stored.listed and not stored.sold
    return Change.UNCHANGED if same else Change.CHANGED


def _identity(kind: bytes, *parts: object) -> int:
    raw = hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=8, person=kind).digest()
    # 53 bits stay exact in JSON and JavaScript; 0 is not an id.
    return (int.from_bytes(raw, "big") >> 11) or 1


def offer_id(shop_id: int, ext_id: str, attempt: int = 0) -> int:
    """The id of a shop's good, 1 to 2^53 - 1, the same in every import.

    Where another offer has it already, ask for the next candidate with ``attempt`` 1, 2, … and keep what was taken.
    """
    return _identity(b"offer", shop_id, ext_id, attempt)


def category_id(name: str, attempt: int = 0) -> int:
    """The id of a category, by its normal name, as ``offer_id``."""
    return _identity(b"category", normal_name(name), attempt)


def product_id(category: str, name: str, model: str, attempt: int = 0, *, gtin: str = "") -> int:
    """The id of what several shops offer, as ``offer_id``: by its GTIN, else by the normal names of the other three.

    A GTIN that a company or store gives out for its own use says nothing about another shop's good, and is passed over.
    """
    known = shared_gtin(gtin)
    if known is not None:
        return _identity(b"gtin", known, attempt)
    return _identity(b"product", normal_name(category), normal_name(name), normal_name(model), attempt)
