"""What a row of a price list means for what is stored, and the identities that survive every import."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.pricelists.reading.rows import Good


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
